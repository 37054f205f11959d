// One try at a step by one agent: who tried, how it ended, what it used.
import type { Verdict } from './check.ts'

/** The closed list of ways an attempt goes wrong; reasons.ts holds one retry rule each. */
export type FailureReason =
  | 'quota'
  | 'rate-limited'
  | 'overloaded'
  | 'network'
  | 'auth'
  | 'context-overflow'
  | 'refused-tool'
  | 'no-change'
  | 'checks-failed'
  | 'conflict'
  | 'timeout'
  | 'stalled'
  | 'crashed'
  | 'lost'
  | 'no-handoff'
  | 'sandbox-missing'
  | 'budget'
  | 'cancelled'
  | 'given-up'
  | 'bad-output'
  | 'defect'

export type Outcome =
  | { readonly kind: 'succeeded'; readonly why: string }
  | {
      readonly kind: 'failed' | 'rejected' | 'stopped' | 'lost'
      readonly reason: FailureReason
      readonly why: string
      /** Wall time at which trying again makes sense (a quota's reset). */
      readonly until?: number
    }

export interface Used {
  readonly tokensIn: number
  readonly tokensOut: number
  readonly cachedIn: number
  /** Dollars; 0 also when nobody knows the price, and then `unpriced` says so. */
  readonly cost: number
  readonly ms: number
  readonly unpriced?: true
}

export const nothingUsed: Used = { tokensIn: 0, tokensOut: 0, cachedIn: 0, cost: 0, ms: 0 }

/** One verification: on which tip, which commit and tree, and what each check said. */
export interface AttemptCheck {
  readonly tip: string
  /** The commit that lands if nothing else does first: the checks ran on exactly its tree. */
  readonly commit: string
  readonly tree: string
  /** Several landed in one move: the checks ran once, on this commit, the last of them, which contains this attempt's own. */
  readonly on?: string
  readonly passed: boolean
  readonly verdicts: readonly Verdict[]
}

/** What the next attempt goes on from, and why. */
export interface Mending {
  readonly attempt: string
  readonly what: 'checks' | 'conflict'
}

/** Where a router had the step begin, and why. */
export interface Advised {
  readonly agent: string
  readonly why: string
}

/** Words of an attempt as they are kept in a blob of their own, so that they can be forgotten with it and with nothing else. */
export function ownWords(attempt: string, text: string): string {
  return `${attempt}\n${text}`
}

/** Without the name that stands before them. */
export function wordsIn(kept: string): string {
  return kept.slice(kept.indexOf('\n') + 1)
}

/** Who has claimed a step to do it where Baton does not see it: a person or a script, in a checkout of their own. */
export interface Outside {
  readonly displayName: string
  /** What the claimer calls the run that it is part of. */
  readonly runId?: string
  /** The person or key that claimed it in this name; absent of claims from before that was kept. */
  readonly by?: string
}

/** What a person or a key is called, as a word that fits into commits and names. */
export function executorNamed(name: string): string {
  const word = name.replace(/[^A-Za-z0-9._@:+-]/g, '-').slice(0, 120)
  return /^[A-Za-z0-9]/.test(word) ? word : `x${word}`.slice(0, 120)
}

/** A name is no proof: it is spoken in by whoever claimed in it, and by whoever is called so. */
export function speaksFor({ agent, outside }: Attempt, executor: string, by: string): boolean {
  if (outside === undefined || agent !== executor) return false
  return outside.by === undefined || outside.by === by || executorNamed(by) === agent
}

/** The executor of every attempt that Baton does not carry out itself. */
export const outsideExecutor = 'outside'

/** What whoever did it says to those who come next. */
export interface Advice {
  readonly next?: string
  readonly links?: readonly string[]
  /** Who did it, when that is not the claimer; and when, by their own clock (wall time). */
  readonly actor?: string
  readonly at?: number
}

export interface Attempt {
  readonly id: string
  readonly step: string
  readonly number: number
  readonly agent: string
  readonly executor: string
  /** Sequence of the granting entry: a later holder always outranks an earlier one. */
  readonly fence: number
  readonly epoch: number
  /** The commit it works from. */
  readonly base: string
  readonly startedAt: number
  /** The attempt whose work and session it goes on from, to mend what the checks or a merge found wrong with it. */
  readonly mends?: Mending
  readonly model?: string
  readonly advised?: Advised
  /** Nothing of Baton runs it: it has no process and no time-out, and outlives every restart until somebody ends it. */
  readonly outside?: Outside
  /** The agent's own name for its session. */
  session?: string
  beganAt?: number
  endedAt?: number
  outcome?: Outcome
  used?: Used
  /** What collect() took, as a tree and as a commit on the base. */
  tree?: string
  commit?: string
  inputs?: string
  transcript?: string
  /** Digest of a blob: what the agent said last of what it did, for those who come after. */
  summary?: string
  said?: Advice
  /** The newest file of the record that is about it. */
  handoff?: { readonly path: string; readonly digest: string; readonly commit: string }
  /** The last verification. */
  checked?: AttemptCheck
  protectedPaths?: readonly string[]
  landed?: string
  /** Why a person sent its result back. */
  sentBack?: string
  /** The role in which it was counted as judged; absent until it is. */
  judgedAs?: string
  salvaged?: boolean
  clone?: 'kept' | 'gone'
}
