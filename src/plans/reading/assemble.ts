// Makes steps and groups of the entries that a format found: only what holds nothing is a step, and every edge joins two steps.
import type { Place, PlanGroup } from '../../core/nouns/plan.ts'
import type { Edge, StepSpec } from '../../core/nouns/step.ts'
import { clip, quoted } from '../../core/text/neutral.ts'
import { circlesIn } from './cycles.ts'
import type { Notes } from './notes.ts'
import { pathsIn } from './paths.ts'
import { type Draft, type Tree, treeOf } from './tree.ts'

export interface Assembled {
  readonly steps: readonly StepSpec[]
  readonly groups: readonly PlanGroup[]
  /** Something is said of what comes before what; without it, the order of the file is all there is. */
  readonly stated: boolean
}

const edgesAtMost = 500_000
const circlesAtMost = 10
const lettersOfGroups = 4000

/** `ordered` says that the file's order means something, so that an edge against it is odd. */
export function assemble(drafts: readonly Draft[], notes: Notes, { ordered = true } = {}): Assembled {
  const tree = treeOf(drafts, notes)
  const waits = waitsOf(tree, notes)
  warnOfCircles(tree, waits, notes)
  if (ordered) warnOfBackward(tree, waits, notes)
  const leaves = drafts.flatMap((_, at) => (tree.holds[at] === 0 ? [at] : []))
  return {
    steps: leaves.map((at, order) => stepOf(tree, at, order + 1, waits[at] ?? none)),
    groups: drafts.flatMap((draft, at) => (tree.holds[at] === 0 ? [] : [groupOf(tree, draft, at)])),
    stated: waits.some((each) => each.size > 0),
  }
}

type Waits = ReadonlyMap<number, Place | undefined>
const none: Waits = new Map()

/** What each leaf waits for: what it says itself, and what is said of those that hold it. */
function waitsOf(tree: Tree, notes: Notes): Waits[] {
  const said = tree.drafts.map((draft) => resolved(tree, draft, notes))
  let left = edgesAtMost
  return tree.drafts.map((draft, at) => {
    if (tree.holds[at] !== 0 || !saysAny(tree, said, at)) return none
    const waits = new Map<number, Place | undefined>()
    for (let above = at; above >= 0; above = tree.parent[above] ?? -1) {
      for (const [target, place] of said[above] ?? none) {
        for (const leaf of tree.leaves(target)) if (!waits.has(leaf)) waits.set(leaf, place)
      }
      if (waits.size > left) break
    }
    left -= waits.size
    if (left >= 0 || left + waits.size < 0) return waits
    const text = 'More dependencies are stated than can be read; from here on none is.'
    notes.error('too-many', draft.place, text, 'State fewer of them, or split the plan.')
    return none
  })
}

function saysAny(tree: Tree, said: readonly Waits[], at: number): boolean {
  let above = at
  while (above >= 0 && said[above] === none) above = tree.parent[above] ?? -1
  return above >= 0
}

/** The entries that one names, without those that hold it: whoever is part of something cannot wait for the whole of it. */
function resolved(tree: Tree, draft: Draft, notes: Notes): Waits {
  if (draft.after === undefined || draft.after.length === 0) return none
  const waits = new Map<number, Place | undefined>()
  const held = new Set<number>()
  for (let above = tree.parent[tree.index.get(draft.key) ?? -1] ?? -1; above >= 0; above = tree.parent[above] ?? -1)
    held.add(above)
  for (const { key, at = draft.place } of draft.after) {
    const target = tree.index.get(key)
    if (target === undefined) {
      const text = `${draft.key} waits for ${quoted(key)}, which is not in this plan, so it holds nothing back.`
      notes.warning('dangling', at, text, 'Correct the id, or delete it.')
    } else if (held.has(target)) {
      const text = `${draft.key} waits for ${key}, of which it is a part; that holds nothing back.`
      notes.warning('own-group', at, text, 'Delete this dependency.')
    } else if (!waits.has(target)) waits.set(target, at)
  }
  return waits
}

function warnOfCircles(tree: Tree, waits: readonly Waits[], notes: Notes): void {
  const key = (at: number): string => tree.drafts[at]?.key ?? ''
  for (const circle of circlesIn(waits, circlesAtMost)) {
    const [first = 0, second = first] = circle
    const place = waits[first]?.get(second) ?? tree.drafts[first]?.place ?? { file: '', line: 1 }
    const keys = circle.map(key)
    const shown = keys.length > 12 ? [...keys.slice(0, 6), '…', ...keys.slice(-5)] : keys
    const text =
      keys.length === 1
        ? `${key(first)} waits for itself.`
        : `These wait for each other in a circle: ${[...shown, key(first)].join(' → ')}.`
    notes.error('cycle', place, text, 'Delete one of these dependencies.')
  }
}

function warnOfBackward(tree: Tree, waits: readonly Waits[], notes: Notes): void {
  for (const [later, each] of waits.entries()) {
    for (const [sooner, place] of each) {
      const [a, b] = [tree.drafts[later], tree.drafts[sooner]]
      if (sooner <= later || a === undefined || b === undefined) continue
      const text = `${a.key} waits for ${b.key}, which stands further down; what is stated wins over the order of the file.`
      notes.warning('backward', place ?? a.place, text, `Move ${b.key} above ${a.key}.`)
    }
  }
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Field by field: ten thousand of them are made here, and taking objects apart is what would cost most. */
function stepOf(tree: Tree, at: number, order: number, waits: Waits): StepSpec {
  const draft = tree.drafts[at] as Draft
  const { key, brief, group } = draft
  const above = tree.drafts[tree.parent[at] ?? -1]
  const step: Writable<StepSpec> = {
    role: draft.role ?? 'coder',
    key,
    title: quoted(draft.title, 120) || key,
    brief: above === undefined ? brief : withGroups(tree, at, brief),
    order,
    group: clip(group ?? (above === undefined ? '' : quoted(above.title, 200)), 200),
    after: edgesOf(tree, waits),
    parallel: draft.parallel ?? false,
    writes: draft.writes ?? pathsIn(brief),
    locks: [],
    ticked: draft.ticked,
    place: draft.place,
  }
  if (above !== undefined) step.parent = above.key
  carry(draft, step)
  return step
}

/** What a draft says of an entry means on a step what it meant there. */
function carry(draft: Draft, step: Writable<StepSpec>): void {
  if (draft.owner !== undefined) step.owner = draft.owner
  if (draft.labels !== undefined) step.labels = draft.labels
  if (draft.priority !== undefined) step.priority = draft.priority
  if (draft.status !== undefined) step.status = draft.status
  if (draft.mark !== undefined) step.mark = draft.mark
  if (draft.story !== undefined) step.story = draft.story
  if (draft.exitCriteria !== undefined) step.exitCriteria = draft.exitCriteria
  if (draft.gate !== undefined) step.gate = draft.gate
  if (draft.estimateMs !== undefined) step.estimateMs = draft.estimateMs
}

function edgesOf(tree: Tree, waits: Waits): readonly Edge[] {
  if (waits.size === 0) return []
  return [...waits].sort(([a], [b]) => a - b).map(([target, where]) => edge(tree, target, where))
}

function edge(tree: Tree, target: number, at: Place | undefined): Edge {
  const key = tree.drafts[target]?.key ?? ''
  return at === undefined ? { key, source: 'stated' } : { key, source: 'stated', at }
}

/** A part is understood from the whole: what holds it is said under its own words. */
function withGroups(tree: Tree, at: number, brief: string): string {
  const parts = [brief]
  let left = lettersOfGroups
  for (let above = tree.parent[at] ?? -1; above >= 0 && left > 0; above = tree.parent[above] ?? -1) {
    const { key, title, brief: words } = tree.drafts[above] as Draft
    const said = clip(words === '' || words === title ? `${key}: ${title}` : `${key}: ${title}\n${words}`, left)
    parts.push('', `Part of ${said}`)
    left -= said.length
  }
  return parts.join('\n')
}

function groupOf(tree: Tree, { key, title, ticked, place }: Draft, at: number): PlanGroup {
  const above = tree.drafts[tree.parent[at] ?? -1]
  const parent = above === undefined ? {} : { parent: above.key }
  return { key, title: quoted(title, 200) || key, ticked, place, ...parent }
}
