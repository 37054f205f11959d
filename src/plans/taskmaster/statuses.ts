// The words Task Master has for how far a task is, and for how urgent it is.
import type { PlanStatus } from '../../core/nouns/step.ts'

const meanings: Readonly<Record<string, PlanStatus>> = {
  pending: 'open',
  todo: 'open',
  'to-do': 'open',
  open: 'open',
  'in-progress': 'doing',
  'in progress': 'doing',
  in_progress: 'doing',
  review: 'review',
  blocked: 'blocked',
  deferred: 'deferred',
  done: 'done',
  completed: 'done',
  cancelled: 'cancelled',
  canceled: 'cancelled',
}

const words: Readonly<Record<PlanStatus, string>> = {
  open: 'pending',
  doing: 'in-progress',
  review: 'review',
  blocked: 'blocked',
  deferred: 'deferred',
  done: 'done',
  cancelled: 'cancelled',
}

/** Undefined for a word that Task Master does not know; none at all means pending. */
export function meaningOf(word: string): PlanStatus | undefined {
  const plain = word.trim().toLowerCase()
  if (plain === '') return 'open'
  return Object.hasOwn(meanings, plain) ? meanings[plain] : undefined
}

export function wordFor(status: PlanStatus): string {
  return words[status]
}

export function isDone(word: string): boolean {
  return meaningOf(word) === 'done'
}

/** Nothing is left to be done: it is done or cancelled. */
export function isSettled(word: string): boolean {
  const meaning = meaningOf(word)
  return meaning === 'done' || meaning === 'cancelled'
}

const urgencies: Readonly<Record<string, number>> = { critical: 1, high: 2, medium: 3, low: 4 }

export function priorityOf(word: string): number | undefined {
  const plain = word.trim().toLowerCase()
  return Object.hasOwn(urgencies, plain) ? urgencies[plain] : undefined
}
