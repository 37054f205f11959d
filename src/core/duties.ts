// What the outside world owes an item right now; the engine carries each out once, and after a restart they are simply owed again.
import type { Attempt } from './nouns/attempt.ts'
import type { Item } from './nouns/item.ts'
import type { Step } from './nouns/step.ts'
import { latest, type State } from './state.ts'

/**
 * Pure, and the whole of recovery: what was under way when the house stopped is owed in another form.
 * work: begin the agent. settle: its house is gone, so is it. verify: run the checks. land: merge, check, order.
 * move: carry out an ordered landing, whose outcome may be unknown. The same for integration.
 */
export type Duty =
  | {
      readonly kind: 'work' | 'settle' | 'verify' | 'land' | 'move'
      readonly key: string
      readonly item: Item
      readonly step: Step
      readonly attempt: Attempt
    }
  | { readonly kind: 'integrate' | 'move-integration'; readonly key: string; readonly item: Item }

export function duties(state: State, item: Item): Duty[] {
  const owed: Duty[] = []
  for (const index of item.active) {
    const step = item.steps[index] as Step
    const attempt = latest(step)
    if (attempt === undefined) continue
    if (step.phase === 'running') owed.push(of(attempt.epoch === state.epoch ? 'work' : 'settle', item, step, attempt))
    if (step.phase === 'verifying') owed.push(of('verify', item, step, attempt))
    if (step.phase === 'landing' && item.gates === 0) owed.push(...landing(item, step, attempt))
  }
  if (item.integration !== undefined && !item.integration.done)
    owed.push({ kind: 'move-integration', key: `move ${item.id}`, item })
  else if (item.integrate !== undefined && item.integration === undefined)
    owed.push({ kind: 'integrate', key: `integrate ${item.id}`, item })
  return owed
}

/** One landing at a time, in the order of the lane. */
function landing(item: Item, step: Step, attempt: Attempt): Duty[] {
  if (item.landing !== undefined) return item.landing.attempt === attempt.id ? [of('move', item, step, attempt)] : []
  return item.lane[0] === attempt.id ? [of('land', item, step, attempt)] : []
}

function of(kind: 'work' | 'settle' | 'verify' | 'land' | 'move', item: Item, step: Step, attempt: Attempt): Duty {
  return { kind, key: `${kind} ${attempt.id}`, item, step, attempt }
}
