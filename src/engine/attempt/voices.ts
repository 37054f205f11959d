// Writes down what an agent says and does, without its secrets, in order: what comes while something is being written is written after it.

import { told, type Update } from '../../core/nouns/update.ts'
import type { TranscriptPart } from '../../core/ports/house.ts'
import type { Report } from '../../core/ports.ts'
import { type Scrubber, scrub, scrubber } from '../../core/text/secrets.ts'

type Heard = Extract<Report, { kind: 'said' | 'told' }>

export interface VoicesOptions {
  readonly secrets: readonly string[]
  now(): number
  write(parts: readonly TranscriptPart[]): Promise<void>
}

/** Whoever says more than this while a write is under way waits for it. */
const partsAtMost = 1000
const lettersAtMost = 262_144

/** Invariant: parts are written in the order in which they were heard, each once, by one write at a time. */
export class Voices {
  readonly #options: VoicesOptions
  readonly #scrubbers = new Map<string, Scrubber>()
  #waiting: TranscriptPart[] = []
  #letters = 0
  #writing: Promise<void> | undefined
  #broken: { readonly error: unknown } | undefined
  #spoke = false

  constructor(options: VoicesOptions) {
    this.#options = options
  }

  /** Whether anything was written. */
  get spoke(): boolean {
    return this.#spoke
  }

  /** Settles at once as long as there is room; throws what a write before it threw. */
  hear(report: Heard): Promise<void> {
    if (report.kind === 'said') return this.#pieces(report.from, report.text)
    const { update } = report
    if (update.kind === 'message') return this.#pieces('agent', update.text)
    if (update.kind === 'thought') return this.#pieces('thought', update.text)
    return this.#whole(update)
  }

  /** What was held back, because it might have been the beginning of a secret; all is written once it settles. */
  async flush(): Promise<void> {
    await this.#letGo()
    await this.written()
  }

  /** Settles when all that was heard and not held back is written. */
  async written(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    this.#complain()
  }

  /** Of what others say of an attempt: what was decided, what was answered. */
  async note(text: string): Promise<void> {
    await this.#write('baton', scrub(text, this.#options.secrets))
    await this.written()
  }

  async #pieces(from: string, text: string): Promise<void> {
    let one = this.#scrubbers.get(from)
    if (one === undefined) {
      one = scrubber(this.#options.secrets)
      this.#scrubbers.set(from, one)
    }
    await this.#write(from, one.push(text))
  }

  async #whole(update: Update): Promise<void> {
    await this.#letGo()
    const clean = cleaned(update, this.#options.secrets)
    await this.#write(clean.kind, told(clean), clean)
  }

  async #letGo(): Promise<void> {
    for (const [from, one] of this.#scrubbers) await this.#write(from, one.flush())
  }

  async #write(from: string, text: string, update?: Update): Promise<void> {
    if (text === '' && update === undefined) return
    this.#complain()
    this.#spoke = true
    this.#waiting.push({ at: this.#options.now(), from, text, ...(update === undefined ? {} : { update }) })
    this.#letters += text.length
    this.#writing ??= this.#drain()
    while (this.#writing !== undefined && (this.#waiting.length > partsAtMost || this.#letters > lettersAtMost))
      await this.#writing
  }

  /** Never rejects: whoever speaks or asks next is told what broke. */
  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const parts = this.#waiting
        this.#waiting = []
        this.#letters = 0
        await this.#options.write(parts)
      }
    } catch (error) {
      this.#broken = { error }
      this.#waiting = []
      this.#letters = 0
    } finally {
      this.#writing = undefined
    }
  }

  #complain(): void {
    if (this.#broken !== undefined) throw this.#broken.error
  }
}

/** The same, with every text in it scrubbed. */
function cleaned<T>(value: T, secrets: readonly string[]): T {
  if (typeof value === 'string') return scrub(value, secrets) as T
  if (Array.isArray(value)) return value.map((one) => cleaned(one, secrets)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleaned(one, secrets)])) as T
}
