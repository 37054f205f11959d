// Decides what an agent asks while it works: a gate that holds nothing but the answer.

import { type Decided, nextId } from '../decide/answer.ts'
import { fact } from '../facts.ts'
import { refuse } from '../refusals.ts'
import { attemptOf, type State } from '../state.ts'
import type { Wishes } from '../wishes.ts'

const openAtOnce = 20

export function askAttempt(state: State, data: Wishes['attempt.ask']): Decided {
  const found = attemptOf(state, data.attempt)
  if (found === undefined || found.attempt.endedAt !== undefined || found.step.phase !== 'running')
    return refuse('conflict', `question of ${data.attempt}`, 'its attempt has ended', 'nothing to do')
  const { item, step, attempt } = found
  const open = [...state.gates.values()].filter((gate) => gate.attempt === attempt.id && gate.phase === 'open')
  if (open.length >= openAtOnce)
    return refuse(
      'conflict',
      `question of ${attempt.id}`,
      `${openAtOnce} of its questions are open`,
      'answer these first',
    )
  const { about, asks, options, shows } = data
  return [
    fact('gate.opened', item.id, {
      gate: nextId(state, 'gate-', 0),
      kind: about,
      item: item.id,
      step: step.id,
      attempt: attempt.id,
      asks,
      options,
      usual: options[0] ?? '',
      ...(shows === undefined ? {} : { shows }),
    }),
  ]
}
