// Sends a model a trivial prompt and measures what comes: until the first part, in all, how fast, how much.
import type { ModelSpec } from '../core/nouns/model.ts'
import type { ModelChecked } from '../core/ports/crew.ts'
import { type Clock, ModelFailed, type Models } from '../core/ports.ts'

const prompt = 'Count from one to twenty in words, and write nothing else.'
/** Enough for a model that thinks first. */
const tokensAtMost = 1024
const atMostMs = 10 * 60_000
const lettersAToken = 4

interface Heard {
  firstMs?: number
  bytes: number
  tokens: number
}

class Stopper {
  aborted = false
  readonly #heard = new Set<() => void>()
  addEventListener(_: 'abort', heard: () => void): void {
    this.#heard.add(heard)
  }
  removeEventListener(_: 'abort', heard: () => void): void {
    this.#heard.delete(heard)
  }
  abort(): void {
    this.aborted = true
    for (const heard of [...this.#heard]) heard()
  }
}

/** Throws nothing that a model or its server brought about. */
export async function checkModel(models: Models, spec: ModelSpec, clock: Clock): Promise<ModelChecked> {
  const began = clock.monotonic()
  const ms = (): number => Math.round(clock.monotonic() - began)
  const stop = new Stopper()
  const calm = clock.after(atMostMs, () => stop.abort())
  const heard: Heard = { bytes: 0, tokens: 0 }
  const messages = [{ role: 'user', content: prompt }] as const
  const count = new TextEncoder()
  try {
    for await (const part of models.complete({ model: spec, messages, maxTokens: tokensAtMost, stream: true, stop })) {
      if (part.kind === 'text' || part.kind === 'thought') {
        heard.firstMs ??= ms()
        heard.bytes += count.encode(part.text).length
      } else if (part.kind === 'end') heard.tokens = part.used.tokensOut
    }
  } catch (error) {
    if (!(error instanceof ModelFailed)) throw error
    const { reason, message: why } = error
    return { name: spec.name, ok: false, why, reason, ms: ms(), ...measured(heard, ms()) }
  } finally {
    calm()
  }
  if (heard.bytes > 0) return { name: spec.name, ok: true, why: '', ms: ms(), ...measured(heard, ms()) }
  return { name: spec.name, ok: false, why: 'it answered nothing', reason: 'bad-output', ms: ms() }
}

/** What comes at once has no speed: then all of the time counts. */
function measured({ firstMs, bytes, tokens }: Heard, ms: number): Partial<ModelChecked> {
  if (firstMs === undefined) return {}
  const tokensOut = tokens > 0 ? tokens : Math.ceil(bytes / lettersAToken)
  const answering = ms - firstMs >= 50 ? ms - firstMs : Math.max(1, ms)
  const tokensPerSecond = Math.round((tokensOut / answering) * 10_000) / 10
  return { firstMs, bytes, tokensOut, tokensPerSecond, ...(tokens > 0 ? {} : { guessed: true }) }
}
