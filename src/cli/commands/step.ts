// baton retry and baton skip: what a person says about one step.
import type { Command } from '../command.ts'
import { idOf } from '../names.ts'

const reason = { name: 'reason', value: 'text', caption: 'why, for the record' }
const alike = { name: 'why', value: 'text', caption: 'as --reason' }

export const retry: Command = {
  name: 'retry',
  caption: 'Tries a step that failed or was cancelled again, with a fresh count.',
  usage: '<step> [--agent <name>] [--reason <text>]',
  example: 'baton retry T012 --agent stronger',
  options: [{ name: 'agent', value: 'name', caption: 'let this agent do it' }, reason, alike],
  words: [1, 1],
  json: '{ step, seq, facts: string[] }',
  run: async (context) => {
    const why = context.text('why') ?? context.text('reason')
    const agent = context.text('agent')
    await context.with('write', async (house) => {
      const step = await idOf(house, context.word(0), 'step')
      const said = { step, ...(why === undefined ? {} : { why }), ...(agent === undefined ? {} : { agent }) }
      const done = await house.call('step/retry', said)
      context.give({ step, ...done }, (people) => people.line(`${step} waits to be tried again.`))
      if (house.inside) context.hint('Nothing runs for this home now: baton run carries on.')
    })
    return undefined
  },
}

export const skip: Command = {
  name: 'skip',
  caption: 'Counts a step as done without it being done, so that what comes after it can start.',
  usage: '<step> [--reason <text>]',
  example: 'baton skip T012 --reason "done by hand"',
  options: [reason, alike],
  words: [1, 1],
  json: '{ step, seq, facts: string[] }',
  run: async (context) => {
    const why = context.text('why') ?? context.text('reason')
    await context.with('write', async (house) => {
      const step = await idOf(house, context.word(0), 'step')
      const done = await house.call('step/skip', { step, ...(why === undefined ? {} : { why }) })
      context.give({ step, ...done }, (people) => people.line(`${step} is skipped.`))
    })
    return undefined
  },
}
