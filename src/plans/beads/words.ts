// The words that beads has for states, kinds of issues and kinds of dependencies, and what they mean here.
import type { PlanStatus } from '../../core/nouns/step.ts'
import { wordsOf } from '../json/file.ts'

const meanings: Readonly<Record<string, PlanStatus>> = {
  '': 'open',
  open: 'open',
  in_progress: 'doing',
  'in-progress': 'doing',
  hooked: 'doing',
  blocked: 'blocked',
  deferred: 'deferred',
  closed: 'done',
}

export function meaningOf(word: string): PlanStatus | undefined {
  const plain = word.toLowerCase()
  return Object.hasOwn(meanings, plain) ? meanings[plain] : undefined
}

/** Beads has no review and no cancelled: the one is still in progress, the other closed with its reason. */
export const wordFor: Readonly<Record<PlanStatus, string>> = {
  open: 'open',
  doing: 'in_progress',
  review: 'in_progress',
  blocked: 'blocked',
  deferred: 'deferred',
  done: 'closed',
  cancelled: 'closed',
}

/** What the tool and its agents keep in the same table, and nobody works on. */
const noWork: ReadonlySet<string> = new Set(
  'agent rig role message event convoy slot queue merge-request mail'.split(' '),
)
const holders: ReadonlySet<string> = new Set(['epic', 'molecule', 'milestone'])

export type Issue = Readonly<Record<string, unknown>>

const yes = (value: unknown): boolean => value === true || value === 1

/** Why this record is no work of ours, in a word or two; undefined when it is. Gas Town says by label what its own records are. */
export function leftOut(record: Issue, labels: readonly string[]): string | undefined {
  const type = wordsOf(record.issue_type).toLowerCase()
  const status = wordsOf(record.status).toLowerCase()
  if (status === 'tombstone' || (typeof record.deleted_at === 'string' && record.deleted_at !== '')) return 'deleted'
  if (yes(record.is_template)) return 'template'
  if (yes(record.ephemeral) || wordsOf(record.wisp_type) !== '') return 'ephemeral'
  if (status === 'pinned' || yes(record.pinned)) return 'pinned'
  if (noWork.has(type)) return type
  return labels.find((label) => label.startsWith('gt:') && noWork.has(label.slice(3)))?.slice(3)
}

export function holdsOthers(record: Issue): boolean {
  return holders.has(wordsOf(record.issue_type).toLowerCase())
}

export type EdgeKind = 'blocks' | 'conditional' | 'parent' | 'other'

export function edgeKind(type: string): EdgeKind {
  if (type === 'blocks' || type === 'waits-for' || type === '') return 'blocks'
  if (type === 'conditional-blocks') return 'conditional'
  return type === 'parent-child' ? 'parent' : 'other'
}

/** How the reasons begin that Baton itself gives for closing an issue. */
export const landedBy = /^(?:Landed by |Everything in it has landed)/
