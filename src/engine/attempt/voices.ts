// Writes down what an agent says and does, without its secrets: one ordered log, each voice scrubbed as its pieces come.

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

export class Voices {
  readonly #options: VoicesOptions
  readonly #scrubbers = new Map<string, Scrubber>()
  #spoke = false

  constructor(options: VoicesOptions) {
    this.#options = options
  }

  /** Whether anything was written. */
  get spoke(): boolean {
    return this.#spoke
  }

  hear(report: Heard): Promise<void> {
    if (report.kind === 'said') return this.#pieces(report.from, report.text)
    const { update } = report
    if (update.kind === 'message') return this.#pieces('agent', update.text)
    if (update.kind === 'thought') return this.#pieces('thought', update.text)
    return this.#whole(update)
  }

  /** What was held back, because it might have been the beginning of a secret. */
  async flush(): Promise<void> {
    for (const [from, one] of this.#scrubbers) await this.#write(from, one.flush())
  }

  /** Of what others say of an attempt: what was decided, what was answered. */
  async note(text: string): Promise<void> {
    await this.#write('baton', scrub(text, this.#options.secrets))
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
    await this.flush()
    const clean = cleaned(update, this.#options.secrets)
    await this.#write(clean.kind, told(clean), clean)
  }

  async #write(from: string, text: string, update?: Update): Promise<void> {
    if (text === '' && update === undefined) return
    this.#spoke = true
    const part = { at: this.#options.now(), from, text, ...(update === undefined ? {} : { update }) }
    await this.#options.write([part])
  }
}

/** The same, with every text in it scrubbed. */
function cleaned<T>(value: T, secrets: readonly string[]): T {
  if (typeof value === 'string') return scrub(value, secrets) as T
  if (Array.isArray(value)) return value.map((one) => cleaned(one, secrets)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleaned(one, secrets)])) as T
}
