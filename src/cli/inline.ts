// Asks the question of a gate where the person sits, with what must be seen to answer it.

import type { ItemView } from '../api/status/item.ts'
import type { GateLine } from '../api/status/summary.ts'
import { choose, mayAsk, text } from './ask.ts'
import type { Context } from './command.ts'
import { toAnswer } from './print/answers.ts'
import type { Connection } from './world.ts'

const later = 'later'

/** True when a gate was answered, so that the run may go on. */
export async function answerInline(context: Context, house: Connection, view: ItemView): Promise<boolean> {
  const gate = view.gates[0]
  if (gate === undefined || context.json || !mayAsk(context.world)) return false
  return answer(context, house, gate)
}

export async function answer(context: Context, house: Connection, gate: GateLine): Promise<boolean> {
  const otherwise = toAnswer(gate.id, gate.options)
  if (gate.options.length === 0) {
    const said = await text(context.world, gate.asks, otherwise)
    await house.call('gate/answer', { gate: gate.id, answer: said, reasons: [] })
    return true
  }
  const choices = [
    ...gate.options.map((value) => ({ value, label: value })),
    { value: later, label: 'later', hint: otherwise },
  ]
  const chosen = await choose(context.world, gate.asks, choices, otherwise)
  if (chosen === later) return false
  const reasons = chosen === 'reject' ? [await text(context.world, 'Why?', otherwise)] : []
  await house.call('gate/answer', { gate: gate.id, answer: chosen, reasons })
  return true
}
