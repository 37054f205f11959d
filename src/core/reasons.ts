// The closed list of failure reasons, with one retry rule each.
import type { FailureReason } from './nouns/attempt.ts'

export interface RetryRule {
  /** Whether this failure uses up one of the step's tries. */
  readonly counts: boolean
  readonly again: 'at-once' | 'after-backoff' | 'when-told' | 'never'
  readonly remedy: string
}

const at = 'at-once'
const later = 'after-backoff'

/** Quota and rate limits never burn a try. */
export const retryRules: Readonly<Record<FailureReason, RetryRule>> = {
  quota: { counts: false, again: 'when-told', remedy: 'wait for the quota to reset, or allow a fallback agent' },
  'rate-limited': { counts: false, again: 'when-told', remedy: 'wait; Baton tries again by itself' },
  overloaded: { counts: false, again: later, remedy: 'wait; Baton tries again by itself' },
  network: { counts: true, again: later, remedy: 'check the connection' },
  auth: { counts: false, again: 'when-told', remedy: 'log the agent in again, then baton agents free' },
  'context-overflow': { counts: true, again: at, remedy: 'split the step, or use a model with more context' },
  'refused-tool': { counts: true, again: at, remedy: 'look at the permission it was refused' },
  'no-change': { counts: true, again: at, remedy: 'make the step say what must change, or baton skip it' },
  'checks-failed': { counts: true, again: at, remedy: "read the check's output: baton show" },
  conflict: { counts: false, again: at, remedy: 'answer the gate: baton gate' },
  timeout: { counts: true, again: at, remedy: 'give the step more time in baton.yaml' },
  stalled: { counts: true, again: at, remedy: 'read its transcript: baton log' },
  crashed: { counts: true, again: at, remedy: 'read its transcript: baton log' },
  lost: { counts: false, again: at, remedy: 'nothing to do: Baton was stopped while it ran' },
  'no-handoff': {
    counts: false,
    again: at,
    remedy: 'baton handoff verify says what is missing, baton handoff repair writes it again',
  },
  'sandbox-missing': { counts: true, again: 'never', remedy: 'baton doctor' },
  budget: { counts: false, again: 'never', remedy: 'raise the budget' },
  cancelled: { counts: false, again: 'never', remedy: 'baton retry' },
  'given-up': { counts: true, again: 'never', remedy: 'read why: baton show, then baton retry' },
  'bad-output': { counts: true, again: at, remedy: 'read its transcript: baton log' },
  defect: { counts: true, again: 'never', remedy: 'please report it with baton doctor --bundle' },
}

const firstBackoffMs = 2000
const longestBackoffMs = 300_000

/** How long to wait after the nth uncounted or counted failure of one step. */
export function backoffMs(failures: number): number {
  return Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.max(0, Math.min(20, failures - 1)))
}
