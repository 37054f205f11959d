// The client for every OpenAI-compatible server.
import type { Dialect, ModelSpec } from '../core/nouns/model.ts'
import {
  type Clock,
  ModelFailed,
  type ModelFound,
  type ModelPart,
  type ModelRequest,
  type Models,
  type Stop,
} from '../core/ports.ts'
import { Asker } from './asker.ts'
import { ownClock } from './clock.ts'
import type { ModelsOptions } from './options.ts'

export function createModels(options: ModelsOptions): Models {
  return new Client({ ...options, clock: options.clock ?? ownClock })
}

class Client implements Models {
  readonly #asker: Asker
  constructor(options: ModelsOptions & { readonly clock: Clock }) {
    this.#asker = new Asker(options)
  }

  complete(request: ModelRequest): AsyncIterable<ModelPart> {
    return this.#asker.ask(request)
  }

  async embed(_model: ModelSpec, _texts: readonly string[], _stop?: Stop): Promise<readonly Float32Array[]> {
    throw new ModelFailed('defect', 'embeddings are not there yet')
  }

  async list(_model: ModelSpec): Promise<{ readonly dialect: Dialect; readonly models: readonly ModelFound[] }> {
    throw new ModelFailed('defect', 'listing is not there yet')
  }

  close(): Promise<void> {
    return this.#asker.close()
  }
}
