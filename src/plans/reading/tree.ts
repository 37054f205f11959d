// The entries of a plan as a tree: which hold others, what lies under each, and what is odd about it.
import type { Place } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { Notes } from './notes.ts'

/** What a draft says of an entry beyond its place in the tree; it means what it means on a step. */
type Said = Pick<
  StepSpec,
  'role' | 'owner' | 'labels' | 'priority' | 'status' | 'mark' | 'story' | 'exitCriteria' | 'gate' | 'estimateMs'
>

/** One entry as a format found it, before it is known whether it holds others. */
export interface Draft extends Partial<Said> {
  readonly key: string
  readonly title: string
  readonly brief: string
  readonly place: Place
  readonly ticked: boolean
  readonly parent?: string
  /** Keys of entries that come first. One that holds others stands for all of them. */
  readonly after?: readonly { readonly key: string; readonly at?: Place }[]
  readonly parallel?: boolean
  /** The heading or phase it stands under. */
  readonly group?: string
  /** When absent, the paths that its words name. */
  readonly writes?: readonly string[]
}

export interface Tree {
  readonly drafts: readonly Draft[]
  readonly index: ReadonlyMap<string, number>
  /** Index of the entry that holds it, or -1. */
  readonly parent: Int32Array
  /** How many entries each one holds directly. */
  readonly holds: Int32Array
  /** The entries without others under them, in the order of the file, of each one; shared and never changed. */
  leaves(index: number): readonly number[]
}

export function treeOf(drafts: readonly Draft[], notes: Notes): Tree {
  const index = new Map<string, number>()
  for (let at = 0; at < drafts.length; at += 1) index.set((drafts[at] as Draft).key, at)
  const parent = new Int32Array(drafts.length).fill(-1)
  const holds = new Int32Array(drafts.length)
  for (const [at, draft] of drafts.entries()) {
    if (draft.parent === undefined) continue
    const found = index.get(draft.parent)
    if (found !== undefined) parent[at] = found
    else {
      const text = `${draft.key} is said to be part of ${quoted(draft.parent)}, which is not in this plan.`
      notes.warning('dangling-parent', draft.place, text, 'Correct the id, or delete it.')
    }
  }
  cutCircles(drafts, parent, notes)
  for (const above of parent) if (above >= 0) holds[above] = (holds[above] ?? 0) + 1
  const under = leavesOf(parent, holds)
  const tree: Tree = { drafts, index, parent, holds, leaves: (at) => under[at] ?? [] }
  warnOfBoxes(tree, notes)
  return tree
}

/** Nothing can be part of itself: the link that closes such a circle is said and left out. */
function cutCircles(drafts: readonly Draft[], parent: Int32Array, notes: Notes): void {
  const state = new Uint8Array(drafts.length)
  for (let root = 0; root < drafts.length; root += 1) {
    const trail: number[] = []
    let at = root
    while (at >= 0 && state[at] === 0) {
      state[at] = 1
      trail.push(at)
      at = parent[at] ?? -1
    }
    const last = trail.at(-1)
    if (at >= 0 && state[at] === 1 && last !== undefined) {
      const circle = [...trail.slice(trail.indexOf(at)), at].map((one) => drafts[one]?.key)
      const place = drafts[last]?.place ?? { file: '', line: 1 }
      notes.error('cycle', place, `These are part of each other: ${circle.join(' → ')}.`, 'Take one of them out.')
      parent[last] = -1
    }
    for (const one of trail) state[one] = 2
  }
}

function leavesOf(parent: Int32Array, holds: Int32Array): number[][] {
  const under: number[][] = Array.from(parent, () => [])
  for (const [at, held] of holds.entries()) {
    if (held > 0) continue
    for (let above = at; above >= 0; above = parent[above] ?? -1) under[above]?.push(at)
  }
  return under
}

/** A box that says something else than those under it. Only the boxes of leaves decide what is done. */
function warnOfBoxes({ drafts, holds, leaves }: Tree, notes: Notes): void {
  for (const [at, draft] of drafts.entries()) {
    if (holds[at] === 0) continue
    const open = leaves(at).filter((leaf) => drafts[leaf]?.ticked === false && drafts[leaf]?.status !== 'cancelled')
    const first = quoted(drafts[open[0] ?? -1]?.key ?? '')
    if (draft.ticked && open.length > 0) {
      const text = `${draft.key} is ticked, but ${open.length} of what it holds is not (${first} first); that is still to be done.`
      notes.warning('open-under-ticked', draft.place, text, `Tick what is done, or untick ${draft.key}.`)
    } else if (!draft.ticked && open.length === 0) {
      const text = `Everything under ${draft.key} is ticked, but ${draft.key} is not; there is nothing left to do in it.`
      notes.warning('ticked-under-open', draft.place, text, `Tick ${draft.key}, or say what is left.`)
    }
  }
}
