// GET /metrics: counts and times for Prometheus, read from what is in memory and never from the record.
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { countsOf } from '../../api/status/summary.ts'
import type { GateKind } from '../../core/nouns/gate.ts'
import type { RunPhase } from '../../core/nouns/run.ts'
import type { Commits, House } from '../../core/ports/house.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { runOf, type State } from '../../core/state.ts'
import type { Status } from '../../core/status.ts'
import type { Routes } from './at.ts'
import { type Tally, tallyOf, timeRequests } from './tally.ts'

export interface MetricsOptions {
  /** Lines that the log could not keep. */
  readonly dropped?: () => number
}

/** Written as records, so that the compiler misses no word. */
const statuses = Object.keys({
  waiting: 0,
  ready: 0,
  blocked: 0,
  running: 0,
  verifying: 0,
  gated: 0,
  landing: 0,
  done: 0,
  failed: 0,
  skipped: 0,
  cancelled: 0,
} satisfies Record<Status, 0>)
const gateKinds = Object.keys({
  approval: 0,
  check: 0,
  budget: 0,
  question: 0,
  permission: 0,
  conflict: 0,
  intake: 0,
  release: 0,
  foreign: 0,
  plan: 0,
} satisfies Record<GateKind, 0>)
const itemPhases = Object.keys({
  idle: 0,
  active: 0,
  paused: 0,
  draining: 0,
  ended: 0,
  closed: 0,
} satisfies Record<RunPhase | 'idle' | 'closed', 0>)

export function metricsRoutes(options: MetricsOptions = {}): Routes {
  return (app: FastifyInstance, at) => {
    timeRequests(app)
    const tally = tallyOf(app)
    const scrape = scraper(at.house, tally, options)
    app.get('/metrics', async (request, reply) => {
      const caller = at.callerOf(request)
      if (caller?.may.has('read') !== true || caller.attempt !== undefined)
        throw new Refused(
          refuse('auth', 'GET /metrics', 'it needs a key with the right "read"', 'use a key that has it'),
        )
      return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).send(await scrape())
    })
  }
}

/** One text with everything; a few milliseconds however long the record is. */
export function scraper(house: House, tally: Tally, options: MetricsOptions = {}): () => Promise<string> {
  const registry = new Registry()
  const look = ofHouse(house, registry)
  if (options.dropped !== undefined) ofLog(registry, options.dropped)
  return async () => {
    look()
    const texts = await Promise.all([registry.metrics(), tally.registry.metrics(), ofProcess().metrics()])
    return [commitText(house.vitals().commits), ...texts].join('\n')
  }
}

let processMetrics: Registry | undefined

/** One process has one heap and one event loop, however many servers it opens. */
function ofProcess(): Registry {
  if (processMetrics === undefined) {
    processMetrics = new Registry()
    collectDefaultMetrics({ register: processMetrics, prefix: 'baton_', eventLoopMonitoringPrecision: 20 })
  }
  return processMetrics
}

function ofLog(registry: Registry, dropped: () => number): void {
  new Counter({
    name: 'baton_log_lines_dropped_total',
    help: 'Lines that the log could not keep.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(dropped())
    },
  })
}

/** Makes the metrics of a house; what it gives sets them to what is so now. */
function ofHouse(house: House, registry: Registry): () => void {
  const registers = [registry]
  const gauge = <L extends string = never>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge<L>({ name: `baton_${name}`, help, labelNames, registers })
  const single = {
    head: gauge('journal_head', 'Entries of the record that are on the disk.'),
    pending: gauge('journal_pending', 'Wishes that are decided and not yet on the disk.'),
    writable: gauge('journal_writable', '1 when facts can be written, else 0.'),
    running: gauge('agents_running', 'Attempts that run now.'),
    desired: gauge('agents_desired', 'Agents that all workspaces together want at most.'),
    cap: gauge('agents_cap', 'Agents that this house runs at most.'),
    seats: gauge('agent_seats_busy', 'Seats of agents in use.'),
    workspaces: gauge('workspaces', 'Repositories that the house works for.'),
    blockers: gauge('blockers_open', 'Declared obstacles that have not ended.'),
    free: gauge('disk_free_bytes', 'Free on the disk that the home lies on.'),
    of: gauge('disk_bytes', 'Size of the disk that the home lies on.'),
  }
  const items = gauge('items', 'Items by how far they are.', 'status')
  const steps = gauge('steps', 'Steps of items that are not closed.', 'status')
  const gates = gauge('gates_open', 'Questions that wait for an answer.', 'kind')
  const ended = new Counter({
    name: 'baton_attempts_ended_total',
    help: 'Attempts that ended since this process has the house: succeeded, or why not.',
    labelNames: ['outcome'] as const,
    registers,
  })
  const written = new Counter({ name: 'baton_journal_entries_written_total', help: 'Entries written.', registers })
  return () => {
    const { state } = house
    const vitals = house.vitals()
    const counted = count(state)
    fill(itemPhases, counted.items, (status, n) => items.set({ status }, n))
    fill(statuses, counted.steps, (status, n) => steps.set({ status }, n))
    fill(gateKinds, counted.gates, (kind, n) => gates.set({ kind }, n))
    ended.reset()
    for (const [outcome, times] of Object.entries({ succeeded: 0, ...vitals.ended })) ended.inc({ outcome }, times)
    written.reset()
    written.inc(vitals.commits.entries)
    single.head.set(vitals.head)
    single.pending.set(vitals.pending)
    single.writable.set(house.readOnly === undefined ? 1 : 0)
    single.running.set(state.running)
    single.desired.set(sum([...state.workspaces.values()].map(({ desired }) => desired)))
    single.cap.set(state.cap)
    single.seats.set(sum([...state.seats.values()]))
    single.workspaces.set(state.workspaces.size)
    single.blockers.set(counted.blockers)
    single.free.set(vitals.disk?.free ?? Number.NaN)
    single.of.set(vitals.disk?.of ?? Number.NaN)
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

function fill(words: readonly string[], counts: ReadonlyMap<string, number>, set: (word: string, n: number) => void) {
  for (const word of words) set(word, counts.get(word) ?? 0)
}

/** One walk over what is in memory: items that are over are not, and are one number. */
function count(state: State) {
  const [items, steps, gates] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]
  const add = (to: Map<string, number>, word: string, by = 1) => to.set(word, (to.get(word) ?? 0) + by)
  for (const item of state.items.values()) {
    add(items, runOf(state, item)?.phase ?? 'idle')
    for (const [status, many] of Object.entries(countsOf(item))) add(steps, status, many)
  }
  add(items, 'closed', state.closed.size)
  for (const { phase, kind } of state.gates.values()) if (phase === 'open') add(gates, kind)
  let blockers = 0
  for (const { endAt } of state.blockers.values()) if (endAt === undefined) blockers += 1
  return { items, steps, gates, blockers }
}

/** Counted where commits are made, and only told here: a histogram of the library takes single times alone. */
function commitText({ buckets, count: all, sumMs }: Commits): string {
  const name = 'baton_journal_commit_seconds'
  let upTo = 0
  const lines = buckets.map(({ atMostMs, count: many }) => {
    upTo += many
    return `${name}_bucket{le="${Number.isFinite(atMostMs) ? atMostMs / 1000 : '+Inf'}"} ${upTo}`
  })
  const head = [`# HELP ${name} How long durable commits took.`, `# TYPE ${name} histogram`]
  return [...head, ...lines, `${name}_sum ${sumMs / 1000}`, `${name}_count ${all}`, ''].join('\n')
}
