// Puts files on the ref where a repository's record lies, and reads them there: many in one commit, whoever else does so meanwhile.
import { recordRef } from '../../core/handoffs/place.ts'
import type { Repository } from '../../core/ports.ts'
import { bytesAt, standingAt, withFiles } from './standing.ts'

export interface Paper {
  readonly path: string
  readonly bytes: Uint8Array
  /** Whether what lies there already is as good, and stays. */
  keeps?(there: Uint8Array): Promise<boolean>
}

export interface Shelved {
  /** The commit on the ref in which all of them lie. */
  readonly commit: string
  /** The bytes of each as they lie there now, in the order of the papers. */
  readonly lie: readonly Uint8Array[]
}

export interface Batch {
  readonly papers: readonly Paper[]
  /** Milliseconds: fixed by the facts, so that doing it twice gives the same commit. */
  readonly at: number
  readonly message: string
}

const triesAtMost = 8

/** After a crash nothing is there twice: what lies there with the same bytes is left as it is. */
export async function shelve(repository: Repository, { papers, at, message }: Batch): Promise<Shelved> {
  let moved = ''
  for (let left = triesAtMost; left > 0; left--) {
    const tip = await repository.tip(recordRef)
    const { base, parents } = await standingAt(repository, tip)
    const changes = []
    const lie = []
    for (const { path, bytes, keeps } of papers) {
      const there = await bytesAt(repository, base, path)
      const stays = there !== undefined && (same(there, bytes) || (await keeps?.(there)) === true)
      lie.push(stays ? there : bytes)
      if (stays) continue
      const kind = there === undefined ? ('added' as const) : ('modified' as const)
      changes.push({ path, kind, mode: '100644', content: bytes })
    }
    if (changes.length === 0 && tip !== null && parents.length > 0) return { commit: tip, lie }
    const tree = await withFiles(repository, base, changes)
    const commit = await repository.commit({
      tree,
      parents,
      message,
      authorName: 'Baton',
      authorEmail: 'baton@baton.invalid',
      at,
    })
    const outcome = await repository.moveRef(recordRef, commit, tip, 'baton: handoffs')
    if (outcome.kind === 'moved') return { commit, lie }
    if (outcome.kind === 'held') throw new Error(`${recordRef} is held by ${outcome.where}: ${outcome.why}`)
    moved = outcome.at ?? 'nothing'
  }
  throw new Error(
    `${recordRef} was moved by somebody else ${triesAtMost} times while it was written, last to ${moved}.`,
  )
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
