// The conversation with a model: what it is sent each time, and what is left out of it when it grows too long.
import type { ModelMessage, ToolCall } from '../../core/ports.ts'
import { clip } from '../../core/text/neutral.ts'
import { parsed } from '../tools/fields.ts'

export interface Entry {
  readonly message: ModelMessage
  /** What stands in its place once it is old: which tool it was, not what came back. */
  readonly brief?: string
  /** Which answer of the model it belongs to; the opening is 0. */
  readonly turn: number
}

const lettersAToken = 3.5
const messageTokens = 8
/** Not so young that the model still works on it. */
const youngTurns = 6
const fewTurns = 3
const longResult = 400
const longArgument = 400
const longestAnswer = 200_000
const earlier = 'earlier turns'

function lettersOf({ content, calls }: ModelMessage): number {
  return content.length + (calls ?? []).reduce((sum, call) => sum + call.name.length + call.arguments.length, 0)
}

const tokensOf = (message: ModelMessage): number => Math.ceil(lettersOf(message) / lettersAToken) + messageTokens

/** The same arguments with every long text in them cut: still JSON, as servers read it again each time. */
function shortened(call: ToolCall): ToolCall {
  if (call.arguments.length <= longArgument) return call
  const cut = (_: string, value: unknown): unknown =>
    typeof value === 'string' && value.length > 100 ? `${value.slice(0, 60)}… [left out]` : value
  const short = JSON.stringify(parsed(call.arguments) ?? {}, cut)
  return { ...call, arguments: short.length < call.arguments.length ? short : call.arguments }
}

export class History {
  #entries: Entry[]
  #turn: number

  constructor(entries: readonly Entry[] = []) {
    this.#entries = [...entries]
    this.#turn = entries.reduce((most, { turn }) => Math.max(most, turn), 0)
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** What we say twice in a row is said at once: templates of some models refuse anything but turns. */
  get messages(): readonly ModelMessage[] {
    const all: ModelMessage[] = []
    for (const { message } of this.#entries) {
      const last = all.at(-1)
      if (last?.role !== 'user' || message.role !== 'user') all.push(message)
      else all[all.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` }
    }
    return all
  }

  /** By our own reckoning: servers tell only afterwards. */
  get tokens(): number {
    return this.#entries.reduce((sum, { message }) => sum + tokensOf(message), 0)
  }

  /** What it all begins with, or begins anew: it is never left out. */
  open(role: 'system' | 'user', content: string): void {
    this.#entries.push({ message: { role, content }, turn: 0 })
  }

  say(content: string): void {
    this.#entries.push({ message: { role: 'user', content }, turn: this.#turn })
  }

  answered(content: string, calls: readonly ToolCall[]): void {
    this.#turn += 1
    const clipped = clip(content, longestAnswer)
    const message: ModelMessage = { role: 'assistant', content: clipped, ...(calls.length === 0 ? {} : { calls }) }
    this.#entries.push({ message, turn: this.#turn })
  }

  /** `call` undefined: the model asked for it in words, so it is told in words. */
  result(call: string | undefined, content: string, brief: string): void {
    const message: ModelMessage = call === undefined ? { role: 'user', content } : { role: 'tool', content, call }
    this.#entries.push({ message, brief, turn: this.#turn })
  }

  /**
   * Takes what tools said long ago out, all of it at once: what a server remembers of the beginning stays good for many turns. Nothing
   * happens while there is little to gain. Says how many results went.
   */
  mask(): number {
    const old = (entry: Entry): boolean =>
      entry.brief !== undefined &&
      entry.turn > 0 &&
      entry.turn <= this.#turn - youngTurns &&
      entry.message.content.length > longResult
    const gain = this.#entries.filter(old).reduce((sum, { message }) => sum + tokensOf(message), 0)
    if (gain < this.tokens / 4) return 0
    return this.#shorten(old)
  }

  /** Makes it fit if that can be done: results, then what was written, then whole turns. Undefined: even so it is too long. */
  fit(room: number): { readonly left: string } | undefined {
    const before = this.tokens
    const young = this.#turn - fewTurns
    this.#shorten(
      ({ turn, brief, message }) => brief !== undefined && turn <= young && message.content.length > longResult,
    )
    if (this.tokens > room) this.#cutArguments(young)
    if (this.tokens > room) this.#drop(young)
    if (this.tokens > room)
      this.#shorten(({ brief, message }) => brief !== undefined && message.content.length > longResult)
    if (this.tokens > room) this.#cutArguments(this.#turn)
    if (this.tokens > room) return undefined
    return { left: `${before - this.tokens} of about ${before} tokens of this conversation were left out.` }
  }

  #shorten(which: (entry: Entry) => boolean): number {
    let count = 0
    this.#entries = this.#entries.map((entry) => {
      if (entry.turn === 0 || !which(entry)) return entry
      count += 1
      const content = `[${entry.brief}: left out to save room. Do it again if you need it.]`
      return { ...entry, message: { ...entry.message, content } }
    })
    return count
  }

  #cutArguments(young: number): void {
    this.#entries = this.#entries.map((entry) => {
      const { calls } = entry.message
      if (calls === undefined || entry.turn > young) return entry
      return { ...entry, message: { ...entry.message, calls: calls.map(shortened) } }
    })
  }

  /** The opening stays, and whole turns go: a result never stands without the call that it answers. */
  #drop(young: number): void {
    const gone = this.#entries.filter(({ turn }) => turn > 0 && turn <= young)
    if (gone.length === 0) return
    const briefs = gone.flatMap(({ brief }) => (brief === undefined ? [] : [brief]))
    const done = briefs.length === 0 ? '' : ` What was done in them: ${briefs.join('; ').slice(-2_000)}`
    const before = this.#entries.filter(({ brief }) => brief === earlier).map(({ message }) => message.content)
    const content = [...before, `[Earlier turns were left out to save room.${done}]`].join('\n').slice(-6_000)
    const opening = this.#entries.filter(({ turn, brief }) => turn === 0 && brief !== earlier)
    const rest = this.#entries.filter(({ turn }) => turn > Math.max(0, young))
    this.#entries = [...opening, { message: { role: 'user', content }, brief: earlier, turn: 0 }, ...rest]
  }
}
