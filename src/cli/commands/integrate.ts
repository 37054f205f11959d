// baton integrate: merges the branch of an item to the base branch, once the release gate is passed.
import type { GateLine } from '../../api/status/summary.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { mayAsk } from '../ask.ts'
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import { answer } from '../inline.ts'
import { idOf } from '../names.ts'
import { untilOver } from '../watch.ts'
import type { Connection } from '../world.ts'

interface Integrated {
  readonly item: string
  readonly integrated: boolean
  readonly commit?: string
  readonly ref?: string
  readonly gate?: GateLine
}

export const integrate: Command = {
  name: 'integrate',
  caption: 'Merges the branch of an item to the base branch. A person signs at the release gate.',
  usage: '<item> [--approve <reason>] [--force]',
  example: 'baton integrate 001-photo-albums --approve "reviewed the diff"',
  options: [
    { name: 'approve', value: 'reason', caption: 'sign the release gate' },
    { name: 'force', caption: 'although steps are not done, or an obstacle holds all of it' },
  ],
  words: [1, 1],
  json: '{ item, integrated, commit?, ref?, gate?: { id, kind, step?, asks, options } }',
  run: async (context) => {
    const done = await context.with('work', (house) => carryOut(context, house))
    context.give(done, (people) => {
      if (done.integrated)
        people.line(`${done.item} is integrated into ${done.ref ?? ''} as ${(done.commit ?? '').slice(0, 10)}.`)
      if (done.gate !== undefined) {
        people.line({ text: done.gate.id, style: 'yellow' }, ' ', done.gate.asks)
        people.line(`  → baton integrate ${done.item} --approve "<reason>"`)
      }
    })
    return done.integrated ? exits.ok : exits.policy
  },
}

async function carryOut(context: Context, house: Connection): Promise<Integrated> {
  const item = await idOf(house, context.word(0), 'item')
  const approve = context.text('approve')
  const asked = { item, force: context.has('force'), ...(approve === undefined ? {} : { approve }) }
  const from = (await house.call('journal/read', { limit: 1 })).head
  const { gate } = await house.call('item/integrate', asked)
  if (gate !== undefined) {
    const signed = !context.json && mayAsk(context.world) && (await answer(context, house, gate))
    if (!signed) return { item, integrated: false, gate }
  }
  await untilOver(house, item).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.refusal.kind !== 'not-found') throw error
  })
  return outcome(house, item, from)
}

/** What the record says has become of it. */
async function outcome(house: Connection, item: string, from: number): Promise<Integrated> {
  const { entries } = await house.call('journal/read', { after: from, limit: 1000, stream: item })
  for (const { type, data } of entries.toReversed()) {
    const said = data as { ref?: string; commit?: string; why?: string; kind?: string }
    if (type === 'integration.done') {
      return { item, integrated: true, commit: said.commit ?? '', ref: said.ref ?? '' }
    }
    if (type === 'integration.refused') {
      throw new Refused(
        refuse(
          'conflict',
          `integration of ${item}`,
          said.why ?? 'refused',
          `mend it and give it again: baton integrate ${item}`,
        ),
      )
    }
  }
  throw new Refused(refuse('busy', `integration of ${item}`, 'it has not come to an end', `baton status ${item}`))
}
