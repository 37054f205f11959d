// The audit: every entry's bytes, links and places, and the tree's roots against checkpoints kept elsewhere.
import type { Store } from '../../core/ports.ts'
import { noHash } from './entry.ts'
import type { Checkpoint } from './note.ts'
import { pieceSize, planPieces, walkPieces } from './pieces.ts'
import type { Seal } from './sealed.ts'
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
  /** What the entries that were read name by its digest: transcripts and blobs, which lie elsewhere. */
  readonly seals: readonly Seal[]
  /** The finding in a sentence for a person. */
  readonly why: string
}

export interface Recorded extends Pick<Checkpoint, 'size' | 'root'> {
  readonly seq: number
}

export interface AuditOptions {
  /** Checkpoints whose signatures were verified, in any order; best kept where the journal's owner cannot write. */
  readonly checkpoints?: readonly Checkpoint[]
  /** What the record itself says was signed, and where it says so: that covers nothing, but it must fit. */
  readonly recorded?: readonly Recorded[]
  /** How many threads may read at once; 1 keeps to this one. */
  readonly threads?: number
  /** Ask the medium, too, what it finds wrong with its files. */
  readonly medium?: boolean
}

const batch = 4096
export const manyEntries = 50_000

function holds(walk: Walk, { size, root }: Pick<Checkpoint, 'size' | 'root'>): boolean | undefined {
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

function misfits(walk: Walk, recorded: readonly Recorded[] = []): Fault[] {
  return recorded
    .filter((each) => holds(walk, each) === false)
    .map(({ seq, size }) => {
      const what = `Entry ${seq} says that a checkpoint over ${size} entries was signed, but those entries have another root than it says.`
      return { seq, kind: 'checkpoint', what }
    })
}

/** By place; what the medium says of its files names none, and comes last. */
function inOrder(faults: readonly Fault[]): Fault[] {
  const place = (fault: Fault) => (fault.kind === 'medium' && fault.seq === 0 ? Number.POSITIVE_INFINITY : fault.seq)
  return [...faults].sort((a, b) => place(a) - place(b))
}

function conclude(walk: Walk, found: Fault[], head: number, options: AuditOptions, from: number): Audit {
  const checkpoints = options.checkpoints ?? []
  const exact = (vague: Fault) => found.some(({ seq }) => vague.seq <= seq && seq <= (vague.to ?? vague.seq))
  const compared = compareRoots(walk, checkpoints, head, from).filter((each) => !exact(each))
  const faults = inOrder([...found, ...compared, ...misfits(walk, options.recorded)])
  const held = checkpoints.filter((each) => holds(walk, each) === true).map(({ size }) => size)
  const uncovered = head - Math.max(0, ...held)
  const ok = faults.length === 0
  const against =
    checkpoints.length === 0 ? 'no checkpoint was given to hold them against' : `checkpoints held: ${held.length}`
  const why = ok
    ? `${head} entries are sound; ${against}${uncovered > 0 ? `; none covers the last ${uncovered}` : ''}.`
    : (faults[0]?.what ?? '')
  const tree = { ...walk.tree.save(), last: walk.last }
  const { seals } = walk
  return { ok, size: head, root: walk.tree.root(), checked: walk.seq - from, faults, held, uncovered, tree, seals, why }
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
  const marks = [...checkpoints, ...(options.recorded ?? [])].map(({ size }) => size)
  const found = await askMedium(store, options)
  const walk = beginWalk(0, noHash, marks)
  const threads = options.threads ?? (head >= manyEntries ? 2 : 1)
  const pieces = threads > 1 && store.reader !== undefined ? planPieces(head, pieceSize) : []
  const whole = pieces.length > 1 ? await walkPieces(store, walk, pieces, threads) : 'alone'
  const fault = whole === 'alone' ? await walkStore(store, walk, head) : whole
  return conclude(walk, fault === undefined ? found : [...found, fault], head, options, 0)
}

/** The tree over the first `size` stored hashes, without reading texts. `at` is called with it at each size on the way. */
export async function treeAt(store: Store, size: number, at?: (tree: Frontier) => void): Promise<SavedTree> {
  const tree = new Frontier()
  let last = noHash
  while (tree.size < size) {
    const leaves = Buffer.from(await store.leaves(tree.size, Math.min(batch, size - tree.size)))
    if (leaves.length === 0) break
    for (let place = 0; place < leaves.length; place += 32) {
      last = leaves.toString('hex', place, place + 32)
      tree.append(last)
      at?.(tree)
    }
  }
  return { ...tree.save(), last }
}

/**
 * Checks only what came after `since`, a checkpoint that an earlier full audit has held. `saved` is that audit's tree; when it is missing
 * or is of another size, the tree is made from the stored hashes. Older texts are not read again: a full audit does that. Older
 * checkpoints are held against the stored hashes, so that a rewritten record is told from its first bad place on.
 */
export async function verifySince(
  store: Store,
  since: Checkpoint,
  saved?: SavedTree,
  options: AuditOptions = {},
): Promise<Audit> {
  const head = (await store.head()).seq
  const others = (options.checkpoints ?? []).filter(({ size, root }) => size !== since.size || root !== since.root)
  const recorded = (options.recorded ?? []).filter(({ size }) => size >= since.size)
  const all = { ...options, checkpoints: [since, ...others], recorded }
  if (since.size > head) return conclude(beginWalk(0, noHash, []), [], head, all, 0)
  const older = new Set(others.map(({ size }) => size).filter((size) => size < since.size))
  const kept: { size: number; frontier: SavedFrontier }[] = []
  const keep = (tree: Frontier) => void (older.has(tree.size) && kept.push({ size: tree.size, frontier: tree.save() }))
  const fits = saved?.size === since.size && older.size === 0
  const start = fits ? saved : await treeAt(store, since.size, older.size === 0 ? undefined : keep)
  const marks = [...all.checkpoints, ...recorded].map(({ size }) => size)
  const walk = beginWalk(since.size, start.last, marks, Frontier.from(start))
  walk.kept.push(...kept)
  const found = await askMedium(store, options)
  const fault = await walkStore(store, walk, head)
  const from = older.size === 0 ? since.size : 0
  return {
    ...conclude(walk, fault === undefined ? found : [...found, fault], head, all, from),
    checked: walk.seq - since.size,
  }
}
