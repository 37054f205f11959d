// A graph of tasks as the scheduler sees it: an item with one step a task, in a state of its own.
import { evolve } from '../../core/evolve/index.ts'
import { type Fact, fact } from '../../core/facts.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { noPolicy } from '../../core/nouns/workspace.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { emptyState, type State } from '../../core/state.ts'
import { quoted } from '../../core/text/neutral.ts'

export interface Task {
  readonly id: string
  readonly duration: number
  readonly after: readonly string[]
}

export const graphItem = 'graph'
const workspace = 'graph'
const agent = 'anyone'

/** A state in which everything may start as soon as the graph lets it, in `slots` at a time. */
export function stateOf(tasks: readonly Task[], slots: number, policy: 'document' | 'graph'): State | Refusal {
  const wrong = unknownOrTwice(tasks) ?? circle(tasks)
  if (wrong !== undefined) return wrong
  const state = emptyState()
  state.cap = slots
  const steps = tasks.map(specOf)
  for (const said of opening(steps, slots, policy)) {
    evolve(state, { seq: state.seq + 1, at: 0, type: said.type, data: said.data })
  }
  return state
}

export function itemIn(state: State): Item {
  return state.items.get(graphItem) as Item
}

function opening(steps: readonly StepSpec[], slots: number, policy: 'document' | 'graph'): Fact[] {
  const words = { title: graphItem, brief: '', owner: '', workflow: 'direct', branch: graphItem, source: graphItem }
  const rest = { base: '', format: 'graph', tickFile: '', priority: 1 }
  return [
    fact('workspace.opened', workspace, { path: workspace, baseBranch: '' }),
    fact('workspace.trusted', workspace, { path: workspace, digest: '', policy: seats(slots) }),
    fact('isolation.chosen', workspace, { path: workspace, isolation: 'none', clones: '', why: 'simulated' }),
    fact('item.opened', graphItem, { id: graphItem, workspace, policy, ...words, ...rest }),
    fact('steps.added', graphItem, { item: graphItem, steps }),
    fact('run.started', graphItem, {
      run: 'run',
      item: graphItem,
      by: 'simulated',
      parallel: slots,
      policy,
      selection: [],
      force: false,
    }),
  ]
}

function seats(slots: number): typeof noPolicy {
  const profile = { name: agent, executor: 'simulated', argv: [], env: {}, network: 'none', roles: [] } as const
  return { ...noPolicy, desired: slots, defaultAgent: agent, agents: [{ ...profile, seats: slots, timeoutMs: 0 }] }
}

function specOf(task: Task, index: number): StepSpec {
  return {
    key: task.id,
    title: task.id,
    brief: '',
    order: index + 1,
    group: '',
    after: task.after.map((key) => ({ key, source: 'stated' })),
    parallel: true,
    writes: [],
    locks: [],
    role: 'coder',
    estimateMs: task.duration,
    ticked: false,
  }
}

function unknownOrTwice(tasks: readonly Task[]): Refusal | undefined {
  const ids = new Set<string>()
  const bad: string[] = []
  for (const task of tasks) {
    if (ids.has(task.id)) bad.push(`${quoted(task.id)} is there twice`)
    ids.add(task.id)
  }
  for (const task of tasks)
    for (const key of task.after)
      if (!ids.has(key)) bad.push(`${quoted(task.id)} comes after ${quoted(key)}, which is not there`)
  if (bad.length === 0) return undefined
  return refuse('invalid', 'graph', bad.slice(0, 5).join('; '), 'mend the tasks and try again')
}

/** Takes away what can be done until nothing more can; whoever is left waits in a circle. */
function circle(tasks: readonly Task[]): Refusal | undefined {
  const left = new Map(tasks.map((task) => [task.id, new Set(task.after).size]))
  const next = new Map<string, string[]>()
  for (const task of tasks) for (const key of new Set(task.after)) next.set(key, [...(next.get(key) ?? []), task.id])
  const ready = tasks.filter((task) => task.after.length === 0).map((task) => task.id)
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    left.delete(id)
    for (const after of next.get(id) ?? []) {
      const count = (left.get(after) ?? 0) - 1
      left.set(after, count)
      if (count === 0) ready.push(after)
    }
  }
  if (left.size === 0) return undefined
  const names = [...left.keys()].slice(0, 5).map((id) => quoted(id))
  return refuse('invalid', 'graph', `these wait for each other: ${names.join(', ')}`, 'take one dependency out')
}
