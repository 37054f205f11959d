// What the marks in plain Markdown boxes mean: GitHub's two, and those that note-taking tools add.
import type { PlanStatus } from '../../core/nouns/step.ts'
import type { Marks } from './ticks.ts'

const meanings: Readonly<Record<string, PlanStatus>> = {
  ' ': 'open',
  '/': 'doing',
  '~': 'doing',
  '-': 'cancelled',
  '>': 'deferred',
  '<': 'deferred',
  '!': 'open',
}
const first: Readonly<Partial<Record<PlanStatus, readonly string[]>>> = {
  open: [' '],
  doing: ['/', '~'],
  cancelled: ['-'],
  deferred: ['>', '<'],
}

/** GitHub shows boxes with other marks as plain text, so they are written only where the file already has them. */
export const usualMarks: Marks = {
  read: (mark) => (Object.hasOwn(meanings, mark) ? meanings[mark] : undefined),
  write: (status, used) => first[status]?.find((mark) => mark === ' ' || used.has(mark)),
}
