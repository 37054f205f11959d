// The words of vibe-kanban's columns and priorities, on the local board and in the cloud.
import type { PlanStatus } from '../../core/nouns/step.ts'
import type { Dialect } from '../json/board.ts'

const meanings: Readonly<Record<string, PlanStatus>> = {
  '': 'open',
  todo: 'open',
  backlog: 'deferred',
  inprogress: 'doing',
  inreview: 'review',
  done: 'done',
  cancelled: 'cancelled',
  canceled: 'cancelled',
}

export function meaningOf(word: string): PlanStatus | undefined {
  const plain = word.toLowerCase().replace(/[\s_-]{1,9}/g, '')
  return Object.hasOwn(meanings, plain) ? meanings[plain] : undefined
}

const local = { open: 'todo', doing: 'inprogress', review: 'inreview', done: 'done', cancelled: 'cancelled' } as const
const cloud = {
  open: 'To do',
  doing: 'In progress',
  review: 'In review',
  done: 'Done',
  cancelled: 'Cancelled',
  deferred: 'Backlog',
} as const

/** A board has no column for what is blocked: then nothing is written. */
export function dialectOf(csv: boolean): Dialect {
  const words: Partial<Record<PlanStatus, string>> = csv ? cloud : local
  return { meaningOf, wordFor: (status) => words[status] }
}

const urgencies: Readonly<Record<string, number>> = { urgent: 1, high: 2, medium: 3, low: 4 }

export function priorityOf(word: string): number | undefined {
  const plain = word.toLowerCase()
  return Object.hasOwn(urgencies, plain) ? urgencies[plain] : undefined
}
