// Keeps a conversation within what the model can read, and asks it for its next turn; a server that cuts silently is found out.
import type { Used } from '../../core/nouns/attempt.ts'
import { ModelFailed, type ModelRequest, type ToolSpec } from '../../core/ports.ts'
import { type Ground, notice, speak } from '../model/ground.ts'
import type { History } from './history.ts'
import { oneTurn, type Turn } from './turn.ts'
import { wordedSchema } from './worded.ts'

const localWindow = 32_768
const usualWindow = 128_000
const usualReply = 4_096
const fullAt = 0.85
/** What tools said long ago is taken out from here on, however much the model could read: it costs more than it is good for. */
const tidyAt = 0.5
const tidyTokens = 48_000
const squeezesAtMost = 4
const leastResult = 3_000
const mostResult = 40_000

export class Conversation {
  readonly #ground: Ground
  readonly #tools: readonly ToolSpec[]
  readonly history: History
  #window: number
  /** What the server counts for each token that we reckon. */
  #ratio = 1
  #schema: boolean
  /** No tools any more: only an answer is wanted. */
  closed = false

  constructor(ground: Ground, tools: readonly ToolSpec[], history: History) {
    const { spec } = ground
    this.#ground = ground
    this.#tools = tools
    this.history = history
    this.#window = spec.context ?? (spec.local ? localWindow : usualWindow)
    this.#schema = spec.tools === 'json'
  }

  get names(): readonly string[] {
    return this.#tools.map(({ name }) => name)
  }

  /** How many letters one result may have, so that a handful of them fits. */
  get resultLetters(): number {
    return Math.max(leastResult, Math.min(mostResult, Math.floor(this.#window / 4)))
  }

  get #reply(): number {
    return Math.min(this.#ground.spec.maxOutput ?? usualReply, Math.floor(this.#window / 4))
  }

  get #toolTokens(): number {
    return this.#request().tools === undefined ? 0 : Math.ceil(JSON.stringify(this.#tools).length / 3.5)
  }

  #request(): ModelRequest {
    const { spec } = this.#ground
    const native = spec.tools === 'native' && !this.closed
    const schema = this.#schema && !this.closed
    return {
      model: spec,
      messages: this.history.messages,
      stream: true,
      ...(native ? { tools: this.#tools } : {}),
      ...(schema ? { schema: { name: 'next', schema: wordedSchema(this.#tools) } } : {}),
      ...(spec.maxOutput === undefined ? {} : { maxTokens: spec.maxOutput }),
    }
  }

  /** Asks until there is a turn that the model gave after reading all of it. */
  async ask(use: (used: Used) => Promise<void>): Promise<Turn> {
    const { models, ending } = this.#ground
    for (let squeezes = 0; ; squeezes += 1) {
      await this.#tidy()
      try {
        const turn = await oneTurn(models, this.#request(), ending, this.#heard)
        await use(turn.used)
        if (!turn.truncated) {
          this.#learn(turn.used)
          return turn
        }
        this.#window = Math.max(1_000, turn.used.tokensIn)
        await notice(this.#ground, 'The server cut the conversation without a word; a shorter one is asked about.')
      } catch (error) {
        if (!(error instanceof ModelFailed)) throw error
        if (await this.#withoutSchema(error)) continue
        if (error.reason !== 'context-overflow') throw error
        this.#window = Math.floor(Math.min(this.#window, this.#tokens) * 0.7)
      }
      if (squeezes >= squeezesAtMost || !(await this.#squeeze(this.#room)))
        throw new ModelFailed(
          'context-overflow',
          `The model ${this.#ground.spec.name} cannot read what this step needs. Use one with more context, or split the step.`,
        )
    }
  }

  readonly #heard = {
    text: (kind: 'message' | 'thought', text: string): Promise<void> => {
      this.#ground.watch.heard()
      // What is JSON for us is told once it was read.
      if (kind === 'message' && this.#ground.spec.tools === 'json') return Promise.resolve()
      return speak(this.#ground, kind, text)
    },
    notice: (text: string): Promise<void> => {
      this.#ground.watch.heard()
      return notice(this.#ground, text)
    },
  }

  /** Not every server can be held to a schema; then words have to do. */
  async #withoutSchema(error: ModelFailed): Promise<boolean> {
    if (!this.#schema || (error.reason !== 'bad-output' && error.reason !== 'defect')) return false
    this.#schema = false
    await notice(this.#ground, `Asked again without a schema: ${error.message}`)
    return true
  }

  get #tokens(): number {
    return Math.ceil((this.history.tokens + this.#toolTokens) * this.#ratio)
  }

  get #room(): number {
    return Math.floor((this.#window * fullAt - this.#reply) / this.#ratio) - this.#toolTokens
  }

  #learn({ tokensIn }: Used): void {
    const reckoned = this.history.tokens + this.#toolTokens
    if (tokensIn > 0 && reckoned > 0) this.#ratio = Math.min(3, Math.max(0.8, tokensIn / reckoned))
  }

  async #tidy(): Promise<void> {
    if (this.#tokens > Math.min(this.#window * tidyAt, tidyTokens)) {
      const left = this.history.mask()
      if (left > 0) await notice(this.#ground, `What ${left} tools said long ago was left out, to save room.`)
    }
    if (this.#tokens + this.#reply > this.#window * fullAt && !(await this.#squeeze(this.#room)))
      throw new ModelFailed(
        'context-overflow',
        `The step's own words are more than the model ${this.#ground.spec.name} can read (${this.#window} tokens). Use one with more context, or split the step.`,
      )
  }

  async #squeeze(room: number): Promise<boolean> {
    const fitted = this.history.fit(room)
    if (fitted !== undefined) await notice(this.#ground, fitted.left)
    return fitted !== undefined
  }
}
