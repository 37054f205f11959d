// Decides what those say who did a step outside Baton: that it is done, that it failed, or that they give it back.
import type { Decided } from '../decide/answer.ts'
import { requeue } from '../decide/run.ts'
import { stopWork } from '../decide/step.ts'
import { type Attempt, nothingUsed, speaksFor } from '../nouns/attempt.ts'
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { onlyReads } from '../policy.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { attemptOf, closedItemOf, latest, type State } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import { endAttempt } from './attempt.ts'

interface Said {
  readonly attempt: string
  readonly executor: string
  readonly rules: boolean
}

interface Held {
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
}

/** From here on it is judged like any other: by Baton's own checks, on the commit that would land. */
export function completeAttempt(state: State, data: Wishes['attempt.complete'], wish: Wish, at: number): Decided {
  const found = heldBy(state, data, wish.by)
  if ('kind' in found) return found
  const { item, step, attempt } = found
  const { executor: _, rules: __, ...said } = data
  if (attempt.endedAt !== undefined) return saidBefore(attempt, data)
  const reads = onlyReads(state.workspaces.get(item.workspace)?.policy, step.spec)
  if (data.outcome.kind === 'succeeded' && !reads && data.changed !== true) {
    const why = `it changes nothing of ${attempt.base.slice(0, 10)}, from which it was claimed`
    return refuse('invalid', `result of ${attempt.id}`, why, 'name the commit that holds the work: --commit, or --from')
  }
  if (data.outcome.kind === 'succeeded' && reads && data.summary === undefined) {
    const remedy = 'say what was found: --outcome "…"'
    return refuse('invalid', `result of ${attempt.id}`, 'the step only reads, so its answer is what is checked', remedy)
  }
  return endAttempt(state, { ...said, fence: attempt.fence, used: nothingUsed }, wish, at)
}

/** Whoever was interrupted says it again: the same is nothing new, anything else comes too late. */
function saidBefore(attempt: Attempt, { outcome, tree }: Wishes['attempt.complete']): Decided {
  const before = attempt.outcome
  const same = before?.kind === outcome.kind && (outcome.kind !== 'succeeded' || attempt.tree === tree)
  if (same) return []
  const why = `it has ended already: ${before?.kind}, ${before?.why}`
  return refuse('conflict', `attempt ${attempt.id}`, why, `baton show ${attempt.id}; to do it again, claim it again`)
}

/** Given back without a judgement: no try is spent, and the step waits again. */
export function releaseAttempt(state: State, data: Wishes['attempt.release'], wish: Wish): Decided {
  const found = heldBy(state, data, wish.by)
  if ('kind' in found) return found
  const { item, step, attempt } = found
  if (attempt.endedAt !== undefined) {
    const stopped = attempt.outcome?.kind === 'stopped'
    if (stopped) return []
    const why = `it has ended already: ${attempt.outcome?.kind}, ${attempt.outcome?.why}`
    return refuse('conflict', `attempt ${attempt.id}`, why, `baton show ${attempt.id}`)
  }
  const why = `${wish.by}: ${data.why}`
  return [...stopWork(state, item, step, 'cancelled', why), requeue(item, step, why)]
}

/** Whoever did not claim it says nothing of it, in whatever name. */
export function notTheirs(attempt: Attempt, executor: string, by: string): Refusal | undefined {
  if (attempt.outside === undefined || speaksFor(attempt, executor, by)) return undefined
  const { agent, id, outside } = attempt
  const named = agent !== executor
  const why = named
    ? `${agent} has claimed it, not ${executor}`
    : `${outside.by} has claimed it for ${agent}, not ${by}`
  const remedy = `say so as ${named ? agent : outside.by}, or as the owner of this home without --executor`
  return refuse('auth', `attempt ${id}`, why, remedy)
}

/** The fence: only the newest attempt of a step counts, only while it is held outside, and only for whoever has it. */
function heldBy(state: State, data: Said, by: string): Held | Refusal {
  const what = `attempt ${data.attempt}`
  const found = attemptOf(state, data.attempt)
  if (found === undefined) {
    const over = closedItemOf(state, data.attempt)
    if (over !== undefined)
      return refuse('conflict', what, `its item is closed: ${over.why}`, `baton status ${over.id}`)
    return refuse('not-found', what, 'no such attempt was started', 'baton status lists the steps')
  }
  const { step, attempt } = found
  if (attempt.outside === undefined)
    return refuse('conflict', what, `${attempt.agent} does it, and Baton ends it`, `baton cancel ${step.id}`)
  const no = data.rules ? undefined : notTheirs(attempt, data.executor, by)
  if (no !== undefined) return no
  const newest = latest(step)
  if (newest === attempt) return found
  const now = `${newest?.id} by ${newest?.agent} came after it`
  return refuse('conflict', what, now, `baton why ${step.id} says who has it`)
}
