// Decides what an item's move to another version of its workflow makes of its steps, as facts.
import { type Fact, fact } from '../facts.ts'
import type { Item } from '../nouns/item.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { runOf, type State } from '../state.ts'
import { utc } from '../text/utc.ts'
import type { Wishes } from '../wishes.ts'
import { findVersion } from '../workflows/current.ts'
import { type Move, movesOf } from '../workflows/migration.ts'
import { specOf } from '../workflows/pattern.ts'
import type { Published } from '../workflows/published.ts'
import { type Decided, nextId } from './answer.ts'
import { endlessTogether } from './endless.ts'
import { added } from './sync.ts'

type Wanted = Omit<Wishes['workflow.migrate'], 'why'>

/** What would become of the steps, or why not; nothing is decided by asking. */
export function migrationOf(
  state: State,
  { item: id, to, mapping }: Wanted,
  at: number,
): { readonly item: Item; readonly target: Published; readonly moves: readonly Move[] } | Refusal {
  const what = `migration of ${id}`
  const item = state.items.get(id)
  if (item === undefined) {
    const over = state.closed.get(id)
    const why = over === undefined ? 'there is no item of this name' : `it is over: ${over.why}`
    return refuse(over === undefined ? 'not-found' : 'conflict', what, why, 'baton status lists the open items')
  }
  if (item.workflow === to) return refuse('conflict', what, `it goes by ${to} already`, 'nothing to do')
  if (item.integrate !== undefined || item.integration !== undefined)
    return refuse('conflict', what, 'its release is signed and it is being integrated', 'let it be')
  const target = findVersion(state, to)
  if (target === undefined)
    return refuse('not-found', what, `${to} is not published`, 'baton workflow list; baton workflow publish <file>')
  if (target.withdrawn !== undefined)
    return refuse('conflict', what, `${target.withdrawn.by} took ${to} back`, `baton workflow show ${target.name}`)
  if (target.effectiveFrom > at) {
    const why = `${to} holds from ${utc(target.effectiveFrom).join(' ')} UTC`
    return refuse('conflict', what, why, 'migrate it then')
  }
  const endless = endlessTogether(item, target.steps.map(specOf), item.policy)
  if (endless !== undefined) return refuse('invalid', what, `in ${to} ${endless.text}`, endless.remedy)
  const moves = movesOf(state, item, target, mapping)
  return 'kind' in moves ? moves : { item, target, moves }
}

export function migrated(state: State, data: Wishes['workflow.migrate'], by: string, at: number): Decided {
  const found = migrationOf(state, data, at)
  if ('kind' in found) return found
  const { item, target, moves } = found
  const facts: Fact[] = [...asTheyAre(item, target, moves, data.to)]
  facts.push(...added(item.id, fresh(item, target)))
  const carried = moves.flatMap(({ kind, from, to }) =>
    kind === 'carried' && from !== undefined && to !== undefined ? [{ from, to }] : [],
  )
  const renewed = moves.flatMap(({ kind, to }) => (kind === 'renewed' && to !== undefined ? [to] : []))
  if (carried.length + renewed.length > 0)
    facts.push(fact('steps.carried', item.id, { item: item.id, carried, renewed }))
  facts.push(...widened(state, item, moves))
  facts.push(...handedOn(item, carried, by, data.to))
  facts.push(...held(state, item, moves, by, data.to, facts.length))
  const { to, why, mapping } = data
  facts.push(fact('workflow.migrated', item.id, { item: item.id, from: item.workflow, to, mapping, why, by }))
  return facts
}

/** Steps that the item has already: those of the new version are asked for in its words, the others leave the plan. */
function asTheyAre(item: Item, target: Published, moves: readonly Move[], version: string): Fact[] {
  const facts: Fact[] = []
  const now = new Set(target.steps.map(({ key }) => key))
  for (const pattern of target.steps) {
    const step = item.steps[item.keys.get(pattern.key) ?? -1]
    if (step !== undefined) facts.push(fact('step.changed', item.id, { step: step.id, spec: specOf(pattern) }))
  }
  for (const { from, to, kind } of moves) {
    if (from === undefined || now.has(from)) continue
    const why = kind === 'carried' ? `it is ${to} in ${version}` : `${version} has no step for it`
    facts.push(fact('step.retired', item.id, { step: `${item.id}/${from}`, why }))
  }
  return facts
}

function fresh(item: Item, target: Published) {
  return target.steps.filter(({ key }) => !item.keys.has(key)).map(specOf)
}

/** A run of all of the plan takes in what the plan gains; one of chosen steps goes on with what they have become. */
function widened(state: State, item: Item, moves: readonly Move[]): Fact[] {
  const run = runOf(state, item)
  if (run === undefined || run.phase === 'ended') return []
  const wanted = (key: string | undefined): boolean => item.steps[item.keys.get(key ?? '') ?? -1]?.wanted === true
  const joins = ({ kind, from, to }: Move): boolean =>
    to !== undefined && kind !== 'kept' && (run.selection.length === 0 || (kind === 'carried' && wanted(from)))
  const steps = moves.filter(joins).flatMap(({ to }) => (to === undefined ? [] : [to]))
  return steps.length === 0 ? [] : [fact('run.widened', item.id, { run: run.id, item: item.id, steps })]
}

/** Whom a step was handed to has its work under the new key too. */
function handedOn(item: Item, carried: readonly { from: string; to: string }[], by: string, version: string): Fact[] {
  return carried.flatMap(({ from, to }) => {
    const owner = item.steps[item.keys.get(from) ?? -1]?.owner
    if (owner === undefined) return []
    const before = item.steps[item.keys.get(to) ?? -1]?.owner ?? ''
    const why = `${from} is ${to} in ${version}`
    return [
      fact('ownership.transferred', item.id, {
        item: item.id,
        step: `${item.id}/${to}`,
        from: before,
        to: owner,
        why,
        by,
      }),
    ]
  })
}

/** Obstacles go with the work: each is cleared where it stood, and raised again where its step stands now. */
function held(state: State, item: Item, moves: readonly Move[], by: string, version: string, ahead: number): Fact[] {
  const goes = new Map(moves.map((move) => [`${item.id}/${move.from}`, move]))
  const facts: Fact[] = []
  for (const one of state.blockers.values()) {
    const move = goes.get(one.step ?? '')
    if (one.endAt !== undefined || move === undefined || move.kind === 'kept') continue
    const gone = move.to === undefined
    const notes = gone ? `${version} has no step for ${move.from}` : `${move.from} is ${move.to} in ${version}`
    facts.push(fact('blocker.cleared', item.id, { blocker: one.id, by, notes }))
    if (gone) continue
    const step = `${item.id}/${move.to}`
    const { kind, owner } = one
    const blocker = nextId(state, 'blocker-', ahead + facts.length)
    facts.push(fact('blocker.raised', item.id, { blocker, item: item.id, step, kind, owner, notes: one.notes }))
  }
  return facts
}
