// What is known of the programs that can be agents, so that their name alone is enough in baton.yaml.
import type { AgentProfile } from '../core/nouns/agent.ts'
import { type Tier, usualModel } from '../core/nouns/model.ts'

export interface Known {
  readonly executor: string
  /** Absent for agents that are part of Baton. */
  readonly program?: string
  /** Whose quota it uses while it chooses its model itself. */
  readonly account?: string
  /** How strong it is while it chooses its model itself. */
  readonly tier?: Tier
  readonly roles: readonly string[]
  readonly readsOnly?: true
  readonly timeoutMs: number
  readonly silenceMs: number
}

const minute = 60_000
const everything = ['coder', 'tester', 'writer', 'researcher', 'manager']
/** A local model may need five minutes for its first word. */
const usual = { roles: everything, timeoutMs: 30 * minute, silenceMs: 10 * minute }

/** How each is found and launched is its executor's to know. */
export const known: Readonly<Record<string, Known>> = {
  codex: { ...usual, executor: 'codex', program: 'codex', account: 'openai', tier: 'large' },
  claude: { ...usual, executor: 'claude', program: 'claude', account: 'anthropic', tier: 'large' },
  copilot: { ...usual, executor: 'acp', program: 'copilot', account: 'github', tier: 'medium' },
  gemini: { ...usual, executor: 'acp', program: 'gemini', account: 'google', tier: 'medium' },
  opencode: { ...usual, executor: 'acp', program: 'opencode', tier: 'medium' },
  qwen: { ...usual, executor: 'acp', program: 'qwen', account: 'qwen', tier: 'medium' },
  cline: { ...usual, executor: 'acp', program: 'cline', tier: 'medium' },
  pi: { ...usual, executor: 'acp', program: 'pi', tier: 'medium' },
  model: { ...usual, executor: 'model' },
  explore: { ...usual, executor: 'explore', roles: ['researcher'], readsOnly: true, timeoutMs: 10 * minute },
}

export const executors: readonly string[] = ['shell', 'acp', 'codex', 'claude', 'model', 'explore']

/** The executors that are part of Baton and ask a model themselves. */
export const own: ReadonlySet<string> = new Set(['model', 'explore'])

export interface Named {
  readonly name: string
  readonly executor?: string | undefined
  readonly program?: string | undefined
  readonly command?: readonly string[] | undefined
}

const find = (name: string | undefined): Known | undefined =>
  name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined

/** A command of its own makes an agent a shell agent, whatever its name is; so does its executor. */
export function knownAs({ name, executor, program, command }: Named): Known | undefined {
  const one = find(program) ?? (command === undefined || executor !== undefined ? find(name) : undefined)
  const fits =
    executor === undefined || executor === one?.executor || (executor === 'acp' && one?.program !== undefined)
  if (one !== undefined && fits) return one
  const plain = find(executor)
  return plain?.executor === executor ? plain : undefined
}

/** The profiles that a person has without writing any: what could be configured here. */
export function shippedAgents(): readonly AgentProfile[] {
  return Object.entries(known).map(([name, { account, tier, ...rest }]) => ({
    name,
    argv: [],
    env: {},
    network: own.has(rest.executor) ? 'none' : 'all',
    seats: 4,
    ...(account === undefined ? {} : { account }),
    ...(tier === undefined ? {} : { tier }),
    ...(own.has(rest.executor) ? { model: usualModel } : { local: false }),
    ...rest,
  }))
}
