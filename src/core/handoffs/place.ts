// Where handoffs lie in a repository: the ref, the names of the files, and when one is as good as gone.
import { RepositoryTrouble } from '../ports.ts'
import type { Handoff } from './artifact.ts'

export const recordRef = 'refs/baton/record'

const nameAtMost = 60

/** A name as it stands in the names of files. */
export function inPath(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, nameAtMost)
}

/**
 * A folder for each day and in it one for each item, so that none grows for ever. Good on every platform: no slash or colon of a
 * name stays in it, and the sequence keeps two of them apart.
 */
export function pathOf(handoff: Handoff, of: number): string {
  const { workItemId, step, attemptId, timestamp } = handoff
  const own = attemptId.slice(attemptId.lastIndexOf('/') + 1)
  const parts = [timestamp, workItemId, step.key, attemptId === workItemId ? 'whole' : own, String(of)]
  return `handoff/${inPath(timestamp.slice(0, 10))}/${inPath(workItemId)}/${parts.map(inPath).join('-')}.json`
}

const shaped = /^handoff\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\.json$/

/** Whether a path could be one that `pathOf` gives. */
export function isPlace(path: string): boolean {
  return shaped.test(path)
}

const unreadable: ReadonlySet<string> = new Set(['missing', 'name', 'too-large'])

/** Whether what a repository says of a path means that no file lies there which could be read: it is as good as gone. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof RepositoryTrouble && unreadable.has(error.kind)
}
