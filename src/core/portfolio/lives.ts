// Reads the record once, entry by entry, into the lives of its items: everything that is measured follows from them.
import type { Facts, FactType } from '../facts.ts'
import type { Entry } from '../nouns/entry.ts'
import { Ledger } from '../spending/ledger.ts'
import { type Life, newLife, noProgress, type Progress, type Span, spanOf, stepIn } from './life.ts'
import { Overlap } from './overlap.ts'

/** What is at `to` or later has not happened. */
export class Lives {
  readonly all = new Map<string, Life>()
  readonly #to: number
  readonly #ledger = new Ledger((one) => this.all.get(one.item)?.spent.push(one))

  constructor(to: number) {
    this.#to = to
  }

  add(entry: Pick<Entry, 'type' | 'data' | 'at' | 'stream'>): void {
    if (entry.at >= this.#to) return
    if (entry.type === 'item.opened' || entry.type === 'item.reopened')
      this.#open(entry.data as Facts['item.opened'], entry.at)
    this.#ledger.add(entry)
    const life = this.all.get(entry.stream)
    const span = life === undefined ? undefined : spanOf(life)
    const read = Object.hasOwn(readers, entry.type) ? readers[entry.type as FactType] : undefined
    if (life !== undefined && span !== undefined && read !== undefined)
      (read as Reader)({ life, span, at: entry.at }, entry.data)
  }

  /** Nothing more is read. */
  rest(): void {
    this.#ledger.rest()
  }

  #open(data: Facts['item.opened'], at: number): void {
    const life = this.all.get(data.id) ?? newLife(data.id)
    const { title, workspace, workflow, owner } = data
    Object.assign(life, { title, workspace, workflow, owner, closed: false })
    life.spans.push({ openedAt: at, integrated: false, steps: new Map() })
    this.all.set(data.id, life)
  }
}

interface Here {
  readonly life: Life
  readonly span: Span
  readonly at: number
}
type Reader = (here: Here, data: unknown) => void

const keyOf = (id: string): string => id.split('/')[1] ?? ''

const readers: { readonly [K in FactType]?: (here: Here, data: Facts[K]) => void } = {
  'item.changed': ({ life }, { title, owner }) => {
    if (title !== undefined) life.title = title
    if (owner !== undefined) life.owner = owner
  },
  'ownership.transferred': ({ life }, { step, to }) => {
    if (step === undefined) life.owner = to
  },
  'workflow.migrated': ({ life }, { to }) => {
    life.workflow = to
  },
  'attempt.started': ({ life, span, at }, data) => {
    const step = stepIn(span, keyOf(data.step))
    span.begunAt ??= at
    step.begunAt ??= at
    step.busy = true
    life.running.add(data.attempt)
  },
  'attempt.ended': ({ life }, { attempt }) => void life.running.delete(attempt),
  'landing.done': ({ span, at }, { attempt }) => {
    const step = stepIn(span, keyOf(attempt))
    step.landedAt = at
    settle(step)
  },
  'step.reworked': ({ life, span, at }, data) => {
    const step = stepIn(span, keyOf(data.step))
    step.landedAt = undefined
    step.busy = false
    step.sentBack = true
    step.reworks += 1
    life.reworks.push(at)
  },
  'step.skipped': ({ span }, { step }) => settle(stepIn(span, keyOf(step))),
  'step.cancelled': ({ span }, { step }) => settle(stepIn(span, keyOf(step))),
  'step.failed': ({ span }, { step }) => settle(stepIn(span, keyOf(step))),
  'step.retired': ({ span }, { step }) => settle(stepIn(span, keyOf(step))),
  // What stands in the way of a step stays where it was declared; how far the work has come goes along with it.
  'steps.carried': ({ span }, { carried, renewed }) => {
    const moved = carried.map(({ from, to }) => [to, { ...noProgress, ...progressOf(span, from) }] as const)
    for (const key of [...renewed, ...carried.map(({ from }) => from)]) Object.assign(stepIn(span, key), noProgress)
    for (const [to, progress] of moved) Object.assign(stepIn(span, to), progress)
  },
  'blocker.raised': ({ life, span, at }, { blocker, kind, step }) => {
    if (life.closed || life.blockers.has(blocker)) return
    life.blockers.set(blocker, { kind, step })
    const ofKind = life.blockedBy.get(kind) ?? new Overlap()
    life.blockedBy.set(kind, ofKind)
    for (const one of [life.blocked, ofKind]) one.begin(at)
    if (step !== undefined) stepIn(span, keyOf(step)).blocked.begin(at)
  },
  'blocker.cleared': ({ life, span, at }, { blocker }) => {
    const found = life.blockers.get(blocker)
    if (found === undefined) return
    life.blockers.delete(blocker)
    life.blocked.end(at)
    life.blockedBy.get(found.kind)?.end(at)
    if (found.step !== undefined) stepIn(span, keyOf(found.step)).blocked.end(at)
  },
  'gate.opened': ({ life, at }, { gate }) => {
    if (life.closed || life.gates.has(gate)) return
    life.gates.add(gate)
    life.waits.begin(at)
  },
  'gate.answered': (here, { gate }) => answer(here, gate),
  'gate.mooted': (here, { gate }) => answer(here, gate),
  'integration.done': ({ span, at }) => {
    span.integrated = true
    span.endedAt ??= at
  },
  'item.closed': ({ life, span, at }) => {
    span.endedAt ??= at
    life.closed = true
    for (const clock of [life.blocked, life.waits, ...life.blockedBy.values()]) clock.endAll(at)
    for (const step of span.steps.values()) {
      settle(step)
      step.blocked.endAll(at)
    }
    for (const open of [life.blockers, life.gates, life.running]) open.clear()
  },
  'integration.reverted': ({ span, at }) => {
    span.revertedAt = at
  },
}

function progressOf(span: Span, key: string): Partial<Progress> {
  const { blocked: _, ...progress } = stepIn(span, key)
  return progress
}

function settle(step: { busy: boolean; sentBack: boolean }): void {
  step.busy = false
  step.sentBack = false
}

function answer({ life, at }: Here, gate: string): void {
  if (life.gates.delete(gate)) life.waits.end(at)
}
