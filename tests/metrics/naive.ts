// Measures a journal the slow way, for tests: holds all entries, and asks all of them again for each number.
import type { Fact, Facts, FactType } from '../../src/core/facts.ts'
import type { Measures, Window } from '../../src/core/portfolio/measures.ts'
import { dateOf } from '../../src/core/spending/dates.ts'

export type Said = Fact & { readonly at: number }

const hour = 3_600_000
const stepWords = ['landing.done', 'step.reworked', 'step.skipped', 'step.failed', 'attempt.started']

/** Every time in the journal must be a whole hour: what overlaps is asked hour by hour. */
export class Naive {
  readonly #all: readonly Said[]
  readonly #window: Window

  constructor(entries: readonly Said[], window: Window) {
    this.#all = entries.filter(({ at }) => at < window.to)
    this.#window = window
  }

  items(): string[] {
    return this.#of('item.opened', this.#all).map(({ data }) => data.id)
  }

  measures(items: readonly string[], counted = (at: number): boolean => at >= this.#window.from): Measures {
    const spans = items.flatMap((item) => this.#spans(item))
    const ends = spans.map(endOf).filter((end) => end !== undefined && counted(end.at))
    const landed = spans.flatMap(landings).filter(({ at }) => counted(at))
    const own = this.#all.filter((one) => items.includes(one.stream))
    const open = items.filter((item) => endOf(this.#last(item)) === undefined)
    const ended = this.#of('attempt.ended', own)
    const kinds = this.#of('blocker.raised', own).map(({ data }) => data.kind)
    const spent = this.#of('attempt.started', own).flatMap(({ data, at }) => {
      const end = ended.find((one) => one.data.attempt === data.attempt)
      return counted(end?.at ?? at) ? [end?.data.used] : []
    })
    const sum = (ask: (item: string) => number) => items.reduce((all, item) => all + ask(item), 0)
    return {
      items: items.length,
      open: open.length,
      inProgress: open.filter((item) => this.#of('attempt.started', this.#last(item)).length > 0).length,
      stepsInProgress: open.reduce((all, item) => all + busy(this.#last(item)).length, 0),
      opened: spans.filter(([first]) => first !== undefined && counted(first.at)).length,
      integrated: ends.filter((end) => end?.type === 'integration.done').length,
      closed: ends.filter((end) => end?.type === 'item.closed').length,
      reverted: this.#of('integration.reverted', own).filter(({ at }) => counted(at)).length,
      landed: landed.length,
      reworks: this.#of('step.reworked', own).filter(({ at }) => counted(at)).length,
      blockedMs: sum((item) => this.#hours(item, counted, 'blocker.raised')),
      gateMs: sum((item) => this.#hours(item, counted, 'gate.opened')),
      attempts: spent.length,
      costUsd: spent.reduce((all, used) => all + (used?.cost ?? 0), 0),
      unpriced: 0,
      workMs: spent.reduce((all, used) => all + (used?.ms ?? 0), 0),
      leads: spans.flatMap((span) => {
        const end = endOf(span)
        return end === undefined || !counted(end.at) ? [] : [end.at - (span[0]?.at ?? 0)]
      }),
      cycles: landed.flatMap(({ at, begun }) => (begun === undefined ? [] : [at - begun])),
      blockedBy: new Map(
        kinds.flatMap((kind) => {
          const ms = sum((item) => this.#hours(item, counted, 'blocker.raised', kind))
          return ms === 0 ? [] : [[kind, ms] as const]
        }),
      ),
    }
  }

  day(day: string): Measures {
    const until = (Math.floor(Date.parse(day) / (24 * hour)) + 1) * 24 * hour
    const { from, to } = this.#window
    const then = new Naive(this.#all, { from, to: Math.min(to, until) })
    const { open, inProgress } = then.measures(then.items())
    const found = this.measures(this.items(), (at) => at >= from && dateOf(at) === day)
    const sorted = { leads: found.leads.sort((a, b) => a - b), cycles: found.cycles.sort((a, b) => a - b) }
    return { ...found, ...sorted, items: open, open, inProgress, stepsInProgress: 0, blockedBy: new Map() }
  }

  status(item: string): string {
    const span = this.#last(item)
    const ended = new Set(this.#of('attempt.ended', span).map(({ data }) => data.attempt))
    const at = Math.max(...this.#all.map((one) => one.at))
    const steps = new Set(span.map(stepSaid))
    const latest = [...steps].map((step) => span.filter((one) => stepSaid(one) === step && isWord(one, true)).at(-1))
    if (this.#of('integration.reverted', span).length > 0) return 'rework'
    if (endOf(span) !== undefined) return 'completed'
    if (this.#of('attempt.started', span).some(({ data }) => !ended.has(data.attempt))) return 'in-progress'
    if (['blocker.raised', 'gate.opened'].some((type) => this.#openAt(item, at, type as 'gate.opened')))
      return 'blocked'
    if (latest.some((one) => one?.type === 'step.reworked')) return 'rework'
    return this.#of('attempt.started', span).length > 0 ? 'in-progress' : 'queued'
  }

  #of<K extends FactType>(type: K, among: readonly Said[]): { at: number; data: Facts[K] }[] {
    return among.filter((one) => one.type === type) as unknown as { at: number; data: Facts[K] }[]
  }

  #spans(item: string): Said[][] {
    const own = this.#all.filter((one) => one.stream === item)
    const begins = own.flatMap(({ type }, at) => (type === 'item.opened' || type === 'item.reopened' ? [at] : []))
    return begins.map((from, index) => own.slice(from, begins[index + 1]))
  }

  #last(item: string): Said[] {
    return this.#spans(item).at(-1) ?? []
  }

  #hours(
    item: string,
    counted: (at: number) => boolean,
    type: 'blocker.raised' | 'gate.opened',
    kind?: string,
  ): number {
    let hours = 0
    for (let at = 0; at < this.#window.to; at += hour) if (counted(at) && this.#openAt(item, at, type, kind)) hours += 1
    return hours * hour
  }

  #openAt(item: string, at: number, type: 'blocker.raised' | 'gate.opened', kind?: string): boolean {
    const past = this.#all.filter((one) => one.stream === item && one.at <= at)
    const closed = past.map((one) => one.type).lastIndexOf('item.closed')
    const since = past.slice(closed + 1)
    const idIn = ({ data }: Said): string | undefined => {
      if (type === 'gate.opened') return 'gate' in data ? data.gate : undefined
      return 'blocker' in data ? data.blocker : undefined
    }
    return since.some((one) => {
      if (one.type !== type) return false
      if (kind !== undefined && 'kind' in one.data && one.data.kind !== kind) return false
      return since.filter((other) => idIn(other) === idIn(one)).length === 1
    })
  }
}

function endOf(span: readonly Said[]): Said | undefined {
  return span.find(({ type }) => type === 'integration.done') ?? span.find(({ type }) => type === 'item.closed')
}

function stepSaid({ data }: Said): string {
  if ('step' in data && data.step !== undefined) return data.step
  return 'attempt' in data && typeof data.attempt === 'string' ? data.attempt.split('/').slice(0, 2).join('/') : ''
}

/** A start says nothing of whether work was sent back. */
function isWord({ type }: Said, withoutStart = false): boolean {
  return stepWords.includes(type) && !(withoutStart && type === 'attempt.started')
}

function busy(span: readonly Said[]): string[] {
  const steps = new Set(span.map(stepSaid))
  return [...steps].filter((step) => {
    const last = span.filter((one) => stepSaid(one) === step && isWord(one)).at(-1)
    return last?.type === 'attempt.started'
  })
}

function landings(span: readonly Said[]): { at: number; begun: number | undefined }[] {
  return [...new Set(span.map(stepSaid))].flatMap((step) => {
    const own = span.filter((one) => stepSaid(one) === step)
    const last = own.filter(({ type }) => type === 'landing.done' || type === 'step.reworked').at(-1)
    if (last?.type !== 'landing.done') return []
    return [{ at: last.at, begun: own.find(({ type }) => type === 'attempt.started')?.at }]
  })
}
