// The models of this process: one client, opened when somebody first asks, with keys by name and models without an id named.
import type { Clock, Models } from '../core/ports.ts'
import type { Keys } from '../models/keys.ts'
import { once } from './lazily.ts'

export interface VoiceOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly key: Keys
  readonly clock: Clock
}

export function voices({ env, key, clock }: VoiceOptions): Models {
  const one = once<Models>(async () => {
    const [{ createModels }, { naming }] = await Promise.all([
      import('../models/client.ts'),
      import('../models/registry/naming.ts'),
    ])
    const models = createModels({ key, env, clock })
    return naming(models, () => clock.monotonic())
  })
  return {
    complete: async function* (request) {
      yield* (await one.get()).complete(request)
    },
    embed: async (model, texts, stop) => (await one.get()).embed(model, texts, stop),
    list: async (model) => (await one.get()).list(model),
    close: async () => (await one.opened())?.close(),
  }
}
