// What has been told of an answer until now, and what is said of it at its end, good or bad.
import type { FailureReason, Used } from '../../core/nouns/attempt.ts'
import { type Clock, ModelFailed, type ModelPart, type ModelRequest } from '../../core/ports.ts'
import { scrub } from '../../core/text/secrets.ts'
import type { Quirks } from '../dialects.ts'
import type { Target } from '../target.ts'
import { Trouble } from '../trouble.ts'
import type { Ending, Reader, Spoken } from '../wires/reader.ts'
import { roughly, roughlyAsked, wasCut } from './estimate.ts'

export class Told {
  begun = false
  target: Target | undefined
  reader: Reader | undefined
  readonly #request: ModelRequest
  readonly #clock: Clock
  readonly #began: number
  #text = ''
  #thoughts = 0

  constructor(request: ModelRequest, clock: Clock) {
    this.#request = request
    this.#clock = clock
    this.#began = clock.monotonic()
  }

  spoke(part: Spoken): Spoken {
    this.begun = true
    if (part.kind === 'text') this.#text += part.text
    else this.#thoughts += part.text.length
    return part
  }

  /** The calls and the end. An answer that is over and says nothing is a failure, whatever its status was. */
  *end(ending: Ending, quirks: Quirks): Generator<ModelPart, void, undefined> {
    if (!this.begun && ending.calls.length === 0 && ending.finish === 'stop') throw this.#empty(quirks)
    for (const call of ending.calls) yield { kind: 'call', call }
    const tokens = this.reader?.tokens
    const cut = quirks.cutsSilently && tokens !== undefined && wasCut(this.#request, tokens.in)
    yield {
      kind: 'end',
      finish: ending.finish,
      used: this.#used(ending.calls.length === 0 ? '' : JSON.stringify(ending.calls)),
      ...(tokens === undefined && { estimated: true as const }),
      ...(cut && { truncated: true as const }),
    }
  }

  /** The key is in no sentence, also when a server repeats it. */
  sentence(why: string): string {
    const { model } = this.#request
    const { key, address } = this.target ?? {}
    const place = address === undefined ? '' : ` at ${new URL(address).host}`
    return scrub(`model ${model.name}${place}: ${why}`, key === undefined ? [] : [key])
  }

  failed(error: unknown): ModelFailed {
    const failure: { reason: FailureReason; why: string; until?: number } =
      error instanceof Trouble
        ? error.failure
        : { reason: 'defect', why: error instanceof Error ? error.message : String(error) }
    const used = this.begun ? this.#used('') : undefined
    return new ModelFailed(failure.reason, this.sentence(failure.why), { until: failure.until, text: this.#text, used })
  }

  #used(calls: string): Used {
    const tokens = this.reader?.tokens
    return {
      tokensIn: tokens?.in ?? roughlyAsked(this.#request),
      tokensOut: tokens?.out ?? roughly(this.#text) + Math.ceil(this.#thoughts / 4) + roughly(calls),
      cachedIn: tokens?.cached ?? 0,
      cost: tokens?.cost ?? 0,
      ms: Math.round(this.#clock.monotonic() - this.#began),
      ...(tokens?.cost === undefined && { unpriced: true as const }),
    }
  }

  #empty({ emptyMeans }: Quirks): Trouble {
    const { context } = this.#request.model
    const asked = roughlyAsked(this.#request)
    const full = context !== undefined && asked > context * 0.8
    const why = full
      ? `it answered nothing to about ${asked} tokens, and takes ${context}: load it with more context, or send less`
      : `its answer is over and says nothing${emptyMeans === undefined ? '' : ` (${emptyMeans})`}`
    return new Trouble({ reason: full ? 'context-overflow' : 'bad-output', why, again: false })
  }
}
