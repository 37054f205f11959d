// What every attempt of a record has used and what became of it, read from the facts in one pass.

import type { Facts, FactType } from '../facts.ts'
import { type FailureReason, nothingUsed, type Used } from '../nouns/attempt.ts'
import type { Entry } from '../nouns/entry.ts'

/** landed: its work is on the item's branch, or a later attempt that mended it is. open: it still may be. abandoned: it no longer can. */
export type Fate = 'landed' | 'abandoned' | 'open'

export interface Spending {
  readonly attempt: string
  readonly step: string
  readonly item: string
  readonly agent: string
  readonly model: string | undefined
  readonly used: Used
  /** When the last of it was told. */
  readonly at: number
  readonly fate: Fate
  /** The name of the attempt that landed with this work in it: its own, or that of one that mended it. */
  readonly landedAs: string | undefined
  /** Why its own work went no further, when anything said so. */
  readonly reason: FailureReason | 'sent-back' | 'dropped' | undefined
}

interface Row {
  readonly attempt: string
  readonly step: string
  readonly agent: string
  readonly model: string | undefined
  used: Used
  at: number
  landed: boolean
  over: boolean
  reason: Spending['reason']
  mendedBy: Row | undefined
}

/** `settled` is told of each attempt once: when its item is over, or at `rest`. Held until then are those of open items alone. */
export class Ledger {
  readonly #settled: (spending: Spending) => void
  readonly #items = new Map<string, Map<string, Row>>()
  readonly #latest = new Map<string, Row>()

  constructor(settled: (spending: Spending) => void) {
    this.#settled = settled
  }

  add(entry: Pick<Entry, 'type' | 'data' | 'at'>): void {
    const read = Object.hasOwn(readers, entry.type) ? readers[entry.type as FactType] : undefined
    if (read !== undefined) (read as Reader)(this, entry.data, entry.at)
  }

  /** Nothing more is read. */
  rest(): void {
    for (const item of [...this.#items.keys()]) this.settle(item, false)
  }

  begin(data: Facts['attempt.started'], at: number): void {
    const item = itemOf(data.step)
    const rows = this.#items.get(item) ?? new Map<string, Row>()
    this.#items.set(item, rows)
    this.drop(data.step, 'dropped')
    const { attempt, step, agent, model } = data
    const fresh = { used: nothingUsed, at, landed: false, over: false }
    const row: Row = { attempt, step, agent, model, ...fresh, reason: undefined, mendedBy: undefined }
    const before = data.mends === undefined ? undefined : rows.get(data.mends.attempt)
    if (before !== undefined) before.mendedBy = row
    rows.set(attempt, row)
    this.#latest.set(step, row)
  }

  row(attempt: string): Row | undefined {
    return this.#items.get(itemOf(attempt))?.get(attempt)
  }

  /** Whatever the newest attempt at this step has not landed by now, it will not. */
  drop(step: string, reason: Row['reason']): void {
    const row = this.#latest.get(step)
    if (row === undefined || row.landed || row.over) return
    row.over = true
    row.reason ??= reason
  }

  settle(item: string, over: boolean): void {
    const rows = this.#items.get(item)
    if (rows === undefined) return
    this.#items.delete(item)
    for (const row of rows.values()) {
      this.#latest.delete(row.step)
      const last = mended(row)
      const { attempt, step, agent, model, used, at, reason } = row
      const fate: Fate = last.landed ? 'landed' : over || last.over ? 'abandoned' : 'open'
      const landedAs = last.landed ? last.attempt : undefined
      this.#settled({ attempt, step, item, agent, model, used, at, fate, landedAs, reason })
    }
  }
}

type Reader = (ledger: Ledger, data: unknown, at: number) => void

const readers: { readonly [K in FactType]?: (ledger: Ledger, data: Facts[K], at: number) => void } = {
  'attempt.started': (ledger, data, at) => ledger.begin(data, at),
  'attempt.used': (ledger, data, at) => use(ledger.row(data.attempt), data.used, at),
  'attempt.ended': (ledger, data, at) => {
    const row = ledger.row(data.attempt)
    use(row, data.used, at)
    if (row === undefined) return
    if (data.outcome.kind === 'succeeded') return
    row.over = true
    row.reason = data.outcome.reason
  },
  'landing.done': (ledger, data) => {
    const row = ledger.row(data.attempt)
    if (row !== undefined) row.landed = true
  },
  'step.requeued': (ledger, data) => ledger.drop(data.step, data.reason as FailureReason),
  'step.failed': (ledger, data) => ledger.drop(data.step, data.reason as FailureReason),
  'step.reworked': (ledger, data) => ledger.drop(data.step, 'sent-back'),
  'step.skipped': (ledger, data) => ledger.drop(data.step, 'dropped'),
  'step.cancelled': (ledger, data) => ledger.drop(data.step, 'cancelled'),
  'step.retired': (ledger, data) => ledger.drop(data.step, 'dropped'),
  'item.closed': (ledger, data) => ledger.settle(data.id, true),
}

/** `used` is all since it began; a record that ends an attempt from outside knows less than what was told before. */
function use(row: Row | undefined, used: Used, at: number): void {
  if (row === undefined) return
  const less = used.cost < row.used.cost || used.tokensIn + used.tokensOut < row.used.tokensIn + row.used.tokensOut
  if (!less) row.used = used
  row.at = at
}

/** The last of those that went on with its work; each mends one that began before it, so there is an end. */
function mended(row: Row): Row {
  let last = row
  while (!last.landed && last.mendedBy !== undefined) last = last.mendedBy
  return last
}

function itemOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')))
}
