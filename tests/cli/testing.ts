// A house without an engine: the real core over entries in memory, and a command line that speaks to it.
import { methods } from '../../src/api/index.ts'
import { everything } from '../../src/api/scopes.ts'
import { go } from '../../src/cli/go.ts'
import type { Connection, World } from '../../src/cli/world.ts'
import { callsOver } from '../../src/client/calls.ts'
import { inside } from '../../src/client/inside.ts'
import { isRefusal } from '../../src/core/decide/answer.ts'
import { decide } from '../../src/core/decide/index.ts'
import { evolve } from '../../src/core/evolve/index.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'
import type { PlanItem } from '../../src/core/nouns/plan.ts'
import type { StepSpec } from '../../src/core/nouns/step.ts'
import { noPolicy } from '../../src/core/nouns/workspace.ts'
import type { Answer, House } from '../../src/core/ports/house.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import { type Wish, wish } from '../../src/core/wishes.ts'

export const folder = '/repository'

export interface PaperHouse extends House {
  readonly entries: readonly Entry[]
  say(asked: Wish): Answer
}

export function paperHouse(): PaperHouse {
  const state = emptyState()
  const entries: Entry[] = []
  const say = (asked: Wish): Answer => {
    const decided = decide(state, asked, 1000)
    if (isRefusal(decided)) return { ok: false, refusal: decided }
    const facts = decided.map((fact) => {
      const rest = { at: 1000, by: asked.by, because: '', version: 1, prev: '' }
      const entry: Entry = { seq: state.seq + 1, stream: fact.stream, type: fact.type, data: fact.data, ...rest }
      evolve(state, entry)
      entries.push(entry)
      return entry
    })
    return { ok: true, seq: state.seq, facts }
  }
  const missing = (): never => {
    throw new Error('a paper house has none')
  }
  return {
    record: 'paper.test',
    home: '/home',
    state,
    entries,
    say,
    readOnly: undefined,
    steady: async () => undefined,
    now: () => 1000,
    submit: async (asked) => say(asked),
    read: async (after, limit, stream) =>
      entries.filter((one) => one.seq > after && (stream === undefined || one.stream === stream)).slice(0, limit),
    follow: async function* (after) {
      yield* entries.slice(after)
    },
    stateAt: async (seq): Promise<State> => {
      const past = emptyState()
      for (const entry of entries.slice(0, seq)) evolve(past, entry)
      return past
    },
    transcript: async (_, from) => ({
      parts: from === 0 ? [{ at: 1, from: 'out', text: hostile }] : [],
      next: 1,
      done: from > 0,
    }),
    words: async () => undefined,
    repository: missing,
    configuration: async () => undefined,
    plan: missing,
    rewrite: missing,
    convert: missing,
    probe: async () => [],
    cloneKinds: async () => [],
    clones: async () => [],
    discardClone: missing,
    agents: async () => ({ mode: 'online' as const, agents: [] }),
    models: async () => ({ mode: 'online' as const, models: [], roles: {}, notes: [] }),
    checkModel: async () => undefined,
    doctor: async () => [{ what: 'node', ok: true, detail: 'v24' }],
    vitals: () => ({
      version: '0.0.0',
      head: state.seq,
      pending: 0,
      commits: { count: 0, entries: 0, sumMs: 0, buckets: [{ atMostMs: Number.POSITIVE_INFINITY, count: 0 }] },
      ended: {},
      disk: { free: 1e12, of: 2e12 },
    }),
    tryOut: async () => ({ ok: true, why: '', ms: 1 }),
    audit: {
      verify: missing,
      grown: missing,
      prove: missing,
      checkpoint: missing,
      places: async () => [],
      rotate: missing,
      export: missing,
      backup: missing,
      forget: missing,
    },
    repairHandoffs: missing,
    until: async (come) => come(state),
    quiet: async () => true,
    close: async () => undefined,
  }
}

/** Cursor moves, a title for the window, a link, a reading direction, an invisible letter, and an overwritten line. */
export const hostile = 'Make\u001b[2J\u001b]0;owned\u0007 it\u202e dno\u200b\u009b31m\rdone \u{e0041}'

export function spec(key: string, order: number, title = `Do ${key}`): StepSpec {
  const rest = { brief: '', group: 'Phase 1', after: [], parallel: false, writes: [], locks: [], role: 'coder' }
  return { key, title, order, ticked: false, ...rest }
}

/** One item with three steps whose run is under way; the first step is being worked on. */
export function busyHouse(title = 'Photo albums'): PaperHouse {
  const house = paperHouse()
  const agent = { name: 'sh', executor: 'shell', argv: ['/bin/true'], env: {}, network: 'none', roles: [] } as const
  const policy = { ...noPolicy, defaultAgent: 'sh', agents: [{ ...agent, seats: 4, timeoutMs: 1000 }] }
  const item: PlanItem = {
    id: '001-photo-albums',
    title,
    brief: '',
    priority: 1,
    policy: 'document',
    workflow: 'direct',
    steps: [spec('T001', 1, title), spec('T002', 2), spec('T003', 3)],
    openChecklists: [],
  }
  const run = { item: item.id, parallel: 2, include: [], exclude: [], force: false }
  const plan = { workspace: folder, source: 'specs/001', format: 'speckit', tickFile: '', base: 'b', tip: 'b', item }
  for (const asked of [
    wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }),
    wish('workspace.isolate', 'ann', { path: folder, isolation: 'none', clones: 'shared', why: 'test' }),
    wish('workspace.trust', 'ann', { path: folder, digest: 'd', policy }),
    wish('plan.import', 'ann', plan),
    wish('run.start', 'ann', run),
    wish('tick', 'baton', {}),
  ]) {
    const answer = house.say(asked)
    if (!answer.ok) throw new Error(answer.refusal.why)
  }
  return house
}

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

export async function baton(
  argv: readonly string[],
  house: House = paperHouse(),
  around: { readonly terminal?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Said> {
  let out = ''
  let err = ''
  const isTTY = around.terminal === true
  const world: World = {
    env: around.env ?? {},
    folder,
    stdout: { isTTY, columns: 100, rows: 30, write: (text) => (out += text) },
    stderr: { isTTY, columns: 100, rows: 30, write: (text) => (err += text) },
    stdin: { isTTY: false },
    connect: async (): Promise<Connection> => {
      const calls = callsOver(inside(methods, house, { name: 'ann', folder, may: everything }, async () => undefined))
      return { ...calls, folder, inside: true, quiet: async () => undefined, stop: async () => undefined }
    },
    serve: async () => {
      throw new Error('a paper house is not served')
    },
    pipes: () => {
      throw new Error('a paper house has no pipes')
    },
    interrupts: () => () => undefined,
  }
  return { code: await go(argv, world), out, err }
}
