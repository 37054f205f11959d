// The ways in which this machine drives agents: a command, the agents' own programs, and the agent that is built in.
import { homedir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import type { Clock, Executor, Models, Spawner } from '../core/ports.ts'
import {
  acpExecutor,
  claudeExecutor,
  codexExecutor,
  exploreExecutor,
  modelExecutor,
  shellExecutor,
} from '../executors/index.ts'
import type { Keys } from '../models/keys.ts'

export interface Tools {
  readonly home: string
  readonly spawner: Spawner
  readonly clock: Clock
  readonly models: Models
  /** What the machine gives every agent: PATH and the like, from an allow-list. */
  readonly environment: Readonly<Record<string, string>>
  readonly key: Keys
  /** Where the usual place of models is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly secrets: readonly string[]
}

export function hands({ home, spawner, clock, models, key, environment, env, secrets }: Tools): readonly Executor[] {
  const endpoint = env.OPENAI_API_BASE?.trim()
  const programs = {
    spawner,
    environment,
    clock,
    key,
    secrets,
    person: homedir(),
    scratch: join(home, 'agents'),
    version: manifest.version,
    ...(endpoint === undefined || endpoint === '' ? {} : { usualEndpoint: endpoint }),
  }
  const own = { spawner, environment, clock, models, secrets }
  return [
    shellExecutor({ spawner, environment, clock, promptFolder: join(home, 'prompts') }),
    acpExecutor(programs),
    codexExecutor(programs),
    claudeExecutor(programs),
    modelExecutor(own),
    exploreExecutor(own),
  ]
}
