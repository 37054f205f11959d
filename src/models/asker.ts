// One request and its answer in parts: sent again where that helps, and never once the first part has gone out.
import type { Used } from '../core/nouns/attempt.ts'
import { type Clock, ModelFailed, type ModelPart, type ModelRequest } from '../core/ports.ts'
import { scrub } from '../core/text/secrets.ts'
import { dialects } from './dialects.ts'
import { faultOf } from './failures/fault.ts'
import { type Bounds, type ModelsOptions, patienceFor, usualBounds } from './options.ts'
import { parsed } from './reading.ts'
import { type Target, targetOf } from './target.ts'
import { Events } from './transport/events.ts'
import { openLine } from './transport/line.ts'
import type { Answered, Line } from './transport/order.ts'
import { send } from './transport/send.ts'
import { Trouble } from './trouble.ts'
import { ChatAnswer } from './wires/chat-answer.ts'
import { chatRequest } from './wires/chat-request.ts'
import type { Ending, Reader, Spoken } from './wires/reader.ts'

export class Asker {
  readonly #options: ModelsOptions & { readonly clock: Clock }
  readonly #bounds: Bounds
  #line: Promise<Line> | undefined

  constructor(options: ModelsOptions & { readonly clock: Clock }) {
    this.#options = options
    this.#bounds = { ...usualBounds, ...options.bounds }
  }

  async *ask(request: ModelRequest): AsyncGenerator<ModelPart, void, undefined> {
    const { clock } = this.#options
    const began = clock.monotonic()
    let [text, begun] = ['', false]
    let target: Target | undefined
    try {
      target = await targetOf(request.model, this.#options)
      const body = JSON.stringify(chatRequest(request, dialects[request.model.dialect]))
      for (let tries = 0; ; tries += 1) {
        try {
          const answer = await this.#send(target, '/chat/completions', body, request)
          const reader = new ChatAnswer(this.#bounds.calls)
          for await (const payload of payloads(answer, this.#bounds)) {
            for (const part of reader.take(payload.value, payload.name)) {
              begun = true
              if (part.kind === 'text') text += part.text
              yield part
            }
          }
          for (const part of reader.rest()) {
            if (part.kind === 'text') text += part.text
            yield part
          }
          const end = reader.end()
          for (const call of end.calls) yield { kind: 'call', call }
          yield { kind: 'end', finish: end.finish, used: usedOf(end, clock.monotonic() - began) }
          return
        } catch (error) {
          if (begun || tries >= 2 || !(error instanceof Trouble) || !error.failure.again) throw error
          const ms = error.failure.waitMs ?? 500 * 2 ** tries
          yield { kind: 'again', why: error.failure.why, ms }
          await new Promise<void>((done) => void clock.after(ms, done))
        }
      }
    } catch (error) {
      throw failed(error, text, target)
    }
  }

  async close(): Promise<void> {
    const line = await this.#line
    line?.agents.http.destroy()
    line?.agents.https.destroy()
  }

  async #send(target: Target, path: string, body: string, request: ModelRequest): Promise<Answered> {
    this.#line ??= openLine({ clock: this.#options.clock, bounds: this.#bounds, resolve: this.#options.resolve })
    const answer = await send(await this.#line, {
      url: `${target.address}${path}`,
      body,
      accept: request.stream === false ? 'application/json' : 'text/event-stream, application/json',
      patience: { ...patienceFor(request.model.local), ...this.#options.patience },
      ...(target.key === undefined ? {} : { key: target.key }),
      ...(request.stop === undefined ? {} : { stop: request.stop }),
    })
    if (answer.status >= 200 && answer.status < 300) return answer
    let said = ''
    for await (const piece of answer.text()) {
      said += piece
      if (said.length > 65_536) break
    }
    throw new Trouble(faultOf(answer.status, said))
  }
}

async function* payloads(answer: Answered, bounds: Bounds): AsyncGenerator<{ value: unknown; name: string }> {
  const events = new Events(bounds.line)
  for await (const text of answer.text()) {
    for (const { name, data } of events.take(text)) {
      if (data === '[DONE]') {
        answer.leave()
        return
      }
      const found = parsed(data)
      if (found !== undefined) yield { value: found.value, name }
    }
  }
}

function usedOf({ tokens }: Ending, ms: number): Used {
  return {
    tokensIn: tokens?.in ?? 0,
    tokensOut: tokens?.out ?? 0,
    cachedIn: tokens?.cached ?? 0,
    cost: tokens?.cost ?? 0,
    ms: Math.round(ms),
    ...(tokens?.cost === undefined && { unpriced: true as const }),
  }
}

function failed(error: unknown, text: string, target: Target | undefined): ModelFailed {
  if (error instanceof ModelFailed) return error
  const failure =
    error instanceof Trouble
      ? error.failure
      : { reason: 'defect' as const, why: error instanceof Error ? error.message : String(error) }
  const why = scrub(failure.why, target?.key === undefined ? [] : [target.key])
  return new ModelFailed(failure.reason, why, { text })
}

export type { Reader, Spoken }
