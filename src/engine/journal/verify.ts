// The audit: every entry's bytes, links and places, and the tree's roots against checkpoints kept elsewhere.
import type { Store } from '../../core/ports.ts'
import { noHash } from './entry.ts'
import type { Checkpoint } from './note.ts'
import { pieceSize, planPieces, walkPieces } from './pieces.ts'
import { Frontier, type SavedFrontier } from './tree.ts'
import { beginWalk, type Fault, type Walk, walkStore } from './walk.ts'

/** A frontier with the hash of its last leaf: what an audit or a journal needs to go on from there. */
export interface SavedTree extends SavedFrontier {
  readonly last: string
}

export interface Audit {
  readonly ok: boolean
  /** The entries there are, and the root and hash they end in; the root is that of the sound entries when there are faults. */
  readonly size: number
  readonly root: string
  /** How many entries were read one by one. */
  readonly checked: number
  /** Sorted by place: the first is the first bad position. */
  readonly faults: readonly Fault[]
  /** The sizes of the checkpoints that hold. */
  readonly held: readonly number[]
  /** How many of the newest entries no checkpoint covers: whoever may write the file could have rewritten these. */
  readonly uncovered: number
  readonly tree: SavedTree
  /** The finding in a sentence for a person. */
  readonly why: string
}

export interface AuditOptions {
  /** Checkpoints whose signatures were verified, in any order; best kept where the journal's owner cannot write. */
  readonly checkpoints?: readonly Checkpoint[]
  /** How many threads may read at once; 1 keeps to this one. */
  readonly threads?: number
  /** Ask the medium, too, what it finds wrong with its files. */
  readonly medium?: boolean
}

const batch = 4096
export const manyEntries = 50_000

function holds(walk: Walk, { size, root }: Checkpoint): boolean | undefined {
  const kept = walk.kept.find((each) => each.size === size)
  return kept === undefined ? undefined : Frontier.from(kept.frontier).root() === root
}

function compareRoots(walk: Walk, checkpoints: readonly Checkpoint[], head: number, from: number): Fault[] {
  const faults: Fault[] = []
  let sound = from
  const largest = Math.max(0, ...checkpoints.map(({ size }) => size))
  for (const checkpoint of [...checkpoints].sort((a, b) => a.size - b.size)) {
    const { size } = checkpoint
    const first = Math.max(1, Math.min(sound + 1, size))
    const held = holds(walk, checkpoint)
    if (size > head && size === largest) {
      const what =
        `The journal ends at entry ${head}, but a checkpoint over ${size} entries was signed: ` +
        `entries ${head + 1} to ${size} were cut off, or an older copy was put back.`
      faults.push({ seq: head + 1, to: size, kind: 'truncated', what })
    } else if (held === false) {
      const what =
        `The first ${size} entries are not those that the checkpoint over ${size} was signed for: ` +
        `one or more of entries ${first} to ${size} were rewritten, with every hash after them.`
      faults.push({ seq: first, to: size, kind: 'rewritten', what })
    } else if (held === true) {
      sound = Math.max(sound, size)
    }
  }
  return faults
}

/** By place; what the medium says of its files names none, and comes last. */
function inOrder(faults: readonly Fault[]): Fault[] {
  const place = (fault: Fault) => (fault.kind === 'medium' && fault.seq === 0 ? Number.POSITIVE_INFINITY : fault.seq)
  return [...faults].sort((a, b) => place(a) - place(b))
}

function conclude(walk: Walk, found: Fault[], head: number, checkpoints: readonly Checkpoint[], from: number): Audit {
  const exact = (vague: Fault) => found.some(({ seq }) => vague.seq <= seq && seq <= (vague.to ?? vague.seq))
  const faults = inOrder([...found, ...compareRoots(walk, checkpoints, head, from).filter((each) => !exact(each))])
  const held = checkpoints.filter((each) => holds(walk, each) === true).map(({ size }) => size)
  const uncovered = head - Math.max(0, ...held)
  const ok = faults.length === 0
  const against =
    checkpoints.length === 0 ? 'no checkpoint was given to hold them against' : `checkpoints held: ${held.length}`
  const why = ok
    ? `${head} entries are sound; ${against}${uncovered > 0 ? `; none covers the last ${uncovered}` : ''}.`
    : (faults[0]?.what ?? '')
  const tree = { ...walk.tree.save(), last: walk.last }
  return { ok, size: head, root: walk.tree.root(), checked: walk.seq - from, faults, held, uncovered, tree, why }
}

async function askMedium(store: Store, options: AuditOptions): Promise<Fault[]> {
  if (options.medium !== true || store.examine === undefined) return []
  const lines = await store.examine()
  return lines.map((line) => ({ seq: 0, kind: 'medium' as const, what: `The store's file is damaged: ${line}.` }))
}

/** Reads and checks everything. Faults are findings, not errors; it throws only when the store cannot be read at all. */
export async function verify(store: Store, options: AuditOptions = {}): Promise<Audit> {
  const checkpoints = options.checkpoints ?? []
  const head = (await store.head()).seq
  const marks = checkpoints.map(({ size }) => size)
  const found = await askMedium(store, options)
  const walk = beginWalk(0, noHash, marks)
  const threads = options.threads ?? (head >= manyEntries ? 2 : 1)
  const pieces = threads > 1 && store.reader !== undefined ? planPieces(head, pieceSize) : []
  const whole = pieces.length > 1 ? await walkPieces(store, walk, pieces, threads) : 'alone'
  const fault = whole === 'alone' ? await walkStore(store, walk, head) : whole
  return conclude(walk, fault === undefined ? found : [...found, fault], head, checkpoints, 0)
}

/** The tree over the first `size` stored hashes, without reading texts. */
export async function treeAt(store: Store, size: number): Promise<SavedTree> {
  const tree = new Frontier()
  let last = noHash
  while (tree.size < size) {
    const leaves = Buffer.from(await store.leaves(tree.size, Math.min(batch, size - tree.size)))
    if (leaves.length === 0) break
    for (let at = 0; at < leaves.length; at += 32) {
      last = leaves.toString('hex', at, at + 32)
      tree.append(last)
    }
  }
  return { ...tree.save(), last }
}

/**
 * Checks only what came after `since`, a checkpoint that an earlier full audit has held. `saved` is that audit's tree; when it is missing
 * or is of another size, the tree is made from the stored hashes. Older texts are not read again: a full audit does that.
 */
export async function verifySince(
  store: Store,
  since: Checkpoint,
  saved?: SavedTree,
  options: AuditOptions = {},
): Promise<Audit> {
  const head = (await store.head()).seq
  const checkpoints = [since, ...(options.checkpoints ?? []).filter(({ size }) => size > since.size)]
  if (since.size > head) return conclude(beginWalk(0, noHash, []), [], head, checkpoints, 0)
  const start = saved?.size === since.size ? saved : await treeAt(store, since.size)
  const marks = checkpoints.map(({ size }) => size)
  const walk = beginWalk(since.size, start.last, marks, Frontier.from(start))
  const found = await askMedium(store, options)
  const fault = await walkStore(store, walk, head)
  return conclude(walk, fault === undefined ? found : [...found, fault], head, checkpoints, since.size)
}
