// What a house tries out when it is asked whether it is well: each at most once at a time, and nobody waits longer than they said.
import type { Isolation } from '../core/nouns/isolation.ts'
import type { Trial, Tried } from '../core/ports/house.ts'
import type { Clock, IsolationReport } from '../core/ports.ts'
import type { Journal } from './journal/journal.ts'
import type { HouseParts } from './parts.ts'

export interface TrialPart {
  /** How long what it found holds: whoever asks before that gets the same again. */
  readonly holdsMs: { readonly well: number; readonly ill: number }
  run(): Promise<{ readonly ok: boolean; readonly why: string }>
}

/** Runs each trial at most once at a time and no more often than it may; nobody waits longer than they said. */
export class Trials {
  readonly #clock: Clock
  readonly #parts: Readonly<Partial<Record<Trial, TrialPart>>>
  readonly #known = new Map<Trial, { readonly tried: Tried; readonly at: number }>()
  readonly #running = new Map<Trial, { readonly began: number; readonly end: Promise<Tried> }>()

  constructor(clock: Clock, parts: Readonly<Partial<Record<Trial, TrialPart>>>) {
    this.#clock = clock
    this.#parts = parts
  }

  async run(what: Trial, atMostMs: number): Promise<Tried | undefined> {
    const part = this.#parts[what]
    if (part === undefined) return undefined
    const known = this.#known.get(what)
    if (known !== undefined) {
      const holds = known.tried.ok ? part.holdsMs.well : part.holdsMs.ill
      if (this.#clock.monotonic() - known.at < holds) return known.tried
    }
    let running = this.#running.get(what)
    if (running === undefined) {
      const began = this.#clock.monotonic()
      running = { began, end: this.#start(what, part, began) }
      this.#running.set(what, running)
    }
    return this.#inTime(running, atMostMs)
  }

  async #start(what: Trial, part: TrialPart, began: number): Promise<Tried> {
    // Whoever asks meanwhile finds it running, even where it ends without waiting for anything.
    await undefined
    let found: { readonly ok: boolean; readonly why: string }
    try {
      found = await part.run()
    } catch (error) {
      found = { ok: false, why: error instanceof Error ? error.message : String(error) }
    }
    const at = this.#clock.monotonic()
    const tried: Tried = { ok: found.ok, why: found.why, ms: at - began }
    this.#known.set(what, { tried, at })
    this.#running.delete(what)
    return tried
  }

  async #inTime({ began, end }: { began: number; end: Promise<Tried> }, atMostMs: number): Promise<Tried> {
    const late = Promise.withResolvers<Tried>()
    const calm = this.#clock.after(atMostMs, () => {
      const ms = this.#clock.monotonic() - began
      late.resolve({ ok: false, why: `no answer came within ${Math.round(ms)} ms`, ms, late: true })
    })
    try {
      return await Promise.race([end, late.promise])
    } finally {
      calm()
    }
  }
}

const second = 1000
const minute = 60 * second

export function trialsOf(parts: HouseParts, journal: Journal): Readonly<Partial<Record<Trial, TrialPart>>> {
  const { store, flush, model, machine } = parts
  const done = { ok: true, why: '' }
  const holdsMs = { well: 10 * minute, ill: minute }
  return {
    store: {
      holdsMs: { well: 0, ill: 0 },
      run: async () => {
        const [found, written] = [(await store.head()).seq, journal.head().seq]
        if (found >= written) return done
        return {
          ok: false,
          why: `the store ends at entry ${found}, and entry ${written} was written: audit the journal`,
        }
      },
    },
    ...(flush === undefined
      ? {}
      : { flush: { holdsMs: { well: 10 * second, ill: 5 * second }, run: () => flush().then(() => done) } }),
    ...(model === undefined
      ? {}
      : { model: { holdsMs: { well: 30 * second, ill: 30 * second }, run: () => model.ask() } }),
    isolation: { holdsMs, run: async () => isolationOf(await machine.probe(), 'basic') },
    strict: { holdsMs, run: async () => isolationOf(await machine.probe(), 'strict') },
  }
}

function isolationOf(
  reports: readonly IsolationReport[],
  wanted: Isolation,
): { readonly ok: boolean; readonly why: string } {
  const bad = reports.find(({ level, works }) => level === wanted && !works)
  if (bad === undefined) return { ok: true, why: '' }
  const open = bad.tried.filter((one) => !one.held).map((one) => one.what)
  const why = open.length === 0 ? 'is not available' : `did not hold: ${open.join(', ')}`
  return { ok: false, why: `isolation ${bad.level} ${why}${bad.remedy === undefined ? '' : ` (${bad.remedy})`}` }
}
