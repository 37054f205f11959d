// What becomes of each step of an item that goes over to another version of its workflow, by a mapping that leaves nothing out.
import type { Item } from '../nouns/item.ts'
import { busyPhases, endedPhases, type Step, type StepPhase, settledPhases } from '../nouns/step.ts'
import { type Refusal, refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { KeyMove, Published } from './published.ts'

/**
 * kept: it stays what it was under its own key. carried: it goes on under another key. dropped: the new version has nothing for it.
 * left: it is over, and the new version has no step of that key. added: nothing was there before. renewed: other work under a known key.
 */
export type MoveKind = 'kept' | 'carried' | 'dropped' | 'left' | 'added' | 'renewed'

export interface Move {
  readonly kind: MoveKind
  /** Key before; absent for what is new. */
  readonly from?: string
  /** Key afterwards; absent for what goes. */
  readonly to?: string
  /** Where it stands afterwards; of what goes, where it stood. */
  readonly phase: StepPhase
}

/** In the order of the item's steps, then of the new version's. An empty `to` in the mapping drops a step. */
export function movesOf(
  state: State,
  item: Item,
  target: Published,
  mapping: readonly KeyMove[],
): readonly Move[] | Refusal {
  const what = `migration of ${item.id}`
  const live = item.steps.filter((step) => !step.retired)
  const under = live.filter((step) => busyPhases.has(step.phase))
  if (under.length > 0 && under.every((step) => step.phase === 'gated')) {
    const why = `a question is open about what was done of ${named(under.map((step) => step.spec.key))}`
    return refuse('busy', what, why, 'answer it, and ask again when its result has landed: baton gate')
  }
  if (under.length > 0) {
    const why = `an attempt is at work on ${named(under.map((step) => `${step.spec.key} (${step.phase})`))}`
    return refuse('busy', what, why, `baton pause ${item.id}, and ask again when it has landed; or cancel the step`)
  }
  const parts = live.filter((step) => step.spec.part !== undefined && !settledPhases.has(step.phase))
  if (parts.length > 0) {
    const why = `parts are open that an agent split off: ${named(parts.map((step) => step.spec.key))}`
    return refuse('conflict', what, why, 'let them be done, or skip them')
  }
  return (
    unfit(what, live, target, mapping) ??
    unmapped(what, live, target, mapping) ??
    asked(what, state, item, mapping) ??
    moves(item, target, mapping)
  )
}

function unfit(
  what: string,
  live: readonly Step[],
  target: Published,
  mapping: readonly KeyMove[],
): Refusal | undefined {
  const old = new Set(live.filter((step) => step.spec.part === undefined).map((step) => step.spec.key))
  const now = new Set(target.steps.map((step) => step.key))
  const from = new Set<string>()
  const to = new Set<string>()
  const version = `${target.name}@${target.version}`
  for (const move of mapping) {
    if (!old.has(move.from))
      return refuse('not-found', what, `the item has no step ${move.from}`, 'baton status <item> lists its steps')
    if (move.to !== '' && !now.has(move.to))
      return refuse('not-found', what, `${version} has no step ${move.to}`, `baton workflow show ${target.name}`)
    if (from.has(move.from)) return refuse('invalid', what, `${move.from} is mapped twice`, 'map it once')
    if (to.has(move.to))
      return refuse('invalid', what, `two steps would become ${move.to}`, 'map one of them elsewhere, or drop it')
    from.add(move.from)
    if (move.to !== '') to.add(move.to)
  }
  return undefined
}

/** Whatever is not done or skipped must be named, even where both versions have the key: the same key may stand for other work. */
function unmapped(
  what: string,
  live: readonly Step[],
  target: Published,
  mapping: readonly KeyMove[],
): Refusal | undefined {
  const from = new Set(mapping.map((move) => move.from))
  const left = live.filter((step) => !settledPhases.has(step.phase) && !from.has(step.spec.key))
  if (left.length > 0) {
    const why = `nothing says what becomes of ${named(left.map((step) => step.spec.key))}`
    const keys = named(target.steps.map((step) => step.key))
    return refuse(
      'invalid',
      what,
      why,
      `map each to a step of ${target.name}@${target.version} (${keys}), or to nothing`,
    )
  }
  const to = new Map(mapping.map((move) => [move.to, move.from]))
  const taken = live.find(({ spec, phase }) => settledPhases.has(phase) && !from.has(spec.key) && to.has(spec.key))
  if (taken === undefined) return undefined
  const { key } = taken.spec
  const why = `${to.get(key)} would become ${key}, and ${key} is ${taken.phase} already`
  return refuse('conflict', what, why, `say what becomes of ${key} too: map it to another step, or to nothing`)
}

/** A question about a step that is no longer there could not be answered. */
function asked(what: string, state: State, item: Item, mapping: readonly KeyMove[]): Refusal | undefined {
  const gone = new Set(mapping.filter(({ from, to }) => from !== to).map(({ from }) => `${item.id}/${from}`))
  for (const gate of state.gates.values()) {
    if (gate.phase === 'open' && gate.step !== undefined && gone.has(gate.step))
      return refuse('conflict', what, `${gate.id} asks about ${gate.step}`, `baton gate ${gate.id}`)
  }
  return undefined
}

function moves(item: Item, target: Published, mapping: readonly KeyMove[]): Move[] {
  const goes = new Map(mapping.map(({ from, to }) => [from, to]))
  const keys = new Set(target.steps.map((step) => step.key))
  const taken = new Set(mapping.map(({ to }) => to))
  const found: Move[] = []
  for (const { spec, phase, retired } of item.steps) {
    if (retired) continue
    const to = goes.get(spec.key) ?? (keys.has(spec.key) ? spec.key : undefined)
    if (to === '') found.push({ kind: 'dropped', from: spec.key, phase })
    else if (to === undefined || spec.part !== undefined) found.push({ kind: 'left', from: spec.key, phase })
    else if (to === spec.key) {
      taken.add(to)
      found.push({ kind: 'kept', from: to, to, phase })
    } else found.push({ kind: 'carried', from: spec.key, to, phase: endedPhases.has(phase) ? phase : 'waiting' })
  }
  for (const { key } of target.steps) {
    if (taken.has(key)) continue
    found.push({ kind: item.keys.has(key) ? 'renewed' : 'added', to: key, phase: 'waiting' })
  }
  return found
}

const most = 20

function named(keys: readonly string[]): string {
  const more = keys.length > most ? ` and ${keys.length - most} more` : ''
  return `${keys.slice(0, most).join(', ')}${more}`
}
