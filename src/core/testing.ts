// Given a world, when a wish, then facts or a refusal: the words in which tests of the core are written, and for tests alone.
import { isRefusal } from './decide/answer.ts'
import { decide } from './decide/index.ts'
import { type Carried, evolve } from './evolve/index.ts'
import type { Fact, FactType } from './facts.ts'
import { nothingUsed, type Outcome } from './nouns/attempt.ts'
import type { Verdict } from './nouns/check.ts'
import type { PlanItem } from './nouns/plan.ts'
import type { Edge, EdgeSource, Step, StepPhase, StepSpec } from './nouns/step.ts'
import { noPolicy, type TrustedPolicy } from './nouns/workspace.ts'
import type { Refusal, RefusalKind } from './refusals.ts'
import { emptyState, latest, type State, stepOf } from './state.ts'
import { type Wish, type Wishes, type WishType, wish } from './wishes.ts'

export const me = 'ada'

/** A fact's type, and as much of what it says as matters. */
export type Expected = FactType | readonly [FactType, object]

export function given(world: World): { when<K extends WishType>(type: K, data: Wishes[K]): Then } {
  return { when: (type, data) => new Then(world, decide(world.state, wish(type, me, data), world.now)) }
}

/** Checks what was decided without carrying it into the world. */
export class Then {
  readonly #world: World
  readonly #decided: readonly Fact[] | Refusal

  constructor(world: World, decided: readonly Fact[] | Refusal) {
    this.#world = world
    this.#decided = decided
  }

  // biome-ignore lint/suspicious/noThenProperty: given, when, then are the words of the trade, and nobody awaits this.
  then(...expected: readonly Expected[]): World {
    if (isRefusal(this.#decided)) throw new Error(`Expected facts, was refused: ${JSON.stringify(this.#decided)}`)
    const said = this.#decided.map(({ type, data }) => ({ type, data }))
    const wanted = expected.map((one) => (typeof one === 'string' ? { type: one } : { type: one[0], data: one[1] }))
    const fits = said.length === wanted.length && wanted.every((one, at) => holds(said[at], one))
    if (!fits) throw new Error(`Expected ${JSON.stringify(wanted, null, 1)}, got ${JSON.stringify(said, null, 1)}`)
    return this.#world.tell(...this.#decided)
  }

  refused(kind: RefusalKind, why: RegExp): Refusal {
    const got = this.#decided
    const fits = isRefusal(got) && got.kind === kind && why.test(`${got.what}: ${got.why}`) && got.remedy !== ''
    if (!fits) throw new Error(`Expected ${kind} ${why}, got ${JSON.stringify(got, null, 1)}`)
    return got as Refusal
  }
}

/** Whether everything that `part` says is said by `whole` too. */
function holds(whole: unknown, part: unknown): boolean {
  if (part instanceof RegExp) return typeof whole === 'string' && part.test(whole)
  if (typeof part !== 'object' || part === null) return whole === part
  if (typeof whole !== 'object' || whole === null) return false
  if (Array.isArray(part) && (whole as unknown[]).length !== part.length) return false
  return Object.entries(part).every(([key, value]) => holds((whole as Record<string, unknown>)[key], value))
}

/** A house in memory: a state, the entries it was folded from, and a clock that a test moves. */
export class World {
  readonly state: State
  readonly entries: Carried[] = []
  now = 1_000_000

  constructor(state: State = emptyState()) {
    this.state = state
  }

  tell(...facts: readonly Fact[]): this {
    for (const { type, data } of facts) {
      this.carry({ seq: this.state.seq + 1, at: this.now, type, data: throughJson(data) })
    }
    return this
  }

  carry(entry: Carried): void {
    this.entries.push(entry)
    evolve(this.state, entry)
  }

  /** Puts a wish and carries what follows; a refusal is thrown. */
  ask<K extends WishType>(type: K, data: Wishes[K]): readonly Fact[] {
    const decided = this.try(wish(type, me, data))
    if (isRefusal(decided)) throw new Error(`${type} was refused: ${decided.what}: ${decided.why}`)
    return decided
  }

  try(asked: Wish): readonly Fact[] | Refusal {
    const decided = decide(this.state, asked, this.now)
    if (!isRefusal(decided)) this.tell(...decided)
    return decided
  }

  /** Ticks until nothing follows, and says what was started, in order. */
  tick(): string[] {
    const started: string[] = []
    for (;;) {
      const facts = this.ask('tick', {})
      for (const one of facts) if (one.type === 'attempt.started') started.push(keyOf(one.data.step))
      if (facts.length === 0) return started
    }
  }

  step(key: string): Step {
    const step = stepOf(this.state, key.includes('/') ? key : `i/${key}`)
    if (step === undefined) throw new Error(`There is no step ${key}.`)
    return step
  }

  phases(): Record<string, StepPhase> {
    return Object.fromEntries([...(this.state.items.get('i')?.steps ?? [])].map((step) => [step.spec.key, step.phase]))
  }

  begin(key: string): readonly Fact[] {
    const attempt = attemptOf(this, key)
    const said = { clone: `/clones/${attempt.id}`, isolation: 'none', inputs: 'digest' } as const
    return this.ask('attempt.begin', { attempt: attempt.id, fence: attempt.fence, ...said })
  }

  end(key: string, how: Partial<Wishes['attempt.end']> & { outcome?: Outcome } = {}): readonly Fact[] {
    const attempt = attemptOf(this, key)
    const work = { tree: `tree-${attempt.id}`, commit: `commit-${attempt.id}`, changed: true, used: nothingUsed }
    const outcome: Outcome = { kind: 'succeeded', why: 'the agent ended well' }
    return this.ask('attempt.end', { attempt: attempt.id, fence: attempt.fence, outcome, ...work, ...how })
  }

  fail(key: string, reason: Exclude<Outcome, { kind: 'succeeded' }>['reason'], until?: number): readonly Fact[] {
    const why = `it was ${reason}`
    return this.end(key, { outcome: { kind: 'failed', reason, why, ...(until === undefined ? {} : { until }) } })
  }

  check(key: string, verdicts: readonly Verdict[] = [green]): readonly Fact[] {
    const { item, id } = { item: this.step(key).item, id: attemptOf(this, key).id }
    const merged = { commit: `landed-${id}`, tree: `merged-${id}` }
    return this.ask('attempt.check', { attempt: id, tip: this.tip(item), ...merged, verdicts })
  }

  tip(item = 'i'): string {
    return this.state.items.get(item)?.tip ?? ''
  }

  order(key: string): readonly Fact[] {
    const id = attemptOf(this, key).id
    const expected = this.tip(this.step(key).item)
    return this.ask('landing.order', { attempt: id, expected, commit: `landed-${id}` })
  }

  settle(key: string): readonly Fact[] {
    return this.ask('landing.settle', { attempt: attemptOf(this, key).id })
  }

  /** Carries a running step through to its landing. */
  done(...keys: readonly string[]): this {
    for (const key of keys) {
      this.begin(key)
      this.end(key)
      this.check(key)
      this.order(key)
      this.settle(key)
    }
    return this
  }
}

/** A script of lines `A began`, `A ended`, `A crashed`, `A checked`, `A red`, `A ordered`, `A landed`, `A done`, or `tick`. Gives what each tick started. */
export function play(world: World, script: string): string[][] {
  const started: string[][] = []
  for (const line of script.split(/[;\n]/).map((one) => one.trim())) {
    const [key = '', verb = ''] = line.split(' ')
    if (key === 'tick') started.push(world.tick())
    else if (key !== '') verbOf(verb)(world, key)
  }
  return started
}

function verbOf(verb: string): (world: World, key: string) => unknown {
  const does = verbs[verb]
  if (does === undefined) throw new Error(`Nothing is known of "${verb}".`)
  return does
}

const verbs: Record<string, (world: World, key: string) => unknown> = {
  began: (world, key) => world.begin(key),
  ended: (world, key) => world.end(key),
  crashed: (world, key) => world.fail(key, 'crashed'),
  checked: (world, key) => world.check(key),
  red: (world, key) => world.check(key, [red]),
  ordered: (world, key) => world.order(key),
  landed: (world, key) => [world.order(key), world.settle(key)],
  done: (world, key) => world.done(key),
}

export const green: Verdict = { check: 'test', passed: true, why: 'all pass', evidence: '', ms: 1 }
export const red: Verdict = { check: 'test', passed: false, why: 'one fails', evidence: 'boom', ms: 1 }

/** Trusted configuration with one agent, one check and room for everything. */
export function policy(changes: Partial<TrustedPolicy> = {}): TrustedPolicy {
  const one = { executor: 'shell', argv: ['work'], env: {}, network: 'none' as const, roles: [], timeoutMs: 60_000 }
  const agents = [
    { ...one, name: 'alpha', seats: 100 },
    { ...one, name: 'beta', seats: 1 },
  ]
  const checks = [{ kind: 'command' as const, name: 'test', argv: ['npm', 'test'] }]
  return { ...noPolicy, agents, defaultAgent: 'alpha', checks, desired: 100, ...changes }
}

/** A workspace that is set up and trusted. */
export function trusted(changes: Partial<TrustedPolicy> = {}, path = '/w'): World {
  const world = new World()
  world.ask('house.open', { pid: 1, version: '0', host: 'here' })
  world.ask('workspace.open', { path, baseBranch: 'main' })
  world.ask('workspace.isolate', { path, isolation: 'none', clones: 'folder', why: 'a test' })
  world.ask('workspace.trust', { path, digest: 'digest', policy: policy(changes) })
  return world
}

export function planOf(item: PlanItem, workspace = '/w'): Wishes['plan.import'] {
  return { workspace, source: `specs/${item.id}`, format: 'test', tickFile: 'tasks.md', base: 'base', tip: 'tip', item }
}

export function itemOf(steps: string | readonly StepSpec[], changes: Partial<PlanItem> = {}): PlanItem {
  const specs = typeof steps === 'string' ? steps.split(/\s+/).map(spec) : steps
  const words = { title: 'An item', brief: '', priority: 1, policy: 'graph' as const, workflow: 'direct' }
  return { id: 'i', ...words, steps: specs, openChecklists: [], ...changes }
}

export const asked: Wishes['run.start'] = { item: 'i', parallel: 10, include: [], exclude: [], force: false }

/** A world in which a run of the item `i` has begun, and nothing has started yet. */
export function running(steps: string, item: Partial<PlanItem> = {}, run: Partial<Wishes['run.start']> = {}): World {
  const world = trusted()
  world.ask('plan.import', planOf(itemOf(steps, item)))
  world.ask('run.start', { ...asked, ...run })
  return world
}

const marks: Record<string, EdgeSource> = { '<': 'stated', '^': 'phase', '~': 'order' }

/** `T1*<A,B{src/a.ts}#db=50!review+?@US1`: parallel, after, writes, lock, estimate, gate, ticked, reads only, group. `^` and `~` are edges of phase and order. */
export function spec(words: string, at: number): StepSpec {
  const key = /^[\w.-]+/.exec(words)?.[0] ?? ''
  const parts = [...words.slice(key.length).matchAll(/([*+?]|[<^~{#=!@])([^*+?<^~{}#=!@]*)\}?/g)]
  const all = (mark: string) =>
    parts.filter(([, sign]) => sign === mark).flatMap(([, , said]) => (said ?? '').split(','))
  const edges = Object.entries(marks).flatMap(([mark, source]) =>
    all(mark).map((name): Edge => ({ key: name, source })),
  )
  const [gate, estimate] = [all('!')[0], all('=')[0]]
  return {
    ...{ key, title: key, brief: '', order: at + 1, group: all('@')[0] ?? '', after: edges, role: 'coder' },
    ...{ parallel: all('*').length > 0, writes: all('{'), locks: all('#'), ticked: all('+').length > 0 },
    ...(gate === undefined ? {} : { gate }),
    ...(estimate === undefined ? {} : { estimateMs: Number(estimate) }),
    ...(all('?').length > 0 ? { readsOnly: true } : {}),
  }
}

function attemptOf(world: World, key: string) {
  const attempt = latest(world.step(key))
  if (attempt === undefined) throw new Error(`The step ${key} was never started.`)
  return attempt
}

function keyOf(id: string): string {
  return id.startsWith('i/') ? id.slice(2) : id
}

/** Facts come from the journal as JSON; what does not survive that must not be leaned on. */
function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
