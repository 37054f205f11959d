// The client for every OpenAI-compatible server.
import type { ModelSpec } from '../core/nouns/model.ts'
import type { ModelFailed, ModelPart, ModelRequest, Models, Stop } from '../core/ports.ts'
import { ask } from './asking/asker.ts'
import { embed } from './asking/embed.ts'
import { Dialects, type Offer, offerOf } from './asking/found.ts'
import { askShaped } from './asking/shaped.ts'
import { Told } from './asking/told.ts'
import { Caller, type Options } from './caller.ts'
import { ownClock } from './clock.ts'
import type { ModelsOptions } from './options.ts'
import { type Target, targetOf } from './target.ts'

/** Nothing is opened or loaded before somebody asks. */
export function createModels(options: ModelsOptions): Models {
  return new Client({ ...options, clock: options.clock ?? ownClock })
}

class Client implements Models {
  readonly #options: Options
  readonly #caller: Caller
  readonly #dialects = new Dialects()

  constructor(options: Options) {
    this.#options = options
    this.#caller = new Caller(options)
  }

  complete(request: ModelRequest): AsyncIterable<ModelPart> {
    const once = (one: ModelRequest) => ask(this.#caller, this.#options, this.#dialects, one)
    return request.schema === undefined ? once(request) : askShaped(once, request, request.schema)
  }

  embed(model: ModelSpec, texts: readonly string[], stop?: Stop): Promise<readonly Float32Array[]> {
    return this.#with(model, (target) => embed(this.#caller, target, model, { texts, stop }))
  }

  list(model: ModelSpec): Promise<Offer> {
    return this.#with(model, async (target) => {
      const offer = await offerOf(this.#caller, target, model)
      this.#dialects.learn(target, offer.dialect)
      return offer
    })
  }

  close(): Promise<void> {
    return this.#caller.close()
  }

  async #with<T>(model: ModelSpec, work: (target: Target) => Promise<T>): Promise<T> {
    const told = new Told({ model, messages: [] }, this.#options.clock)
    try {
      told.target = await targetOf(model, this.#options)
      return await work(told.target)
    } catch (error) {
      throw told.failed(error) satisfies ModelFailed
    }
  }
}
