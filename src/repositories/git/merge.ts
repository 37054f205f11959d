// Merges two commits without a folder, and says what stands against it.
import { type Conflict, type Merge, RepositoryTrouble } from '../../core/ports.ts'
import type { Opened } from './open.ts'

/** Drivers and attributes are out of reach here: the private git folder knows no configuration and no index to read attributes from. */
export async function mergeCommits(run: Opened['run'], ours: string, theirs: string): Promise<Merge> {
  const args = ['merge-tree', '--write-tree', '-z', ours, theirs]
  const answer = await run({ reach: 'objects', args, codes: [1, 128] })
  if (answer.code === 128) {
    const remedy = 'Merge two commits of one history.'
    throw new RepositoryTrouble('git', `The commits ${ours} and ${theirs} cannot be merged: ${answer.err}.`, remedy)
  }
  const fields = answer.out.toString('utf8').split('\0')
  const tree = fields[0] ?? ''
  if (answer.code === 0) return { clean: true, tree }
  const end = fields.indexOf('', 1)
  return { clean: false, tree, ...readConflicts(fields.slice(1, end), fields.slice(end + 1)) }
}

function readConflicts(
  stages: readonly string[],
  rest: readonly string[],
): { conflicts: readonly Conflict[]; messages: string } {
  const sides = new Map<string, { base?: string; ours?: string; theirs?: string }>()
  for (const line of stages) {
    const [, oid, stage, path] = /^\d+ ([0-9a-f]+) ([123])\t(.*)$/su.exec(line) ?? []
    if (oid === undefined || path === undefined) continue
    const side = stage === '1' ? 'base' : stage === '2' ? 'ours' : 'theirs'
    sides.set(path, { ...sides.get(path), [side]: oid })
  }
  const { kinds, words } = readMessages(rest)
  const conflicts = [...sides].map(([path, side]) => ({ path, kind: kindOf(kinds.get(path), side), ...side }))
  return { conflicts, messages: words.join('') }
}

/** Each message is: the number of paths, the paths, a short type, the words. */
function readMessages(fields: readonly string[]): { kinds: Map<string, string>; words: string[] } {
  const kinds = new Map<string, string>()
  const words: string[] = []
  for (let at = 0; at < fields.length && /^\d+$/.test(fields[at] ?? ''); ) {
    const count = Number(fields[at])
    const paths = fields.slice(at + 1, at + 1 + count)
    const kind = /^CONFLICT \((.*)\)$/.exec(fields[at + 1 + count] ?? '')?.[1]
    words.push(fields[at + 2 + count] ?? '')
    if (kind !== undefined) for (const path of paths) if (!kinds.has(path)) kinds.set(path, kind)
    at += 3 + count
  }
  return { kinds, words }
}

/** Git names two files of one name `contents` too. */
function kindOf(said: string | undefined, side: { base?: string; ours?: string; theirs?: string }): string {
  const both = side.ours !== undefined && side.theirs !== undefined
  if (both && side.base === undefined && (said === undefined || said === 'contents')) return 'add/add'
  return said ?? (both ? 'contents' : 'modify/delete')
}
