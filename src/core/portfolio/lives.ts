// Reads the record once, entry by entry, into the lives of its items: everything that is measured follows from them.
import type { Facts, FactType } from '../facts.ts'
import type { Used } from '../nouns/attempt.ts'
import type { Entry } from '../nouns/entry.ts'
import {
  cycleBlocked,
  type Life,
  landingsOf,
  newLife,
  noProgress,
  ownerOf,
  type Progress,
  type Span,
  type Spent,
  spanOf,
  stepIn,
} from './life.ts'
import { obstacleOf } from './obstacles.ts'

type Said = Pick<Entry, 'type' | 'data' | 'at' | 'stream'>

/** What is at `to` or later has not happened. With `keep` the steps of items that are over are kept, else a few numbers of each. */
export class Lives {
  readonly all = new Map<string, Life>()
  readonly #to: number
  readonly #keep: boolean

  constructor(to: number, keep = true) {
    this.#to = to
    this.#keep = keep
  }

  add(entry: Said): void {
    const found = this.all.get(entry.stream)
    // A clock that was set back stands still until it has come again to where it was.
    const at = Math.max(entry.at, found?.lastAt ?? 0)
    if (at >= this.#to) return
    const opens = entry.type === 'item.opened' || entry.type === 'item.reopened'
    const life = opens ? this.#open(entry.data as Facts['item.opened'], at) : found
    const span = life === undefined ? undefined : spanOf(life)
    if (life === undefined || span === undefined) return
    life.lastAt = at
    life.entries += 1
    if (life.closed && entry.type !== 'integration.reverted') return
    const read = Object.hasOwn(readers, entry.type) ? readers[entry.type as FactType] : undefined
    if (read !== undefined) (read as Reader)({ life, span, at }, entry.data)
    if (entry.type === 'item.closed') this.#over(life, span)
  }

  #open(data: Facts['item.opened'], at: number): Life {
    const life = this.all.get(data.id) ?? newLife(data.id)
    const { title, workspace, workflow, owner } = data
    Object.assign(life, { title, workspace, workflow, closed: false })
    handOver(life, owner, at)
    life.spans.push({ openedAt: at, openedBy: owner, integrated: false, steps: new Map() })
    this.all.set(data.id, life)
    return life
  }

  #over(life: Life, span: Span): void {
    for (const one of life.tries.values()) life.spent.push(one)
    for (const open of [life.blockers, life.gates, life.running, life.owners, life.planned, life.tries]) open.clear()
    if (this.#keep) return
    span.landings = landingsOf(span)
    span.steps.clear()
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
  'item.changed': ({ life, at }, { title, owner }) => {
    if (title !== undefined) life.title = title
    if (owner !== undefined) handOver(life, owner, at)
  },
  'steps.added': ({ life }, { steps }) => {
    for (const { key, owner } of steps) if (owner !== undefined) life.planned.set(key, owner)
  },
  'step.changed': ({ life }, { step, spec }) => {
    if (spec.owner !== undefined) life.planned.set(keyOf(step), spec.owner)
    else life.planned.delete(keyOf(step))
  },
  'ownership.transferred': ({ life, at }, { step, to }) => {
    if (step === undefined) handOver(life, to, at)
    else life.owners.set(keyOf(step), to)
  },
  'workflow.migrated': ({ life }, { to }) => {
    life.workflow = to
  },
  'attempt.started': ({ life, span, at }, data) => {
    const key = keyOf(data.step)
    const step = stepIn(span, key)
    span.begunAt ??= at
    step.begunAt ??= at
    step.busy = true
    life.running.add(data.attempt)
    const owner = ownerOf(life, key)
    life.tries.set(data.attempt, { at, owner, costUsd: 0, tokens: 0, workMs: 0, unpriced: 0 })
  },
  'attempt.used': (here, { attempt, used }) => told(here, attempt, used),
  'attempt.ended': (here, { attempt, used }) => {
    here.life.running.delete(attempt)
    told(here, attempt, used)
  },
  'landing.done': ({ life, span, at }, { attempt }) => {
    const key = keyOf(attempt)
    const step = stepIn(span, key)
    step.landedAt = at
    step.landedBy = ownerOf(life, key)
    step.blocked = step.begunAt === undefined ? undefined : cycleBlocked(life, key, step.begunAt, at)
    settle(step)
  },
  'step.reworked': ({ life, span, at }, data) => {
    const key = keyOf(data.step)
    const step = stepIn(span, key)
    step.landedAt = undefined
    step.busy = false
    step.sentBack = true
    step.reworks += 1
    life.reworks.push({ at, owner: ownerOf(life, key) })
  },
  'step.skipped': ({ span }, { step }) => settle(stepIn(span, keyOf(step))),
  'step.cancelled': ({ span }, { step }) => settle(stepIn(span, keyOf(step))),
  'step.failed': ({ span }, { step }) => settle(stepIn(span, keyOf(step))),
  'step.retired': ({ span }, { step }) => settle(stepIn(span, keyOf(step))),
  // What stands in the way of a step stays where it was declared; how far the work has come goes along with it, and so does whose it is.
  'steps.carried': ({ life, span }, { carried, renewed }) => {
    const moved = carried.map(({ from, to }) => [to, { ...stepIn(span, from) }, life.owners.get(from)] as const)
    for (const key of [...renewed, ...carried.map(({ from }) => from)]) {
      Object.assign(stepIn(span, key), noProgress)
      life.owners.delete(key)
    }
    for (const [to, progress, owner] of moved) {
      Object.assign(stepIn(span, to), progress)
      if (owner === undefined) life.owners.delete(to)
      else life.owners.set(to, owner)
    }
  },
  'blocker.raised': ({ life, at }, data) => {
    if (life.blockers.has(data.blocker)) return
    const obstacle = obstacleOf(data, at)
    life.blockers.set(data.blocker, obstacle)
    life.obstacles.push(obstacle)
  },
  'blocker.cleared': ({ life, at }, { blocker }) => {
    const found = life.blockers.get(blocker)
    if (found === undefined) return
    life.blockers.delete(blocker)
    found.until = at
  },
  'gate.opened': ({ life, at }, { gate }) => {
    if (life.gates.has(gate)) return
    life.gates.add(gate)
    life.waits.begin(at)
  },
  'gate.answered': (here, { gate }) => answer(here, gate),
  'gate.mooted': (here, { gate }) => answer(here, gate),
  'integration.done': (here) => {
    here.span.integrated = true
    end(here)
  },
  'item.closed': (here, { duplicateOf }) => {
    const { life, span, at } = here
    if (duplicateOf !== undefined && span.endedAt === undefined) span.duplicateOf = duplicateOf
    end(here)
    life.closed = true
    life.waits.endAll(at)
    for (const one of life.blockers.values()) one.until = at
    for (const step of span.steps.values()) settle(step)
  },
  'integration.reverted': ({ life, span, at }) => {
    span.revertedAt = at
    span.revertedBy = life.owner
  },
}

function handOver(life: Life, owner: string, at: number): void {
  if (life.tenures.length > 0 && life.owner === owner) return
  life.owner = owner
  life.tenures.push({ at, owner })
}

function end({ life, span, at }: Here): void {
  if (span.endedAt !== undefined) return
  span.endedAt = at
  span.endedBy = life.owner
}

/** `used` is all since it began; a record that ends an attempt from outside knows less than what was told before. */
function told({ life, at }: Here, attempt: string, used: Used): void {
  const one: Spent | undefined = life.tries.get(attempt)
  if (one === undefined) return
  one.at = at
  one.owner = ownerOf(life, keyOf(attempt))
  const tokens = used.tokensIn + used.tokensOut
  if (used.cost < one.costUsd || tokens < one.tokens) return
  Object.assign(one, { costUsd: used.cost, tokens, workMs: used.ms, unpriced: used.unpriced === true ? tokens : 0 })
}

function settle(step: Progress): void {
  step.busy = false
  step.sentBack = false
}

function answer({ life, at }: Here, gate: string): void {
  if (life.gates.delete(gate)) life.waits.end(at)
}
