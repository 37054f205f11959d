// baton pause, resume and cancel: how an item goes on.
import type { Command, Context } from '../command.ts'
import { find, idOf } from '../names.ts'
import type { Connection } from '../world.ts'

const reason = { name: 'reason', value: 'text', caption: 'why, for the record' }
const alike = { name: 'why', value: 'text', caption: 'as --reason' }
const because = (context: Context): { why?: string } => {
  const why = context.text('why') ?? context.text('reason')
  return why === undefined ? {} : { why }
}

export const pause: Command = {
  name: 'pause',
  caption: 'Starts nothing more of an item; what runs now goes on. With --drain the run then ends.',
  usage: '<item> [--drain] [--reason <text>]',
  example: 'baton pause 001-photo-albums',
  options: [{ name: 'drain', caption: 'end the run when what runs now has ended' }, reason, alike],
  words: [1, 1],
  json: '{ item, seq, facts: string[] }',
  run: async (context) => {
    await context.with('write', async (house) => {
      const item = await idOf(house, context.word(0), 'item')
      const drain = context.has('drain')
      const done = await house.call(drain ? 'run/drain' : 'run/pause', { item, ...because(context) })
      context.give({ item, ...done }, (people) => people.line(`${item} ${drain ? 'drains' : 'is paused'}.`))
    })
    return undefined
  },
}

export const resume: Command = {
  name: 'resume',
  caption: 'Goes on with an item that was paused or is draining.',
  usage: '<item> [--reason <text>]',
  example: 'baton resume 001-photo-albums',
  options: [reason, alike],
  words: [1, 1],
  json: '{ item, seq, facts: string[], remaining: { step, criteria: string[] }[] }',
  run: async (context) => {
    await context.with('write', async (house) => {
      const item = await idOf(house, context.word(0), 'item')
      const done = await house.call('run/resume', { item, ...because(context) })
      const remaining = await inFlight(house, item)
      context.give({ item, ...done, remaining }, (people) => {
        people.line(`${item} goes on.`)
        for (const one of remaining)
          people.line({ text: one.step, style: 'bold' }, ' has still to meet: ', one.criteria.join('; '))
      })
      if (house.inside) context.hint('Nothing runs for this home now: baton run carries on.')
    })
    return undefined
  },
}

const mostShown = 20

/** Of the steps that somebody is at, what each has not met yet. */
async function inFlight(house: Connection, item: string): Promise<{ step: string; criteria: readonly string[] }[]> {
  const { current } = await house.call('status/item', { item, limit: 0 })
  const views = current.slice(0, mostShown).map(({ id }) => house.call('status/step', { step: id }))
  return (await Promise.all(views)).map(({ id, remaining }) => ({ step: id, criteria: remaining }))
}

export const cancel: Command = {
  name: 'cancel',
  caption: 'Ends a run with everything that runs in it, or one step.',
  usage: '<item|step> [--reason <text>]',
  example: 'baton cancel 001-photo-albums\nbaton cancel T012 --reason "asked for by mistake"',
  options: [reason, alike],
  words: [1, 1],
  json: '{ item | step, seq, facts: string[] }',
  run: async (context) => {
    await context.with('write', async (house) => {
      const { kind, id } = await find(house, context.word(0), ['item', 'step'])
      const done =
        kind === 'item'
          ? await house.call('run/cancel', { item: id, ...because(context) })
          : await house.call('step/cancel', { step: id, ...because(context) })
      context.give({ [kind]: id, ...done }, (people) => people.line(`${id} is cancelled.`))
    })
    return undefined
  },
}
