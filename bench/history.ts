// Writes a long history into a store: items of a hundred steps that were claimed, checked, landed and integrated, one after another.
import { type Fact, fact } from '../src/core/facts.ts'
import { nothingUsed } from '../src/core/nouns/attempt.ts'
import type { Part } from '../src/core/nouns/entry.ts'
import type { StepSpec } from '../src/core/nouns/step.ts'
import { noPolicy, type TrustedPolicy } from '../src/core/nouns/workspace.ts'
import type { Store } from '../src/core/ports.ts'
import { openJournal } from '../src/engine/journal/open.ts'

const stepsOfAnItem = 100
const path = '/bench'
const commit = '0123456789abcdef0123456789abcdef01234567'

function spec(order: number): StepSpec {
  const key = `T${String(order).padStart(3, '0')}`
  const after = order > 4 ? [{ key: `T${String(order - 4).padStart(3, '0')}`, source: 'stated' as const }] : []
  return {
    key,
    title: `Write part ${order}`,
    brief: `Write part ${order}`,
    order,
    group: 'Phase 1',
    after,
    parallel: true,
    writes: [],
    locks: [],
    role: 'coder',
    ticked: false,
  }
}

function opening(id: string): Fact[] {
  const item = {
    id,
    workspace: path,
    title: id,
    brief: '',
    owner: '',
    priority: 3,
    policy: 'graph' as const,
    workflow: 'direct@1',
  }
  const lies = {
    branch: `baton/${id}`,
    base: commit,
    source: `specs/${id}`,
    format: 'speckit',
    tickFile: `specs/${id}/tasks.md`,
  }
  const steps = Array.from({ length: stepsOfAnItem }, (_, index) => spec(index + 1))
  return [
    fact('item.opened', id, { ...item, ...lies }),
    fact('steps.added', id, { item: id, steps }),
    fact('run.started', id, {
      run: `run-${id}`,
      item: id,
      by: 'bench',
      parallel: 4,
      policy: 'graph',
      selection: [],
      force: false,
    }),
  ]
}

/** The nine facts of a step that went well. */
function stepFacts(id: string, order: number): Fact[] {
  const step = `${id}/${spec(order).key}`
  const attempt = `${step}/1`
  const launch = {
    step,
    attempt,
    number: 1,
    agent: 'shell',
    executor: 'shell',
    base: commit,
    because: 'first in launch order with a free slot',
  }
  const verdicts = [{ check: 'tests', passed: true, why: 'npm test ended with exit code 0.', evidence: '', ms: 1200 }]
  return [
    fact('decision.made', id, {
      item: id,
      policy: 'graph',
      ready: [step],
      launch: [launch],
      passedOver: [],
      rationale: 'critical path first',
    }),
    fact('claim.granted', id, { step, attempt, agent: 'shell', executor: 'shell' }),
    fact('attempt.started', id, launch),
    fact('attempt.began', id, { attempt, clone: 'overlay', isolation: 'basic', inputs: 'a'.repeat(64), pid: 4242 }),
    fact('attempt.ended', id, {
      attempt,
      outcome: { kind: 'succeeded', why: 'The command ended with exit code 0.' },
      used: nothingUsed,
      tree: commit,
      commit,
    }),
    fact('claim.released', id, { step, attempt, why: 'The command ended with exit code 0.' }),
    fact('attempt.checked', id, { attempt, tip: commit, commit, tree: commit, passed: true, verdicts }),
    fact('landing.ordered', id, { attempt, ref: `refs/heads/baton/${id}`, expected: commit, commit, tree: commit }),
    fact('landing.done', id, { attempt, ref: `refs/heads/baton/${id}`, commit }),
  ]
}

/** One agent with more seats than there are slots. */
const agent = {
  name: 'shell',
  executor: 'shell',
  argv: ['true'],
  env: {},
  network: 'none',
  seats: 64,
  roles: [],
} as const
const policy: TrustedPolicy = {
  ...noPolicy,
  agents: [{ ...agent, timeoutMs: 60_000 }],
  defaultAgent: 'shell',
  desired: 4,
}

function* opened(): Generator<Fact[]> {
  yield [
    fact('house.opened', 'house', { epoch: 1, pid: 1, version: '0.1.0', host: 'bench' }),
    fact('workspace.opened', path, { path, baseBranch: 'main' }),
    fact('isolation.chosen', path, { path, isolation: 'basic', clones: 'overlay', why: 'bench' }),
    fact('workspace.trusted', path, { path, digest: 'd', policy }),
  ]
}

function* finished(id: string): Generator<Fact[]> {
  yield opening(id)
  for (let order = 1; order <= stepsOfAnItem; order++) yield stepFacts(id, order)
  yield [
    fact('run.ended', id, { run: `run-${id}`, outcome: 'complete', why: 'every step it asked for is done' }),
    fact('item.closed', id, { id, why: 'integrated' }),
  ]
}

/** Half of its steps are done; the next is with its agent when `begun`. */
function* underWay(id: string, begun: boolean): Generator<Fact[]> {
  const half = stepsOfAnItem / 2
  yield opening(id)
  for (let order = 1; order <= half; order++) yield stepFacts(id, order)
  if (begun) yield stepFacts(id, half + 1).slice(0, 4)
}

async function write(store: Store, groups: Iterable<Fact[]>): Promise<number> {
  const journal = await openJournal(store)
  const writing: Promise<unknown>[] = []
  let written = 0
  for (const facts of groups) {
    const at = 1_700_000_000_000 + journal.head().seq + written
    const rest = { at, by: 'bench', because: 'bench', version: 1 }
    writing.push(journal.append(facts.map(({ type, stream, data }): Part => ({ stream, type, data, ...rest }))))
    written += facts.length
    if (writing.length >= 200) await Promise.all(writing.splice(0))
  }
  await Promise.all(writing)
  await journal.close()
  return written
}

function* items(from: number, least: number): Generator<Fact[]> {
  let written = 0
  for (let n = from; written < least; n++) {
    for (const facts of finished(`${String(n).padStart(5, '0')}-bench`)) {
      yield facts
      written += facts.length
    }
  }
}

/** At least `least` facts, a whole number of items that are over. Gives how many were written. */
export function writeHistory(store: Store, least: number): Promise<number> {
  return write(
    store,
    (function* () {
      yield* opened()
      yield* items(1, least)
    })(),
  )
}

/** At least `least` more such facts. */
export function writeMore(store: Store, least: number): Promise<number> {
  return write(store, items(90_000, least))
}

/** Items in the middle of their runs; the first `begun` of them have a step with its agent. */
export function writeUnderWay(store: Store, count: number, begun: number): Promise<number> {
  return write(
    store,
    (function* () {
      for (let n = 0; n < count; n++) yield* underWay(`open-${n}`, n < begun)
    })(),
  )
}
