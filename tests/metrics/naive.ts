// Measures a journal the slow way, for tests: holds all entries, and asks all of them again for each number.
import type { Fact, Facts, FactType } from '../../src/core/facts.ts'
import type { BlockerKind } from '../../src/core/nouns/blocker.ts'
import type { KindSum, Measures, Window } from '../../src/core/portfolio/measures.ts'
import { dateOf } from '../../src/core/spending/dates.ts'

export type Said = Fact & { readonly at: number }
/** An entry, and its place in the journal. */
type Placed = Said & { readonly index: number }

const hour = 3_600_000
const known = ['decision', 'external']
const words = ['landing.done', 'step.reworked', 'step.skipped', 'step.failed', 'step.cancelled', 'step.retired']

interface Ask {
  readonly counted?: (at: number) => boolean
  /** Only what was theirs when it happened. */
  readonly who?: string | undefined
}

interface Hour {
  readonly owner: string
  readonly open: boolean
  readonly gated: boolean
  readonly blocked: readonly { readonly kind: string; readonly step: string | undefined }[]
}

/** Every time in the journal must be a whole hour: what overlaps is asked hour by hour. */
export class Naive {
  readonly #all: readonly Placed[]
  readonly #window: Window
  readonly #hours = new Map<string, Hour>()

  constructor(entries: readonly Said[], window: Window) {
    this.#all = entries.map((one, index) => ({ ...one, index })).filter(({ at }) => at < window.to)
    this.#window = window
  }

  items(): string[] {
    return of('item.opened', this.#all).map(({ data }) => data.id)
  }

  /** Whoever had anything at any time. */
  owners(): string[] {
    const said = this.#all.flatMap(({ data }) => [
      ...('owner' in data && typeof data.owner === 'string' ? [data.owner] : []),
      ...('to' in data && typeof data.to === 'string' ? [data.to] : []),
      ...('steps' in data
        ? data.steps.flatMap((spec) => (typeof spec !== 'string' && 'owner' in spec ? [spec.owner ?? ''] : []))
        : []),
      ...('spec' in data ? [data.spec.owner ?? ''] : []),
    ])
    return [...new Set(said)]
  }

  measures(items: readonly string[], ask: Ask = {}): Measures {
    const { counted = (at) => at >= this.#window.from, who } = ask
    const theirs = (owner: string): boolean => who === undefined || owner === who
    const meant = ({ stream, index, at }: Placed, key?: string): boolean =>
      counted(at) && theirs(key === undefined ? this.#owner(stream, index) : this.#stepOwner(stream, key, index))
    const spans = items.flatMap((item) => this.#spans(item))
    const ends = spans.flatMap((span) => {
      const end = endOf(span)
      return end === undefined || !meant(end) ? [] : [{ span, end, duplicate: isDuplicate(span) }]
    })
    const landed = spans.flatMap((span) => this.#landings(span)).filter(({ by, key }) => meant(by, key))
    const own = this.#all.filter((one) => items.includes(one.stream))
    const now = items.filter((item) => theirs(this.#owner(item, Number.POSITIVE_INFINITY)))
    const open = (some: readonly string[]) => some.filter((item) => endOf(this.#last(item)) === undefined)
    const leads = ends.filter(({ duplicate }) => !duplicate)
    const spent = spans.flatMap((span) => this.#spent(span)).filter(({ told, key }) => meant(told, key))
    const cycled = landed.flatMap(({ by, key, begun }) => (begun === undefined ? [] : [{ by, key, begun }]))
    const hours = (test: (one: Hour) => boolean) => this.#sum(items, counted, (one) => theirs(one.owner) && test(one))
    const leadIn = (kind?: string) =>
      leads.reduce((all, { span, end }) => all + this.#blocked(end, span[0]?.at ?? 0, { kind }), 0)
    const cycleIn = (kind?: string) =>
      cycled.reduce(
        (all, { by, key, begun }) => all + this.#blocked(by, begun.at, { kind, key: `${by.stream}/${key}` }),
        0,
      )
    const byKind = [...known, 'other'].flatMap((kind): [BlockerKind, KindSum][] => {
      const sum = {
        ms: hours(({ blocked }) => blocked.some((one) => one.kind === kind)),
        ...{ leadMs: leadIn(kind), cycleMs: cycleIn(kind) },
      }
      return sum.ms + sum.leadMs + sum.cycleMs === 0 ? [] : [[kind as BlockerKind, sum]]
    })
    return {
      items: now.length,
      open: open(now).length,
      inProgress: open(now).filter((item) => of('attempt.started', this.#last(item)).length > 0).length,
      stepsInProgress: open(items).reduce((all, item) => all + this.#busy(item).filter(theirs).length, 0),
      opened: spans.filter(([first]) => first !== undefined && meant(first)).length,
      integrated: ends.filter(({ end }) => end.type === 'integration.done').length,
      closed: ends.filter(({ end }) => end.type === 'item.closed').length,
      duplicates: ends.filter(({ duplicate }) => duplicate).length,
      reverted: of('integration.reverted', own).filter((one) => meant(one)).length,
      landed: landed.length,
      reworks: of('step.reworked', own).filter((one) => meant(one, keyOf(one.data.step))).length,
      openMs: hours((one) => one.open),
      blockedMs: hours(({ blocked }) => blocked.length > 0),
      leadBlockedMs: leadIn(),
      cycleBlockedMs: cycleIn(),
      gateMs: hours(({ gated }) => gated),
      attempts: spent.length,
      costUsd: spent.reduce((all, { cost }) => all + cost, 0),
      unpriced: 0,
      workMs: spent.reduce((all, { cost }) => all + cost * 10, 0),
      leads: leads.map(({ span, end }) => end.at - (span[0]?.at ?? 0)),
      cycles: cycled.map(({ by, begun }) => by.at - begun.at),
      blockedBy: new Map(byKind),
    }
  }

  day(day: string, who?: string): Measures {
    const until = (Math.floor(Date.parse(day) / (24 * hour)) + 1) * 24 * hour
    const { from, to } = this.#window
    const then = new Naive(this.#all, { from, to: Math.min(to, until) })
    const { open, inProgress } = then.measures(then.items(), { who })
    const found = this.measures(this.items(), { who, counted: (at) => at >= from && dateOf(at) === day })
    return { ...found, items: open, open, inProgress, stepsInProgress: 0 }
  }

  status(item: string): string {
    const span = this.#last(item)
    const ended = new Set(of('attempt.ended', span).map(({ data }) => data.attempt))
    const now = this.#hour(item, Math.max(...this.#all.map((one) => one.at)))
    if (of('integration.reverted', span).length > 0) return 'rework'
    if (endOf(span) !== undefined) return 'completed'
    if (of('attempt.started', span).some(({ data }) => !ended.has(data.attempt))) return 'in-progress'
    if (now.gated || now.blocked.length > 0) return 'blocked'
    const last = keysIn(span).map((key) =>
      storyOf(span, key)
        .filter(({ one }) => words.includes(one.type))
        .at(-1),
    )
    if (last.some((found) => found?.one.type === 'step.reworked')) return 'rework'
    return of('attempt.started', span).length > 0 ? 'in-progress' : 'queued'
  }

  #spans(item: string): Placed[][] {
    const own = this.#all.filter((one) => one.stream === item)
    const begins = own.flatMap(({ type }, at) => (type === 'item.opened' || type === 'item.reopened' ? [at] : []))
    return begins.map((from, index) => own.slice(from, begins[index + 1]))
  }

  #last(item: string): Placed[] {
    return this.#spans(item).at(-1) ?? []
  }

  /** Who had the item right after the entry at this place. */
  #owner(item: string, index: number): string {
    const said = this.#all
      .filter((one) => one.stream === item && one.index <= index)
      .flatMap(({ type, data }) => {
        if (type === 'item.opened' || type === 'item.reopened') return [data.owner]
        if (type === 'item.changed') return data.owner === undefined ? [] : [data.owner]
        return type === 'ownership.transferred' && data.step === undefined ? [data.to] : []
      })
    return said.at(-1) ?? ''
  }

  #stepOwner(item: string, key: string, index: number): string {
    const span = this.#spans(item).findLast(([first]) => (first?.index ?? 0) <= index) ?? []
    const past = span.filter((one) => one.index <= index)
    const given = storyOf(past, key).filter(({ one }) => one.type === 'ownership.transferred')
    const transferred = of(
      'ownership.transferred',
      given.map(({ one }) => one),
    ).at(-1)
    if (transferred !== undefined) return transferred.data.to
    const planned = past.flatMap(({ type, data }) => {
      if (type === 'steps.added')
        return data.steps.flatMap((spec) => (spec.key === key && spec.owner ? [spec.owner] : []))
      return type === 'step.changed' && keyOf(data.step) === key ? [data.spec.owner] : []
    })
    return planned.at(-1) ?? this.#owner(item, index)
  }

  #landings(span: readonly Placed[]): { by: Placed; key: string; begun: Placed | undefined }[] {
    return keysIn(span).flatMap((key) => {
      const story = storyOf(span, key)
      const last = story.filter(({ one }) => one.type === 'landing.done' || one.type === 'step.reworked').at(-1)
      if (last?.one.type !== 'landing.done') return []
      return [{ by: last.one, key: last.key, begun: story.find(({ one }) => one.type === 'attempt.started')?.one }]
    })
  }

  #spent(span: readonly Placed[]): { told: Placed; key: string; cost: number }[] {
    return of('attempt.started', span).map((start) => {
      const told = span.filter(
        ({ type, data }) =>
          (type === 'attempt.used' || type === 'attempt.ended') && data.attempt === start.data.attempt,
      )
      const cost = Math.max(0, ...told.map(({ data }) => ('used' in data ? (data.used?.cost ?? 0) : 0)))
      return { told: told.at(-1) ?? start, key: keyOf(start.data.step), cost }
    })
  }

  /** Who has each step at which somebody is at work. */
  #busy(item: string): string[] {
    const span = this.#last(item)
    return keysIn(span).flatMap((key) => {
      const story = storyOf(span, key).filter(({ one }) => [...words, 'attempt.started'].includes(one.type))
      const owner = this.#stepOwner(item, key, Number.POSITIVE_INFINITY)
      return story.at(-1)?.one.type === 'attempt.started' ? [owner] : []
    })
  }

  #sum(items: readonly string[], counted: (at: number) => boolean, test: (one: Hour) => boolean): number {
    let hours = 0
    for (const item of items)
      for (let at = 0; at < this.#window.to; at += hour) if (counted(at) && test(this.#hour(item, at))) hours += 1
    return hours * hour
  }

  /** Of the time up to an entry, from another time on. `key`: whatever is on that step, or on all of the item. */
  #blocked(by: Placed, from: number, { kind, key }: { kind?: string | undefined; key?: string }): number {
    let hours = 0
    for (let at = from; at < by.at; at += hour) {
      const { blocked } = this.#hour(by.stream, at)
      const fits = (one: Hour['blocked'][number]) =>
        (kind === undefined || one.kind === kind) && (key === undefined || one.step === undefined || one.step === key)
      if (blocked.some(fits)) hours += 1
    }
    return hours * hour
  }

  #hour(item: string, at: number): Hour {
    const name = `${item} ${at}`
    const found = this.#hours.get(name) ?? this.#look(item, at)
    this.#hours.set(name, found)
    return found
  }

  #look(item: string, at: number): Hour {
    const past = this.#all.filter((one) => one.stream === item && one.at <= at)
    const since = past.slice(past.map((one) => one.type).lastIndexOf('item.closed') + 1)
    const span = past.slice(past.findLastIndex(({ type }) => type === 'item.opened' || type === 'item.reopened'))
    const cleared = new Set(of('blocker.cleared', since).map(({ data }) => data.blocker))
    const over = new Set(
      since.flatMap(({ type, data }) => (/^gate\.(?!opened)/.test(type) && 'gate' in data ? [data.gate] : [])),
    )
    return {
      owner: this.#owner(item, past.at(-1)?.index ?? -1),
      open: past.length > 0 && endOf(span) === undefined,
      gated: of('gate.opened', since).some(({ data }) => !over.has(data.gate)),
      blocked: of('blocker.raised', since)
        .filter(({ data }) => !cleared.has(data.blocker))
        .map(({ data: { kind, step } }) => ({ kind: known.includes(kind) ? kind : 'other', step })),
    }
  }
}

function of<K extends FactType>(type: K, among: readonly Placed[]): (Placed & { data: Facts[K] })[] {
  return among.filter((one) => one.type === type) as unknown as (Placed & { data: Facts[K] })[]
}

const keyOf = (id: string): string => id.split('/')[1] ?? ''

function endOf(span: readonly Placed[]): Placed | undefined {
  return span.find(({ type }) => type === 'integration.done') ?? span.find(({ type }) => type === 'item.closed')
}

function isDuplicate(span: readonly Placed[]): boolean {
  if (of('integration.done', span).length > 0) return false
  return of('item.closed', span).some(({ data }) => data.duplicateOf !== undefined)
}

/** Every key that any entry names. */
function keysIn(span: readonly Placed[]): string[] {
  const carried = of('steps.carried', span).flatMap(({ data }) => data.carried.flatMap(({ from, to }) => [from, to]))
  return [...new Set([...span.map(stepSaid).filter((key) => key !== ''), ...carried])]
}

function stepSaid({ data }: Said): string {
  if ('step' in data && data.step !== undefined) return keyOf(data.step)
  return 'attempt' in data && typeof data.attempt === 'string' ? keyOf(data.attempt) : ''
}

/** What became of the work that a key stands for at the end, read backwards: under the name that it had each time. */
function storyOf(span: readonly Placed[], last: string): { one: Placed; key: string }[] {
  const story: { one: Placed; key: string }[] = []
  let key = last
  for (const one of [...span].reverse()) {
    if (one.type === 'steps.carried') {
      const before = one.data.carried.find(({ to }) => to === key)
      if (before !== undefined) key = before.from
      else if (one.data.renewed.includes(key) || one.data.carried.some(({ from }) => from === key)) break
    } else if (stepSaid(one) === key) story.unshift({ one, key })
  }
  return story
}
