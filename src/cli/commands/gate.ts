// baton gate: lists the open questions, and answers one.
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import { idOf } from '../names.ts'
import { toAnswer } from '../print/answers.ts'

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
  ],
  words: [2, 0],
  json: '{ gates: { id, kind, item, step?, attempt?, asks, options, usual, proposes?, openedAt, reviews, phase }[], sides?, seq }\n| { gate, answer, seq, facts: string[] }',
  run: async (context) => {
    if (context.words.length < 2) return list(context)
    await context.with('write', async (house) => {
      const id = await idOf(house, context.word(0), 'gate')
      const answer = context.word(1)
      const reentry = context.text('reentry')
      const done = await house.call('gate/answer', {
        gate: id,
        answer,
        reasons: [...context.all('reason')],
        ...(reentry === undefined ? {} : { reentry }),
      })
      context.give({ gate: id, answer, ...done }, (people) => people.line(`${id} is answered: ${answer}.`))
      if (house.inside) context.hint('Nothing runs for this home now: baton run carries on.')
    })
    return exits.ok
  },
}

async function list(context: Context): Promise<number> {
  const given = context.text('item')
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
