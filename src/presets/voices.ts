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
    const [{ createModels }, { naming }, { classify }] = await Promise.all([
      import('../models/client.ts'),
      import('../models/registry/naming.ts'),
      import('../executors/failures/classify.ts'),
    ])
    const models = createModels({ key, env, clock, classify })
    return naming(models, () => clock.monotonic())
  })
  return {
    complete: async function* (request) {
      const letGo = stay()
      try {
        yield* (await one.get()).complete(request)
      } finally {
        letGo()
      }
    },
    embed: (model, texts, stop) => staying(async () => (await one.get()).embed(model, texts, stop)),
    list: (model) => staying(async () => (await one.get()).list(model)),
    close: async () => (await one.opened())?.close(),
  }
}

const longestTimerMs = 2_147_483_647

/** The clock's timers keep no process alive, but whoever waits for an answer waits for the pause before the next request too. */
function stay(): () => void {
  const timer = setInterval(() => undefined, longestTimerMs)
  return () => clearInterval(timer)
}

async function staying<T>(ask: () => Promise<T>): Promise<T> {
  const letGo = stay()
  try {
    return await ask()
  } finally {
    letGo()
  }
}
