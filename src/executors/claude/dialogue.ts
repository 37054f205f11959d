// Listens to `claude -p --output-format stream-json`: what it does, what it asks, what it used, and how it ended.
import type { Outcome, Used } from '../../core/nouns/attempt.ts'
import type { Update } from '../../core/nouns/update.ts'
import { outcomeOfExit, outcomeOfStop, type Turn } from '../acp/ending.ts'
import { asText, bounded, count, type Fields, fields, list, word } from '../acp/unknown.ts'
import type { Dialogue, Effect, Over } from '../streams/dialogue.ts'
import { LastWords } from '../streams/words.ts'
import { Asking, type Said } from './asking.ts'
import { updateOfPiece, updateOfResult, updatesOfBlock } from './blocks.ts'
import { outcomeOfResult } from './ending.ts'
import { ClaudeUsage } from './usage.ts'

const deniedAtMost = 20
/** Told so often that they would hide everything else. */
const silent = new Set(['thinking_tokens', 'status', 'hook_started', 'hook_progress', 'hook_response'])

export interface ClaudeTerms {
  readonly agent: string
  /** Whether what it says of dollars is about the server that it asks. */
  readonly costsMean: boolean
}

export class ClaudeDialogue implements Dialogue {
  session: string | undefined
  started = false
  readonly #agent: string
  readonly #usage: ClaudeUsage
  readonly #words = new LastWords()
  readonly #asking = new Asking()
  readonly #denied: string[] = []
  #worked = 0
  #streaming = ''
  #result: Fields | undefined
  /** When a limit ends that refused it, as its vendor said beside its answers. */
  #resetsAt: number | undefined

  constructor({ agent, costsMean }: ClaudeTerms) {
    this.#agent = agent
    this.#usage = new ClaudeUsage(costsMean)
  }

  get open(): number {
    return this.#asking.open
  }

  hear(event: Fields): readonly Effect[] {
    switch (event.type) {
      case 'system':
        return this.#system(event)
      case 'stream_event':
        return this.#piece(event)
      case 'assistant':
        return this.#wrote(event)
      case 'user':
        return list(fields(event.message).content).flatMap((block) => this.#came(fields(block)))
      case 'result':
        return this.#ended(event)
      case 'control_request':
        return this.#said(this.#asking.ask(event))
      case 'control_cancel_request':
        this.#asking.withdraw(event)
        return []
      case 'rate_limit_event':
        return this.#limited(fields(event.rate_limit_info))
      case 'control_response':
      case 'keep_alive':
        return []
      default:
        return this.#tell([other(asText(event.type), event)])
    }
  }

  #system(event: Fields): readonly Effect[] {
    const subtype = asText(event.subtype)
    if (subtype === 'init') {
      this.session = word(event.session_id) ?? this.session
      const model = word(event.model)
      return model === undefined ? [] : this.#tell([{ kind: 'setting', name: 'model', value: bounded(model, 200) }])
    }
    if (subtype === 'api_retry') {
      const seconds = Math.ceil((count(event.retry_delay_ms) ?? 0) / 1000)
      const why = [asText(event.error_status), asText(event.error)].join(' ').trim()
      return this.#tell([{ kind: 'notice', text: `It asks its model again in ${seconds} s (${bounded(why, 200)}).\n` }])
    }
    if (subtype === 'compact_boundary')
      return this.#tell([{ kind: 'notice', text: 'It shortens what it remembers of this session.\n' }])
    return silent.has(subtype) ? [] : this.#tell([other(`system.${subtype}`, event)])
  }

  /** What another agent below it writes is told when it is whole. */
  #piece({ event, parent_tool_use_id: parent }: Fields): readonly Effect[] {
    if (typeof parent === 'string') return []
    const piece = fields(event)
    const message = fields(piece.message)
    if (piece.type === 'message_start') this.#streaming = asText(message.id)
    if (piece.type === 'message_start') this.#usage.message(this.#streaming, fields(message.usage))
    if (piece.type === 'message_delta') this.#usage.message(this.#streaming, fields(piece.usage))
    const update = updateOfPiece(piece)
    return update === undefined ? [] : this.#tell([update])
  }

  #wrote(event: Fields): readonly Effect[] {
    const message = fields(event.message)
    if (event.is_api_error_message === true) return []
    this.started = true
    const id = asText(message.id)
    const below = typeof event.parent_tool_use_id === 'string'
    if (!below || id !== '') this.#usage.message(id, fields(message.usage))
    const streamed = !below && id !== '' && id === this.#streaming
    const blocks = list(message.content).map(fields)
    const updates = blocks.flatMap((block) => updatesOfBlock(block, streamed))
    const ends: Update[] =
      streamed && blocks.some(({ type }) => type === 'text') ? [{ kind: 'message', text: '\n' }] : []
    const told = this.#tell([...ends, ...updates.map((update) => (below ? belowIt(update) : update))])
    return [...told, { do: 'report', report: { kind: 'used', used: this.#usage.used(0) } }]
  }

  #came(block: Fields): readonly Effect[] {
    const update = updateOfResult(block)
    if (update === undefined) return []
    if (update.status === 'done') this.#worked += 1
    return this.#tell([update])
  }

  #ended(event: Fields): readonly Effect[] {
    this.#result = event
    this.session = word(event.session_id) ?? this.session
    if ((count(event.num_turns) ?? 0) > 0) this.started = true
    this.#usage.result(event)
    return [{ do: 'report', report: { kind: 'used', used: this.#usage.used(0) } }, { do: 'close' }]
  }

  #limited(about: Fields): readonly Effect[] {
    const resets = count(about.resetsAt)
    if (about.status === 'rejected' && resets !== undefined) this.#resetsAt = resets * 1000
    if (about.status === 'allowed') return []
    return this.#tell([{ kind: 'notice', text: `Its vendor's limit: ${bounded(asText(about), 1000)}\n` }])
  }

  #said({ line, question, denied }: Said): readonly Effect[] {
    if (denied !== undefined && this.#denied.length < deniedAtMost) this.#denied.push(denied)
    return [
      ...(line === undefined ? [] : [{ do: 'write' as const, line }]),
      ...(question === undefined ? [] : [{ do: 'report' as const, report: { kind: 'asked' as const, question } }]),
    ]
  }

  #tell(updates: readonly Update[]): readonly Effect[] {
    for (const update of updates) {
      if (update.kind === 'message') this.#words.add(update.text)
      if (update.kind === 'tool') this.#words.forget()
    }
    return updates.map((update) => ({ do: 'report', report: { kind: 'told', update } }))
  }

  overhear(): void {}

  answer(question: string, answer: string | undefined): readonly Effect[] {
    return this.#said(this.#asking.answer(question, answer))
  }

  used(ms: number): Used {
    return this.#usage.used(ms)
  }

  summary(): string | undefined {
    const result = this.#result?.is_error === true ? undefined : word(this.#result?.result)
    return result === undefined ? this.#words.summary() : bounded(result.trim(), 4000)
  }

  outcome({ ended, tail, at }: Over): Outcome {
    const turn: Turn = { agent: this.#agent, denied: this.#denied, worked: this.#worked, at, tail }
    if (this.#result === undefined)
      return outcomeOfExit(ended, this.started ? 'before it was done' : 'before it began', turn)
    return outcomeOfResult(this.#result, turn, this.#resetsAt) ?? outcomeOfStop('end_turn', turn)
  }
}

function other(name: string, event: Fields): Update {
  return { kind: 'other', name: bounded(name === '' ? 'nameless' : name, 80), raw: bounded(asText(event), 4000) }
}

function belowIt(update: Update): Update {
  return update.kind === 'message' ? { kind: 'thought', text: update.text } : update
}
