// Decides whose work it is.
import { fact } from '../facts.ts'
import { refuse } from '../refusals.ts'
import { itemOf, type State, stepOf } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function transferOwner(state: State, { on, to, why }: Wishes['owner.transfer'], wish: Wish): Decided {
  const step = stepOf(state, on)
  const item = itemOf(state, on) ?? state.items.get(on)
  if (item === undefined || (step === undefined && on !== item.id)) {
    const over = state.closed.get(on)
    const reason = over === undefined ? 'no open plan has an item or step of this name' : `it is over: ${over.why}`
    return refuse('not-found', on, reason, 'baton status lists what is open')
  }
  if (step?.retired === true)
    return refuse(
      'conflict',
      on,
      `it was taken out of the plan: ${step.why}`,
      `baton status ${item.id} lists its steps`,
    )
  if (why.trim() === '') return refuse('invalid', `transfer of ${on}`, 'it needs a reason', 'add --why "…"')
  const from = step?.owner ?? step?.spec.owner ?? item.owner
  if (from === to) return refuse('conflict', `transfer of ${on}`, `it belongs to ${to} already`, 'name somebody else')
  const whole = step === undefined ? {} : { step: step.id }
  return [fact('ownership.transferred', item.id, { item: item.id, ...whole, from, to, why, by: wish.by })]
}
