// What a person's short name stands for: `T012` alone is enough when only one open item has it.
import { z } from 'zod'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { attemptOf, latest, type State, stepOf } from '../../core/state.ts'
import { views } from '../method.ts'
import { missingItem } from '../status/item.ts'
import { anyName, path, seq } from '../words.ts'
import { near } from './near.ts'

export const nameKinds = ['item', 'step', 'attempt', 'gate', 'blocker', 'closed'] as const
export type NameKind = (typeof nameKinds)[number]

export interface Found {
  readonly kind: NameKind
  readonly id: string
}

export const nameFind = views({
  name: 'name/find',
  needs: 'read',
  caption: 'What a short name stands for; an unknown one is answered with near ones.',
  params: z.strictObject({
    name: anyName,
    kinds: z.array(z.enum(nameKinds)).min(1).max(6),
    workspace: path.optional(),
    at: seq.optional(),
  }),
  at: (params) => params.at,
  view: (state, _now, { name, kinds, workspace }): Found | Refusal =>
    find(state, name, kinds, workspace === undefined ? undefined : standsIn(state, workspace)),
})

/** The repository that a folder is, or lies in; undefined when Baton works for none there. */
function standsIn(state: State, folder: string): string | undefined {
  const around = [...state.workspaces.keys()].filter(
    (root) => folder === root || folder.startsWith(`${root}/`) || folder.startsWith(`${root}\\`),
  )
  return around.sort((a, b) => b.length - a.length)[0]
}

/** Of things of one name in several repositories, those of the one that the caller stands in. */
function nearest(state: State, ids: readonly string[], own: string | undefined): readonly string[] {
  if (own === undefined || ids.length < 2) return ids
  const here = ids.filter((id) => {
    const of = id.split('/', 1)[0] ?? id
    return (state.items.get(of) ?? state.closed.get(of))?.workspace === own
  })
  return here.length > 0 ? here : ids
}

function find(state: State, name: string, kinds: readonly NameKind[], own: string | undefined): Found | Refusal {
  for (const kind of kinds) {
    const ids = nearest(state, [...new Set(candidates[kind](state, name, own))], own)
    if (ids.length === 1) return { kind, id: ids[0] as string }
    if (ids.length > 1) {
      const some = ids.slice(0, 5).join(', ')
      return refuse('conflict', `${kind} ${name}`, `${ids.length} have this name: ${some}`, 'give the whole name')
    }
  }
  const of = name.includes('/') ? name.slice(0, name.indexOf('/')) : name
  const [over] = kinds.includes('item') || of !== name ? closed(state, of) : []
  if (over !== undefined) return missingItem(state, over)
  const like = near(name, everyName(state, kinds))
  const remedy = like.length === 0 ? 'baton status lists what there is' : `did you mean ${like.join(' or ')}?`
  const what = `${kinds.filter((kind) => kind !== 'closed').join(' or ') || 'item'} ${name}`
  const why = kinds.includes('closed') ? 'nothing, open or over, has this name' : 'nothing that is open has this name'
  return refuse('not-found', what, why, remedy)
}

/** Items that are over, by their id or its beginning. */
function closed(state: State, name: string): string[] {
  if (state.closed.has(name)) return [name]
  return [...state.closed.keys()].filter((id) => id.startsWith(`${name}-`))
}

type Candidates = (state: State, name: string, own: string | undefined) => string[]

const candidates: Readonly<Record<NameKind, Candidates>> = {
  item: items,
  step: steps,
  attempt: attempts,
  gate: (state, name) => [name, `gate-${name}`].filter((id) => state.gates.has(id)),
  closed,
  blocker: (state, name) => [name, `blocker-${name}`].filter((id) => state.blockers.has(id)),
}

/** Its id, its number, or the folder or file it was read from; a path means one of the repository that the caller stands in. */
function items(state: State, name: string, own: string | undefined): string[] {
  if (state.items.has(name)) return [name]
  const path = name.replace(/^\.\//, '').replace(/\/+$/, '')
  return [...state.items.values()]
    .filter(
      ({ id, source, workspace }) =>
        id.startsWith(`${name}-`) ||
        ((own === undefined || workspace === own) && (source === path || source.startsWith(`${path}/`))),
    )
    .map((item) => item.id)
}

function steps(state: State, name: string, own: string | undefined): string[] {
  if (stepOf(state, name) !== undefined) return [name]
  const slash = name.indexOf('/')
  const within = slash < 0 ? [...state.items.keys()] : items(state, name.slice(0, slash), own)
  const key = slash < 0 ? name : name.slice(slash + 1)
  const found: string[] = []
  for (const id of within) {
    const item = state.items.get(id)
    const index = item?.keys.get(key) ?? item?.keys.get(key.toUpperCase())
    const step = index === undefined ? undefined : item?.steps[index]
    if (step !== undefined) found.push(step.id)
  }
  return found
}

/** An attempt, or a step, which stands for its newest attempt. */
function attempts(state: State, name: string, own: string | undefined): string[] {
  if (attemptOf(state, name) !== undefined) return [name]
  const cut = name.lastIndexOf('/')
  const named = cut < 0 ? [] : steps(state, name.slice(0, cut), own).map((id) => `${id}/${name.slice(cut + 1)}`)
  const exact = named.filter((id) => attemptOf(state, id) !== undefined)
  if (exact.length > 0) return exact
  return steps(state, name, own).flatMap((id) => {
    const step = stepOf(state, id)
    const attempt = step === undefined ? undefined : latest(step)
    return attempt === undefined ? [] : [attempt.id]
  })
}

function* everyName(state: State, kinds: readonly NameKind[]): Generator<string> {
  if (kinds.includes('item')) yield* state.items.keys()
  if (kinds.includes('gate')) yield* state.gates.keys()
  if (kinds.includes('blocker')) yield* state.blockers.keys()
  if (!kinds.includes('step') && !kinds.includes('attempt')) return
  for (const item of state.items.values()) yield* item.keys.keys()
}
