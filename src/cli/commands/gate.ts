// baton gate: lists the open questions, and answers one.

import { Refused, refuse } from '../../core/refusals.ts'
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import { idOf } from '../names.ts'
import { toAnswer } from '../print/answers.ts'
import type { Connection } from '../world.ts'

export const gate: Command = {
  name: 'gate',
  caption:
    'Lists the open questions; with a gate and an answer, answers it. A rejection needs a reason; where there are no options, any words answer.',
  usage: '[<gate> [<answer>]] [--reason <text>] [--reentry <step>] [--item <item>]',
  example:
    'baton gate\nbaton gate gate-42 approve\nbaton gate gate-42 reject --reason "no test for the empty album" --reentry T003',
  options: [
    { name: 'reason', value: 'text', caption: 'why; may be given more than once' },
    { name: 'reentry', value: 'step', caption: 'with reject: begin again from this earlier step' },
    { name: 'item', value: 'item', caption: 'list those of one item' },
    { name: 'work-item', value: 'item', caption: 'the item whose gate is answered; alone, as --item' },
    { name: 'gate', value: 'key', caption: 'with --work-item: its id, its key in the plan, its kind, or its step' },
    { name: 'decision', value: 'word', caption: 'approve or reject' },
    { name: 'reviewer', value: 'name', caption: 'whose review it is, when that is not you; stands among the reasons' },
    { name: 'reentry-step', value: 'step', caption: 'as --reentry' },
  ],
  words: [2, 0],
  json: '{ gates: { id, kind, item, step?, attempt?, asks, options, usual, proposes?, openedAt, reviews, phase }[], sides?, seq }\n| { gate, answer, seq, facts: string[] }',
  run: async (context) => {
    const key = context.text('gate')
    const decision = context.choice('decision', ['approve', 'reject'] as const)
    if (key === undefined && decision !== undefined)
      throw new Refused(refuse('invalid', '--decision', 'no gate is named', 'add --work-item <item> --gate <key>'))
    if (context.words.length < 2 && key === undefined) return list(context)
    const reentry = context.text('reentry-step') ?? context.text('reentry')
    if (reentry !== undefined && (decision ?? context.word(1)) !== 'reject')
      throw new Refused(refuse('invalid', `--reentry ${reentry}`, 'only a rejection sends work back', 'leave it out'))
    await context.with('write', async (house) => {
      const id = key === undefined ? await idOf(house, context.word(0), 'gate') : await byKey(context, house, key)
      const answer = decision ?? context.word(1)
      if (answer === '')
        throw new Refused(refuse('invalid', '--decision', 'it is missing', 'add --decision approve, or reject'))
      const reviewer = context.text('reviewer')
      // A rejection needs a reason of its own.
      const reasons = context.all('reason')
      const done = await house.call('gate/answer', {
        gate: id,
        answer,
        reasons: [
          ...reasons,
          ...(reviewer === undefined || (answer === 'reject' && reasons.length === 0)
            ? []
            : [`reviewed by ${reviewer}`]),
        ],
        ...(reentry === undefined ? {} : { reentry }),
      })
      context.give({ gate: id, answer, ...done }, (people) => people.line(`${id} is answered: ${answer}.`))
      if (house.inside) context.hint('Nothing runs for this home now: baton run carries on.')
    })
    return exits.ok
  },
}

/** Document 004 names a gate by its key in the workflow; more than one open gate of that name is a question. */
async function byKey(context: Context, house: Connection, key: string): Promise<string> {
  if (/^gate-\d+$/.test(key)) return idOf(house, key, 'gate')
  const item = await idOf(house, context.need('work-item', 'the item whose gate it is'), 'item')
  const { gates } = await house.call('gate/list', { item })
  const named = gates.filter(
    ({ kind, step, asks }) =>
      kind === key ||
      step === `${item}/${key}` ||
      (kind === 'approval' && asks.includes(`must pass the gate "${key}"`)),
  )
  const [only] = named
  if (only !== undefined && named.length === 1) return only.id
  const what = `gate ${key} of ${item}`
  if (only === undefined)
    throw new Refused(
      refuse('not-found', what, 'no such gate is open', `baton gate --item ${item} lists the open ones`),
    )
  const ids = named.map(({ id }) => id).join(', ')
  throw new Refused(refuse('conflict', what, `${named.length} open gates have this name: ${ids}`, 'name one by its id'))
}

async function list(context: Context): Promise<number> {
  const given = context.text('item') ?? context.text('work-item')
  const { gates, seq, sides } = await context.with('look', async (house) => {
    const item = given === undefined ? undefined : await idOf(house, given, 'item')
    const all = await house.call('gate/list', item === undefined ? {} : { item })
    if (context.words.length === 0) return { ...all, sides: undefined }
    const one = await house.call('gate/show', { gate: await idOf(house, context.word(0), 'gate') })
    return { seq: one.seq, gates: [one.gate], sides: one.sides }
  })
  context.give({ gates, ...(sides === undefined ? {} : { sides }), seq }, (people) => {
    if (gates.length === 0) people.line('No question is open.')
    for (const one of gates) {
      people.line({ text: one.id, style: 'yellow' }, `  ${one.kind}  `, one.step ?? one.item)
      people.line('  ', one.asks)
      if (sides !== undefined) people.block(sides, '  │ ')
      for (const { key, title, after } of one.proposes?.steps ?? [])
        people.line('  + ', key, '  ', title, `  after ${after.map((edge) => edge.key).join(', ')}`)
      if (one.attempt !== undefined) people.line(`  see: baton show ${one.attempt}`)
      if (one.kind === 'conflict' && sides === undefined) people.line(`  both sides: baton gate ${one.id}`)
      if (one.kind === 'permission' && sides === undefined) people.line(`  what it wants to do: baton gate ${one.id}`)
      if (one.phase === 'open') people.line(`  → ${toAnswer(one.id, one.options)}`)
      for (const review of one.reviews)
        people.line(`  ${review.answer} by `, review.by, ': ', review.reasons.join('; '))
    }
  })
  return exits.ok
}
