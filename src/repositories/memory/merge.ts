// A three-way merge by whole files: what both sides changed differently is a conflict.
import { type Conflict, type Merge, RepositoryTrouble, type TreeEntry } from '../../core/ports.ts'
import { applyChanges, type NewChange } from '../trees.ts'
import { inOrder, type MemoryObjects, sameEntry } from './objects.ts'

export async function mergeInMemory(objects: MemoryObjects, ours: string, theirs: string): Promise<Merge> {
  const files = (commit: string) => objects.flat(objects.need(commit).tree)
  const [base, mine, yours] = [files(mergeBase(objects, ours, theirs)), files(ours), files(theirs)]
  const changes: NewChange[] = []
  const conflicts: Conflict[] = []
  for (const path of inOrder(base, mine, yours)) {
    const [b, o, t] = [base.get(path), mine.get(path), yours.get(path)]
    if (sameEntry(o, t) || sameEntry(b, t)) continue
    if (!sameEntry(b, o)) conflicts.push(conflictOf(path, b, o, t))
    else changes.push(t ? { path, kind: 'added', mode: t.mode, oid: t.oid } : { path, kind: 'deleted' })
  }
  conflicts.push(...inTheWay(mine, changes))
  if (conflicts.length > 0) {
    const messages = conflicts.map((c) => `CONFLICT (${c.kind}): ${c.path}\n`).join('')
    const tree = await bothSides(objects, objects.need(ours).tree, changes, conflicts)
    return { clean: false, conflicts, messages, ...(tree === undefined ? {} : { tree }) }
  }
  const oids = changes.map((c) => c.oid ?? '')
  return { clean: true, tree: await applyChanges(objects, objects.need(ours).tree, changes, oids) }
}

/** As git leaves them: both texts between its marks, and of what one side deleted the other's. */
async function bothSides(
  objects: MemoryObjects,
  ours: string,
  clean: readonly NewChange[],
  conflicts: readonly Conflict[],
): Promise<string | undefined> {
  if (conflicts.some((one) => one.kind === 'file/directory')) return undefined
  const marked = conflicts.map((one): NewChange => {
    const text = (oid: string | undefined): string => (oid === undefined ? '' : objects.bytes(oid).toString())
    const both = `<<<<<<< ours\n${text(one.ours)}=======\n${text(one.theirs)}>>>>>>> theirs\n`
    const oid =
      one.ours !== undefined && one.theirs !== undefined ? objects.blob(Buffer.from(both)) : (one.ours ?? one.theirs)
    return { path: one.path, kind: 'modified', mode: '100644', oid: oid ?? '' }
  })
  const changes = [...clean, ...marked]
  return applyChanges(
    objects,
    ours,
    changes,
    changes.map((one) => one.oid ?? ''),
  )
}

/** The common ancestor that no other one contains; of several, the one with the smallest id. */
function mergeBase(objects: MemoryObjects, ours: string, theirs: string): string {
  const mine = objects.history(ours)
  const common = [...objects.history(theirs)].filter((c) => mine.has(c))
  const best = common.filter((c) => !common.some((other) => other !== c && objects.history(other).has(c))).sort()[0]
  if (best !== undefined) return best
  throw new RepositoryTrouble(
    'git',
    `The commits ${ours} and ${theirs} have no common history.`,
    'Merge two commits of one history.',
  )
}

/** Files of theirs that would need a folder where ours has a file, or the other way round. */
function inTheWay(mine: ReadonlyMap<string, TreeEntry>, changes: readonly NewChange[]): Conflict[] {
  const gone = new Set(changes.filter((c) => c.kind === 'deleted').map((c) => c.path))
  return changes.flatMap(({ path, kind }) => {
    if (kind === 'deleted') return []
    const other = [...mine.keys()].find((p) => !gone.has(p) && (path.startsWith(`${p}/`) || p.startsWith(`${path}/`)))
    return other === undefined ? [] : [{ path, kind: 'file/directory' }]
  })
}

function conflictOf(path: string, base?: TreeEntry, ours?: TreeEntry, theirs?: TreeEntry): Conflict {
  const kind = ours && theirs ? (base ? 'contents' : 'add/add') : 'modify/delete'
  const sides = {
    ...(base ? { base: base.oid } : {}),
    ...(ours ? { ours: ours.oid } : {}),
    ...(theirs ? { theirs: theirs.oid } : {}),
  }
  return { path, kind, ...sides }
}
