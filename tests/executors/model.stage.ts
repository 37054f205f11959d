// What tests of the built-in agent stand on: real hands in a real folder, models that say what a test says, and everything a run reported.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { AgentProfile } from '../../src/core/nouns/agent.ts'
import { nothingUsed, type Outcome, type Used } from '../../src/core/nouns/attempt.ts'
import type { ModelSpec } from '../../src/core/nouns/model.ts'
import type { Update } from '../../src/core/nouns/update.ts'
import type { Assignment, ModelPart, ModelRequest, Models, Report, Run, Spawner } from '../../src/core/ports.ts'
import { exploreExecutor, modelExecutor } from '../../src/executors/index.ts'
import { realClock } from '../../src/presets/clock.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { allOf } from '../cases/executor.case.ts'
import { assignment } from './assignment.ts'

export const environment = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', HOME: '/nonexistent' }

export const spec: ModelSpec = {
  name: 'tester',
  id: 'mock-model',
  provider: 'mock',
  endpoint: 'http://127.0.0.1:1/v1',
  dialect: 'openai',
  context: 128_000,
  tier: 'small',
  local: true,
  tools: 'native',
  account: 'mock',
}

const profile: AgentProfile = {
  name: 'own',
  executor: 'model',
  argv: [],
  env: {},
  network: 'none',
  seats: 1,
  roles: [],
  timeoutMs: 60_000,
}

export interface Stage {
  readonly spawner: Spawner
  folder(files?: Readonly<Record<string, string>>): string
  assigned(more: Partial<Assignment> & { readonly folder: string }): Assignment
}

/** One spawner a file; folders go with it. */
export function stage(kind?: 'plain' | 'namespaced'): Stage {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'baton-model-')))
  let spawner: Spawner | undefined
  let folders = 0
  beforeAll(async () => {
    spawner = await createSpawner({ home: join(root, 'home'), graceMs: 200, ...(kind === undefined ? {} : { kind }) })
  })
  afterAll(async () => {
    await spawner?.close()
    rmSync(root, { recursive: true, force: true })
  })
  return {
    get spawner() {
      if (spawner === undefined) throw new Error('The stage is not open yet.')
      return spawner
    },
    folder(files = {}) {
      folders += 1
      const folder = join(root, `work-${folders}`)
      mkdirSync(folder)
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text)
      }
      return folder
    },
    assigned: (more) => assignment({ agent: profile, model: spec, ...more }),
  }
}

export interface Said {
  readonly text?: string
  readonly thought?: string
  readonly calls?: readonly (readonly [name: string, given: unknown])[]
  readonly finish?: 'stop' | 'length' | 'filtered'
  readonly used?: Partial<Used>
  readonly truncated?: true
  /** Never comes to an end; `heard` when it has got there. */
  readonly hangs?: () => void
  readonly fails?: Error
}

/** What a model says to a request; `turn` counts from 0. A text given as arguments is passed on as it is. */
export type Part = (turn: number, request: ModelRequest) => Said

export interface Scripted extends Models {
  readonly requests: ModelRequest[]
}

let calls = 0

function* partsOf(said: Said): Generator<ModelPart> {
  if (said.thought !== undefined) yield { kind: 'thought', text: said.thought }
  for (let at = 0; at < (said.text ?? '').length; at += 1_000)
    yield { kind: 'text', text: (said.text ?? '').slice(at, at + 1_000) }
  for (const [name, given] of said.calls ?? []) {
    calls += 1
    const text = typeof given === 'string' ? given : JSON.stringify(given)
    yield { kind: 'call', call: { id: `call-${calls}`, name, arguments: text } }
  }
}

export function scripted(part: Part): Scripted {
  const requests: ModelRequest[] = []
  return {
    requests,
    async *complete(request) {
      requests.push(structuredClone({ ...request, stop: undefined }) as unknown as ModelRequest)
      const said = part(requests.length - 1, request)
      yield* partsOf(said)
      if (said.hangs !== undefined) {
        said.hangs()
        await new Promise(() => undefined)
      }
      if (said.fails !== undefined) throw said.fails
      const finish = said.finish ?? ((said.calls ?? []).length > 0 ? 'calls' : 'stop')
      const used = { ...nothingUsed, tokensIn: 100, tokensOut: 10, ...said.used }
      yield { kind: 'end', finish, used, ...(said.truncated === undefined ? {} : { truncated: true }) }
    },
    embed: async () => [],
    list: async () => ({ dialect: 'openai', models: [] }),
    close: async () => undefined,
  }
}

export function started(on: Stage, models: Models, assigned: Assignment, explore = false, secrets: string[] = []): Run {
  const options = { spawner: on.spawner, environment, models, clock: realClock, secrets }
  return (explore ? exploreExecutor(options) : modelExecutor(options)).start(assigned)
}

export interface Ran {
  readonly all: readonly Report[]
  readonly outcome: Outcome
  readonly summary: string
  readonly session: string | undefined
  readonly used: Used
  readonly updates: readonly Update[]
  /** The last that was told of each tool, in order. */
  readonly tools: readonly Extract<Update, { kind: 'tool' }>[]
  readonly notices: string
}

export function ranOf(all: readonly Report[]): Ran {
  const end = all.at(-1)
  if (end?.kind !== 'ended') throw new Error(`The last report is ${end?.kind}.`)
  const updates = all.flatMap((report) => (report.kind === 'told' ? [report.update] : []))
  const tools = new Map<string, Extract<Update, { kind: 'tool' }>>()
  for (const update of updates) if (update.kind === 'tool') tools.set(update.id, { ...tools.get(update.id), ...update })
  return {
    all,
    outcome: end.outcome,
    summary: end.summary ?? '',
    session: end.session,
    used: end.used,
    updates,
    tools: [...tools.values()],
    notices: updates.map((update) => (update.kind === 'notice' ? update.text : '')).join(''),
  }
}

export async function ran(run: Run): Promise<Ran> {
  return ranOf(await allOf(run.reports))
}

export const contents = (folder: string, path: string): string | undefined =>
  existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined

/** What a tool gave back to the model for the call before request `at`. */
export function resultIn(models: Scripted, at: number): string {
  return models.requests[at]?.messages.at(-1)?.content ?? ''
}
