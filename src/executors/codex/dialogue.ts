// Listens to `codex exec --json`: what it does, what it used, and how its turn ended.
import { nothingUsed, type Outcome, type Used } from '../../core/nouns/attempt.ts'
import { quoted } from '../../core/text/neutral.ts'
import { outcomeOfError, outcomeOfExit, outcomeOfStop, type Turn } from '../acp/ending.ts'
import { asText, bounded, count, type Fields, fields, word } from '../acp/unknown.ts'
import type { Dialogue, Effect, Over } from '../streams/dialogue.ts'
import { LastWords } from '../streams/words.ts'
import { updatesOfItem } from './items.ts'

const refusal = /approval policy is [^;\n]{1,40}; reject[^\n]{0,300}/gi
const refusalsAtMost = 20

export interface Tokens {
  readonly tokensIn: number
  readonly tokensOut: number
  readonly cachedIn: number
}

const nothing: Tokens = { tokensIn: 0, tokensOut: 0, cachedIn: 0 }

export class CodexDialogue implements Dialogue {
  session: string | undefined
  started = false
  /** Nothing is asked here: what its own sandbox does not allow is refused without a question. */
  readonly open = 0
  /** Of the whole session, earlier turns of other processes too. */
  total: Tokens = nothing
  readonly #agent: string
  readonly #before: Tokens
  readonly #words = new LastWords()
  readonly #denied: string[] = []
  #worked = 0
  #wrong: string | undefined
  #done = false

  /** `before` is what a session that goes on had used until now. */
  constructor(agent: string, before: Tokens = nothing) {
    this.#agent = agent
    this.#before = before
  }

  hear(event: Fields): readonly Effect[] {
    const type = asText(event.type)
    if (type.startsWith('item.')) return this.#item(fields(event.item), type.slice('item.'.length))
    switch (type) {
      case 'thread.started':
        this.session = word(event.thread_id)
        return []
      case 'turn.started':
        this.started = true
        return []
      case 'turn.completed':
        this.#done = true
        return this.#used(fields(event.usage))
      case 'turn.failed':
        this.#wrong = asText(fields(event.error).message)
        return [{ do: 'close' }]
      case 'error':
        return [told({ kind: 'notice', text: `${bounded(asText(event.message), 2000)}\n` })]
      default:
        return [told({ kind: 'other', name: bounded(type, 80), raw: bounded(asText(event), 4000) })]
    }
  }

  #item(item: Fields, phase: string): readonly Effect[] {
    const updates = updatesOfItem(item, phase)
    for (const update of updates) {
      if (update.kind === 'message') this.#words.add(update.text)
      if (update.kind !== 'tool') continue
      this.#words.forget()
      if (update.status === 'done') this.#worked += 1
    }
    return updates.map(told)
  }

  #used(usage: Fields): readonly Effect[] {
    this.total = {
      tokensIn: count(usage.input_tokens) ?? 0,
      tokensOut: count(usage.output_tokens) ?? 0,
      cachedIn: count(usage.cached_input_tokens) ?? 0,
    }
    return [{ do: 'report', report: { kind: 'used', used: this.used(0) } }, { do: 'close' }]
  }

  /** It writes to its log, and to nothing else, that it refused what its model asked for. */
  overhear(text: string): void {
    for (const found of text.matchAll(refusal))
      if (this.#denied.length < refusalsAtMost) this.#denied.push(quoted(found[0], 200))
  }

  answer(): readonly Effect[] {
    return []
  }

  /** Its sums are of the session: what it had used before is not this attempt's. */
  used(ms: number): Used {
    const own = (name: keyof Tokens): number => Math.max(0, this.total[name] - this.#before[name])
    const tokens = { tokensIn: own('tokensIn'), tokensOut: own('tokensOut'), cachedIn: own('cachedIn') }
    const unpriced = tokens.tokensIn + tokens.tokensOut > 0
    return { ...nothingUsed, ...tokens, ms, ...(unpriced ? { unpriced: true as const } : {}) }
  }

  summary(): string | undefined {
    return this.#words.summary()
  }

  outcome({ ended, tail, at }: Over): Outcome {
    const turn: Turn = { agent: this.#agent, denied: this.#denied, worked: this.#worked, at, tail }
    if (this.#wrong !== undefined) return outcomeOfError({ message: this.#wrong }, 'in its turn', turn)
    if (this.#done) return outcomeOfStop('end_turn', turn)
    return outcomeOfExit(ended, this.started ? 'before its turn was over' : 'before it began', turn)
  }
}

function told(update: Extract<Extract<Effect, { do: 'report' }>['report'], { kind: 'told' }>['update']): Effect {
  return { do: 'report', report: { kind: 'told', update } }
}
