// What the outside world owes an item right now; the engine carries each out once, and after a restart they are simply owed again.
import { still } from './batches.ts'
import type { Attempt } from './nouns/attempt.ts'
import { type Item, isLanding } from './nouns/item.ts'
import type { Step } from './nouns/step.ts'
import { latest, type State } from './state.ts'

interface OfAttempt {
  readonly kind: 'work' | 'settle' | 'verify' | 'rehearse' | 'land' | 'move'
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
}

/**
 * Pure, and the whole of recovery: what was under way when the house stopped is owed in another form.
 * What somebody outside has claimed owes nothing until they say that it is done.
 * work: begin the agent. settle: its house is gone, so is it. verify: run the checks. land: merge, check, order.
 * rehearse: run the checks of work that is next in line as if what is before it had landed; never recorded, so it can be wrong without harm.
 * What is verified or rehearsed may be checked once for several, which then land in one move.
 * move: carry out an ordered landing, whose outcome may be unknown. The same for integration.
 */
export type Duty = (OfAttempt | { readonly kind: 'integrate' | 'move-integration'; readonly item: Item }) & {
  readonly key: string
  /** Sequence of the fact that makes it owed: it begins when that is on the disk, not before. */
  readonly since: number
}

export function duties(state: State, item: Item): Duty[] {
  const owed: Duty[] = []
  for (const index of item.active) {
    const step = item.steps[index] as Step
    const attempt = latest(step)
    if (attempt === undefined) continue
    const kind = duty(state, item, step, attempt)
    if (kind === undefined) continue
    const key = kind === 'rehearse' ? `${kind} ${attempt.id} after ${before(item, attempt)}` : `${kind} ${attempt.id}`
    owed.push({ kind, key, item, step, attempt, since: since(kind, item, step) })
  }
  const { integration, integrate, integrateSeq } = item
  if (integration !== undefined && !integration.done) {
    owed.push({ kind: 'move-integration', key: `move ${item.id}`, item, since: integration.orderedSeq })
  } else if (integrate !== undefined && integration === undefined) {
    owed.push({ kind: 'integrate', key: `integrate ${item.id}`, item, since: integrateSeq ?? 0 })
  }
  return owed
}

const rehearsedAtOnce = 8

/** One landing at a time, in the order of the lane; only the first is verified. */
function duty(state: State, item: Item, step: Step, attempt: Attempt): OfAttempt['kind'] | undefined {
  if (step.phase === 'running' && attempt.outside !== undefined) return undefined
  if (step.phase === 'running') return attempt.epoch === state.epoch ? 'work' : 'settle'
  if (isLanding(item, attempt.id)) return item.lane[0] === attempt.id ? 'move' : undefined
  const place = item.lane.indexOf(attempt.id)
  if (place > 0) return place <= rehearsedAtOnce ? 'rehearse' : undefined
  if (place < 0) return undefined
  if (step.phase === 'verifying') return 'verify'
  return still(state, item) ? undefined : 'land'
}

function before(item: Item, attempt: Attempt): string {
  return item.lane[item.lane.indexOf(attempt.id) - 1] ?? ''
}

function since(kind: OfAttempt['kind'], item: Item, step: Step): number {
  return kind === 'move' ? (item.landing?.orderedSeq ?? step.since) : step.since
}
