// Listens to an agent: what it says becomes reports in order, and what is needed at its end is remembered.
import type { Update } from '../../core/nouns/update.ts'
import type { Report } from '../../core/ports.ts'
import type { KnownCall } from './permission.ts'
import { optionsOf } from './settings.ts'
import { asText, bounded, type Fields, fields } from './unknown.ts'
import { toolUpdate, updatesOf } from './updates.ts'
import type { Usage } from './usage.ts'
import type { Ears } from './wire.ts'

const tailLetters = 8192
const summaryLetters = 4000
const callsAtMost = 2000
const notedLetters = 2000

export interface HearingOrder {
  readonly program: string
  readonly usage: Usage
  tell(report: Report): Promise<void>
  heard(): void
  ms(): number
}

/** The words of an error in an update, as its program tells one. */
type Trouble = ((update: Fields) => string | undefined) | undefined

interface Call extends KnownCall {
  readonly done: boolean
}

/** Some tell what a command prints as it comes, beside the protocol's own fields. */
function shellPiece(update: Fields): string {
  const meta = fields(update._meta)
  const { data } = fields(meta.terminal_output_delta ?? meta.terminal_output)
  return update.sessionUpdate === 'tool_call_update' && typeof data === 'string' ? data : ''
}

export class Hearing implements Ears {
  readonly #order: HearingOrder
  readonly #calls = new Map<string, Call>()
  readonly #settings = new Map<string, string>()
  /** While a session is taken up again, it tells its whole past once more. */
  muted = false
  tail = ''
  /** Tools that did something. */
  worked = 0
  #words = ''
  #trouble: string | undefined
  #inTrouble: Trouble

  constructor(order: HearingOrder) {
    this.#order = order
  }

  /** Of a program that tells its errors in a way of its own. */
  expect(trouble: Trouble): void {
    this.#inTrouble = trouble
  }

  /** An error that it told and did not get over. */
  trouble(): string | undefined {
    return this.#trouble === undefined ? undefined : bounded(this.#trouble, summaryLetters)
  }

  /** The last that it said after its last tool. */
  summary(): string | undefined {
    const text = this.#words.trim()
    return text === '' ? undefined : bounded(text, summaryLetters)
  }

  known(id: unknown): KnownCall {
    return this.#calls.get(asText(id)) ?? {}
  }

  async said(from: 'out' | 'err', text: string): Promise<void> {
    this.#order.heard()
    if (text === '') return
    this.tail = (this.tail + text).slice(-tailLetters)
    await this.#order.tell({ kind: 'said', from, text })
  }

  async noted(method: string, params: unknown): Promise<void> {
    this.#order.heard()
    const raw = bounded(asText(params), notedLetters)
    await this.#tell([{ kind: 'other', name: bounded(method, 80), raw }])
  }

  async updated(params: Fields): Promise<void> {
    this.#order.heard()
    const update = fields(params.update)
    if (update.sessionUpdate === 'usage_update') return this.#used(update)
    if (update.sessionUpdate === 'config_option_update') return this.set(update.configOptions)
    const piece = shellPiece(update)
    if (piece !== '') return this.muted ? undefined : this.#order.tell({ kind: 'said', from: 'tool', text: piece })
    if (this.muted) return
    this.#order.usage.piece(fields(update._meta).usage)
    const trouble = this.#inTrouble?.(update)
    await this.#tell(updatesOf(this.#order.program, update))
    if (trouble !== undefined) this.#trouble = trouble
  }

  /** Of a request for permission: some agents tell of the call only there. */
  async asked(toolCall: unknown): Promise<void> {
    await this.#tell(toolUpdate(this.#order.program, { status: 'pending', ...fields(toolCall) }))
  }

  /** The session's options as they are now; what has not changed is not told again. */
  async set(configOptions: unknown): Promise<void> {
    const changed = optionsOf(configOptions).filter(({ id, current }) => this.#settings.get(id) !== current)
    for (const { id, current } of changed.slice(0, 100)) this.#settings.set(id, current)
    await this.#tell(
      changed.map(({ id, current }) => ({ kind: 'setting', name: bounded(id, 200), value: bounded(current, 200) })),
    )
  }

  async #used(update: Fields): Promise<void> {
    const { usage, ms, tell } = this.#order
    if (usage.update(update) && !this.muted) await tell({ kind: 'used', used: usage.used(ms()) })
  }

  async #tell(updates: readonly Update[]): Promise<void> {
    for (const update of updates) {
      if (update.kind === 'message' && this.#trouble !== undefined) this.#trouble += ` ${update.text}`
      if (update.kind === 'message') this.#words = (this.#words + update.text).slice(-2 * summaryLetters)
      if (update.kind === 'tool') this.#remember(update)
      await this.#order.tell({ kind: 'told', update })
      // Being held back by a slow reader is no silence.
      this.#order.heard()
    }
  }

  #remember({ id, tool, title, status }: Extract<Update, { kind: 'tool' }>): void {
    const before = this.#calls.get(id)
    if (before === undefined) this.#words = ''
    this.#trouble = undefined
    const done = before?.done === true || status === 'done'
    if (done && before?.done !== true) this.worked += 1
    const kind = tool ?? before?.tool
    const name = title ?? before?.title
    this.#calls.set(id, { done, ...(kind && { tool: kind }), ...(name && { title: name }) })
    if (this.#calls.size <= callsAtMost) return
    for (const first of this.#calls.keys()) {
      this.#calls.delete(first)
      break
    }
  }
}
