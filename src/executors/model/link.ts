// The line to the hands: starts them in the attempt's folder, asks one thing after another, and believes nothing that comes back.
import type { Child, SpawnOrder } from '../../core/ports.ts'
import { neutral, quoted } from '../../core/text/neutral.ts'
import { type HandAnswer, type HandCall, lettersAtMost, lineLettersAtMost } from '../hands/words.ts'
import { type Starting, startPatiently } from '../starting.ts'

/** A line that they may answer with: their text, written as JSON. */
const answerLettersAtMost = 8 * lettersAtMost
const startsAtMost = 8
const tailLetters = 2_000

export interface HandsOrder extends Starting {
  /** Looked up when they are started: what stands in the way then is told by that. */
  order(): Omit<SpawnOrder, 'stdin'>
  /** Something was heard of them. */
  heard(more: string): void
}

/** They ended, fell silent or talked nonsense; the next call starts new ones. */
export class HandsGone extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'HandsGone'
  }
}

interface Waiting {
  readonly id: number
  done(answer: HandAnswer): void
  fail(error: Error): void
}

export class Hands {
  readonly #order: HandsOrder
  #child: Promise<Child> | undefined
  #waiting: Waiting | undefined
  #starts = 0
  #calls = 0
  #tail = ''
  #stopped = false

  constructor(order: HandsOrder) {
    this.#order = order
  }

  /** Starts them now, so that what stands in the way is known before a model was asked anything. */
  async open(): Promise<number> {
    return (await this.#living()).pid
  }

  #living(): Promise<Child> {
    this.#child ??= this.#start().catch((error: unknown) => {
      this.#child = undefined
      throw error
    })
    return this.#child
  }

  async #start(): Promise<Child> {
    if (this.#stopped) throw new HandsGone('The hands were stopped.')
    this.#starts += 1
    if (this.#starts > startsAtMost)
      throw new Error(`The hands ended ${startsAtMost} times. ${this.#lastWords()} Look at its transcript.`)
    const child = await startPatiently(this.#order, this.#order.order())
    if (this.#stopped) await child.stop()
    void this.#listen(child)
    return child
  }

  /** One at a time. Throws `HandsGone` when they could not answer; what they were doing has then been ended. */
  async call(call: HandCall, atMostMs: number): Promise<HandAnswer> {
    const child = await this.#living()
    this.#calls += 1
    const id = this.#calls
    const line = `${JSON.stringify({ ...call, id })}\n`
    if (line.length > lineLettersAtMost) return { id, ok: false, text: 'That is too much for one call. Take less.' }
    const answer = new Promise<HandAnswer>((done, fail) => {
      this.#waiting = { id, done, fail }
    })
    const calm = this.#order.time.after(atMostMs, () => this.#fail('they did not answer in time'))
    try {
      child.write(Buffer.from(line))
      const given = await answer
      if (given.spoiled === true) await this.#drop()
      return given
    } catch (error) {
      await this.#drop()
      throw error
    } finally {
      calm()
      this.#waiting = undefined
    }
  }

  async #drop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    await (await child)?.stop()
  }

  #fail(why: string): void {
    this.#waiting?.fail(new HandsGone(`The hands are gone: ${why}. ${this.#lastWords()}`.trim()))
  }

  #lastWords(): string {
    const said = quoted(neutral(this.#tail), 600)
    return said === '' ? '' : `They said last: ${said}`
  }

  async #listen(child: Child): Promise<void> {
    const reader = new TextDecoder()
    let held = ''
    for await (const { from, bytes } of child.output) {
      if (from === 'err') {
        this.#tail = (this.#tail + Buffer.from(bytes).toString('utf8')).slice(-tailLetters)
        continue
      }
      const lines = (held + reader.decode(bytes, { stream: true })).split('\n')
      held = lines.pop() ?? ''
      for (const line of lines) this.#hear(line)
      if (held.length > answerLettersAtMost) {
        held = ''
        this.#fail('they answered with a line without an end')
      }
    }
    const { code, signal } = await child.ended
    this.#fail(signal === null ? `they ended with exit code ${code}` : `they were ended by ${signal}`)
    if (this.#child !== undefined && (await this.#child) === child) this.#child = undefined
  }

  /** Commands run beside them and may write in their name: an answer is text, and fits the call or is nothing. */
  #hear(line: string): void {
    const waiting = this.#waiting
    const answer = answerOf(line)
    if (waiting === undefined || answer === undefined || answer.id !== waiting.id) return
    this.#order.heard('more' in answer ? answer.more : '')
    if ('ok' in answer) waiting.done(answer)
  }

  /** Settles when they and everything they started are gone; also while they are still being started. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#fail('they were stopped')
    const child = await this.#child?.catch(() => undefined)
    await child?.stop()
  }
}

function answerOf(line: string): HandAnswer | { readonly id: number; readonly more: string } | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { id, ok, text, note, more, spoiled } = value as Record<string, unknown>
  if (typeof id !== 'number') return undefined
  if (typeof more === 'string') return { id, more: more.slice(0, lettersAtMost) }
  if (typeof ok !== 'boolean' || typeof text !== 'string') return undefined
  return {
    id,
    ok,
    text: text.slice(0, lettersAtMost),
    ...(typeof note === 'string' ? { note: note.slice(0, 500) } : {}),
    ...(spoiled === true ? { spoiled } : {}),
  }
}
