// How far up the ladder a step has come: a stronger agent once the same thing has gone wrong often enough with the one before.
import type { Attempt, FailureReason } from '../nouns/attempt.ts'
import type { Step } from '../nouns/step.ts'

const tooSmall = 'context-overflow'
/** What the machine, the account or a person brought about says nothing about how strong an agent must be. */
const telling: ReadonlySet<FailureReason> = new Set([
  'checks-failed',
  'no-change',
  'bad-output',
  'refused-tool',
  'timeout',
  'stalled',
])

/** Whether an attempt that ended so says something of its agent. */
export function tells(reason: FailureReason): boolean {
  return reason === tooSmall || telling.has(reason)
}

export interface Climb {
  /** How many rungs above the first. */
  readonly rungs: number
  /** Why, in words; empty on the first. */
  readonly because: string
}

/** Looks at the tries since a person last let the step begin anew, in order. */
export function climb(step: Step, escalateAfter: number): Climb {
  let rungs = 0
  let because = ''
  let counts = new Map<string, number>()
  for (const attempt of step.attempts.slice(step.attemptsBefore)) {
    for (const what of failures(attempt)) {
      const times = (counts.get(what) ?? 0) + 1
      counts.set(what, times)
      if (what !== tooSmall && times < escalateAfter) continue
      rungs += 1
      because = what === tooSmall ? `${attempt.agent} had too little context` : said(attempt, what, times)
      counts = new Map()
      break
    }
  }
  return { rungs, because }
}

function failures(attempt: Attempt): readonly string[] {
  const { outcome, checked } = attempt
  if (outcome !== undefined && outcome.kind !== 'succeeded') {
    if (outcome.reason === tooSmall) return [tooSmall]
    return telling.has(outcome.reason) ? [outcome.reason] : []
  }
  if (checked === undefined || checked.passed) return []
  return checked.verdicts.filter((verdict) => !verdict.passed).map((verdict) => `check ${verdict.check}`)
}

function said(attempt: Attempt, what: string, times: number): string {
  return `${attempt.agent} failed ${times === 1 ? 'once' : `${times} times`} at the same (${what})`
}
