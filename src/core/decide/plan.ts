// Decides whether what was read is a plan that can be carried out, and opens its item.
import { alikeTo } from '../duplicates/suspect.ts'
import { type Fact, type Facts, fact } from '../facts.ts'
import type { PlanItem } from '../nouns/plan.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { endlessIn, toldOf } from '../schedule/endless.ts'
import type { ClosedItem, State } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'
import { suspected } from './duplicate.ts'
import { intake } from './intake.ts'
import { added, holding, sync } from './sync.ts'

const idShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/

export function importPlan(state: State, data: Wishes['plan.import'], wish: Wish): Decided {
  const bad = unfit(data.item)
  if (bad !== undefined) return bad
  if (!state.workspaces.has(data.workspace)) {
    return refuse(
      'not-found',
      `workspace ${data.workspace}`,
      'Baton has not been set up for this repository',
      'run baton init in it',
    )
  }
  const known = state.items.get(data.item.id)
  const over = state.closed.get(data.item.id)
  if (over !== undefined) {
    if (over.reversion?.done !== undefined) return reopen(state, data, over, wish.by)
    const back = over.integration === undefined ? '' : `, or take it back: baton revert ${over.id} --why "<reason>"`
    return refuse(
      'conflict',
      `item ${over.id}`,
      `it is over: ${over.why}`,
      `give new work a name of its own, so that its record stays apart${back}`,
    )
  }
  if (known === undefined) return open(state, data)
  if (known.workspace !== data.workspace) return elsewhere(known)
  if (known.tickFile !== data.tickFile) {
    return refuse(
      'conflict',
      `item ${known.id}`,
      `it is carried out from ${known.tickFile || known.source}, and ${data.tickFile || data.source} names it too`,
      'give one of the two a name of its own',
    )
  }
  return sync(state, known, data.item)
}

function unfit(item: PlanItem): Decided | undefined {
  if (!idShape.test(item.id))
    return refuse(
      'invalid',
      `item ${item.id}`,
      'an id holds letters, digits, dot, dash and underscore only',
      'rename it',
    )
  const seen = new Set<string>()
  for (const step of item.steps) {
    if (!idShape.test(step.key))
      return refuse(
        'invalid',
        `step ${step.key}`,
        'a key holds letters, digits, dot, dash and underscore only',
        'rename it',
      )
    if (seen.has(step.key))
      return refuse('invalid', `step ${step.key}`, 'two steps have this key', 'renumber one of them')
    seen.add(step.key)
  }
  const [endless] = endlessIn(item.steps, item.policy)
  return endless && refuse('invalid', `plan of ${item.id}`, toldOf(endless), endless.remedy)
}

function elsewhere({ id, workspace }: Pick<ClosedItem, 'id' | 'workspace'>): Refusal {
  return refuse(
    'conflict',
    `item ${id}`,
    `it already belongs to ${workspace}`,
    'give this one a name of its own (the feature folder, or the id in its file), or use another BATON_HOME',
  )
}

function open(state: State, data: Wishes['plan.import']): Decided {
  return whole(state, data, fact('item.opened', data.item.id, said(data)))
}

/** After its integration was taken back. Its branch holds what was taken back, so the work begins anew on another one. */
function reopen(state: State, data: Wishes['plan.import'], over: ClosedItem, by: string): Decided {
  if (over.workspace !== data.workspace) return elsewhere(over)
  const wanted = data.item.branch ?? `baton/${over.id}`
  const owner = over.handedOver === true ? { owner: over.owner } : {}
  const opened = { ...said(data), ...owner, branch: nextBranch(wanted, over.branch), base: data.base }
  const why = `its integration was taken back: ${over.reversion?.why ?? ''}`
  return whole(state, data, fact('item.reopened', over.id, { ...opened, attempts: over.attempts, why, by }))
}

/** `baton/x` to `baton/x-2`, that to `baton/x-3`. */
function nextBranch(wanted: string, last: string): string {
  const rest = last.startsWith(`${wanted}-`) ? last.slice(wanted.length + 1) : ''
  return `${wanted}-${/^[1-9][0-9]{0,5}$/.test(rest) ? Number(rest) + 1 : 2}`
}

function said(data: Wishes['plan.import']): Facts['item.opened'] {
  const { item } = data
  return {
    id: item.id,
    workspace: data.workspace,
    title: item.title,
    brief: item.brief,
    owner: item.owner ?? '',
    priority: item.priority,
    policy: item.policy,
    workflow: item.workflow,
    branch: item.branch ?? `baton/${item.id}`,
    base: data.tip,
    source: data.source,
    format: data.format,
    tickFile: data.tickFile,
  }
}

function whole(state: State, { item, workspace }: Wishes['plan.import'], first: Fact): Decided {
  const facts: Fact[] = [first, ...added(item.id, item.steps)]
  facts.push(...item.steps.flatMap((spec, at) => holding(state, item.id, spec, facts.length + at)))
  facts.push(...intake(state, item, facts.length))
  for (const alike of alikeTo(state, workspace, item.id, item))
    facts.push(suspected(state, facts.length, { item: item.id, ...alike, by: 'baton' }))
  return facts
}
