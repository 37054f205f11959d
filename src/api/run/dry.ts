// What a run would launch, in order, found by playing the scheduler on a copy of the state: nothing is recorded.

import { isRefusal as refused } from '../../core/decide/answer.ts'
import { decide } from '../../core/decide/index.ts'
import { evolve } from '../../core/evolve/index.ts'
import { type Fact, fact } from '../../core/facts.ts'
import { noPolicy, type Workspace } from '../../core/nouns/workspace.ts'
import { Refused } from '../../core/refusals.ts'
import { freeze, thaw } from '../../core/snapshot.ts'
import { emptyState, type State } from '../../core/state.ts'
import { type Wish, type Wishes, wish } from '../../core/wishes.ts'
import { type Order, playOrder } from '../schedule/order.ts'

/** A step without an estimate counts as 1, so that times are places in the order. */
export function dryRun(state: State, imported: Wishes['plan.import'], start: Wishes['run.start'], by: string): Order {
  const copy = copyOf(state)
  const item = imported.item.id
  apply(copy, wish('workspace.open', by, { path: imported.workspace, baseBranch: '' }))
  for (const said of assume(copy, imported.workspace, start.agent)) say(copy, said)
  apply(copy, wish('plan.import', by, imported))
  const run = copy.items.get(item)?.run
  if (run !== undefined) say(copy, fact('run.ended', item, { run, outcome: 'drained', why: 'simulated' }))
  apply(copy, wish('run.start', by, start))
  const found = copy.items.get(item)
  if (found === undefined) throw new Error(`the plan was imported without its item ${item}`)
  const known = found.steps.map((step) => step.spec.estimateMs ?? 0).filter((ms) => ms > 0)
  const usual = known.length === 0 ? 1 : known.reduce((sum, ms) => sum + ms, 0) / known.length
  return playOrder(copy, found, start.parallel, (step) => step.spec.estimateMs ?? usual)
}

/** Only what this item needs: other runs would take slots that they may not want any more when this one starts. */
function copyOf(state: State): State {
  const copy = thaw(JSON.parse(JSON.stringify(freeze(state)))) ?? emptyState()
  for (const gate of copy.gates.values()) gate.phase = 'moot'
  for (const item of copy.items.values()) item.gates = 0
  return copy
}

/** What is not chosen or trusted yet is taken as it will have to be, so that the order can be shown before anything is allowed. */
function assume(state: State, path: string, agent: string | undefined): Fact[] {
  const workspace = state.workspaces.get(path) as Workspace
  const facts: Fact[] = []
  if (workspace.isolation === undefined)
    facts.push(fact('isolation.chosen', path, { path, isolation: 'none', clones: '', why: 'simulated' }))
  if (workspace.trusted !== undefined) return facts
  const name = agent ?? 'agent'
  const profile = {
    name,
    executor: '',
    argv: [],
    env: {},
    network: 'none',
    seats: 1024,
    roles: [],
    timeoutMs: 0,
  } as const
  const policy = { ...noPolicy, desired: 1024, defaultAgent: name, agents: [profile] }
  return [...facts, fact('workspace.trusted', path, { path, digest: 'simulated', policy })]
}

function apply(state: State, asked: Wish): void {
  const decided = decide(state, asked, state.at)
  if (refused(decided)) throw new Refused(decided)
  for (const said of decided) say(state, said)
}

function say(state: State, said: Fact): void {
  evolve(state, { seq: state.seq + 1, at: state.at, type: said.type, data: said.data })
}
