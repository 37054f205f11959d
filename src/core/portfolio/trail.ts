// What is kept of one item for whoever goes down from a number to what it came from: attempts, obstacles, gates, files, entries.
import type { Facts, FactType } from '../facts.ts'
import type { Used } from '../nouns/attempt.ts'
import type { Entry } from '../nouns/entry.ts'

const mostSeqs = 500
const mostLines = 1000
const mostOfAttempt = 20

export interface TriedLine {
  readonly attempt: string
  readonly step: string
  readonly agent: string
  readonly seq: number
  readonly startedAt: number
  endedAt?: number
  /** What became of it: `landed`, `succeeded` until that is known, or how it came to nothing and the reason. */
  outcome?: string
  /** That landed. */
  commit?: string
  costUsd: number
  tokens: number
  /** When what was said in it was removed by name. */
  forgottenAt?: number
  /** On `refs/baton/record`, that it left. */
  readonly artifacts: string[]
}
export interface BlockerLine {
  readonly blocker: string
  readonly kind: string
  readonly step?: string
  readonly owner: string
  readonly notes: string
  readonly from: number
  until?: number
}
export interface GateLine {
  readonly gate: string
  readonly kind: string
  readonly step?: string
  readonly from: number
  until?: number
  answer?: string
  by?: string
}

/** Lists hold the newest; `entries` counts all. */
export class Trail {
  readonly attempts = new Map<string, TriedLine>()
  readonly blockers = new Map<string, BlockerLine>()
  readonly gates = new Map<string, GateLine>()
  readonly artifacts = new Map<string, true>()
  #seqs: number[] = []
  entries = 0
  first = 0

  seen(seq: number): void {
    if (this.entries === 0) this.first = seq
    this.entries += 1
    this.#seqs.push(seq)
    if (this.#seqs.length >= 2 * mostSeqs) this.#seqs = this.#seqs.slice(-mostSeqs)
  }

  /** The newest entries, in order. */
  get seqs(): readonly number[] {
    return this.#seqs.slice(-mostSeqs)
  }
}

/** A map gives its members in the order in which they came. */
function keep<V>(lines: Map<string, V>, key: string, line: V): void {
  lines.set(key, line)
  if (lines.size <= mostLines) return
  const [oldest] = lines.keys()
  if (oldest !== undefined) lines.delete(oldest)
}

export class Trails {
  readonly all = new Map<string, Trail>()
  readonly #to: number

  constructor(to: number) {
    this.#to = to
  }

  add(entry: Pick<Entry, 'type' | 'data' | 'at' | 'stream' | 'seq'>): void {
    if (entry.at >= this.#to) return
    if (entry.type === 'item.opened' && !this.all.has(entry.stream)) this.all.set(entry.stream, new Trail())
    const trail = this.all.get(entry.stream)
    if (trail === undefined) return
    trail.seen(entry.seq)
    const read = Object.hasOwn(readers, entry.type) ? readers[entry.type as FactType] : undefined
    if (read !== undefined) (read as Reader)(trail, entry.data, entry)
  }
}

type Where = Pick<Entry, 'at' | 'seq'>
type Reader = (trail: Trail, data: unknown, where: Where) => void

const readers: { readonly [K in FactType]?: (trail: Trail, data: Facts[K], where: Where) => void } = {
  'attempt.started': ({ attempts }, { attempt, step, agent }, { at, seq }) =>
    keep(attempts, attempt, { attempt, step, agent, seq, startedAt: at, costUsd: 0, tokens: 0, artifacts: [] }),
  'attempt.ended': ({ attempts }, { attempt, outcome, used }, { at }) => {
    const line = attempts.get(attempt)
    if (line === undefined) return
    use(line, used)
    line.endedAt = at
    line.outcome = outcome.kind === 'succeeded' ? 'succeeded' : `${outcome.kind}: ${outcome.reason}`
  },
  'attempt.checked': ({ attempts }, { attempt, passed }) => {
    const line = attempts.get(attempt)
    if (line?.endedAt !== undefined) line.outcome = passed ? 'succeeded' : 'rejected: checks-failed'
  },
  'step.reworked': ({ attempts }, { step }) => {
    const line = [...attempts.values()].findLast((one) => one.step === step)
    if (line?.outcome === 'succeeded') line.outcome = 'rejected: sent-back'
  },
  'attempt.used': ({ attempts }, { attempt, used }) => use(attempts.get(attempt), used),
  'landing.done': ({ attempts }, { attempt, commit }) => {
    const line = attempts.get(attempt)
    if (line === undefined) return
    line.outcome = 'landed'
    line.commit = commit
  },
  'transcript.forgotten': ({ attempts }, { attempt }, { at }) => {
    const line = attempts.get(attempt)
    if (line !== undefined) line.forgottenAt = at
  },
  'blocker.raised': ({ blockers }, { blocker, kind, owner, notes, step }, { at }) =>
    keep(blockers, blocker, { blocker, kind, owner, notes, from: at, ...(step === undefined ? {} : { step }) }),
  'blocker.cleared': ({ blockers }, { blocker }, { at }) => {
    const line = blockers.get(blocker)
    if (line !== undefined) line.until ??= at
  },
  'gate.opened': ({ gates }, { gate, kind, step }, { at }) =>
    keep(gates, gate, { gate, kind, from: at, ...(step === undefined ? {} : { step }) }),
  'gate.answered': ({ gates }, { gate, review }, { at }) => {
    const line = gates.get(gate)
    if (line === undefined) return
    line.until ??= at
    line.answer = review.answer
    line.by = review.by
  },
  'gate.mooted': ({ gates }, { gate }, { at }) => {
    const line = gates.get(gate)
    if (line !== undefined) line.until ??= at
  },
  'item.closed': ({ gates, blockers }, _, { at }) => {
    for (const line of [...gates.values(), ...blockers.values()]) line.until ??= at
  },
  'handoff.written': ({ artifacts, attempts }, { files }) => {
    for (const { path, attempt = '' } of files) {
      keep(artifacts, path, true)
      const left = attempts.get(attempt)?.artifacts
      if (left !== undefined && left.length < mostOfAttempt) left.push(path)
    }
  },
}

/** All since it began; who ends an attempt from outside knows less than what was told before. */
function use(line: TriedLine | undefined, { cost, tokensIn, tokensOut }: Used): void {
  const tokens = tokensIn + tokensOut
  if (line === undefined || cost < line.costUsd || tokens < line.tokens) return
  line.costUsd = cost
  line.tokens = tokens
}
