// Makes whole profiles of the agents that baton.yaml names: what is known of their programs, and the models of their roles.
import type { AgentProfile } from '../core/nouns/agent.ts'
import type { Price } from '../core/nouns/model.ts'
import { type Registry, usualModel } from '../core/nouns/model.ts'
import { type Permissions, usualPermissions } from '../core/nouns/question.ts'
import type { AgentEntry } from './agent-shape.ts'
import { type Known, knownAs, own } from './known.ts'
import { present } from './present.ts'
import type { PolicyFile } from './shape.ts'
import { durationMs, limitsOf } from './words.ts'

export type Agents = Readonly<Record<string, AgentEntry>>
type Explore = PolicyFile['explore']
type Asked = AgentEntry['permissions']

/** A file that says `*` speaks of every kind; one that does not changes single kinds of what is usual. */
export function permissionsOf(...asked: readonly Asked[]): Permissions | undefined {
  let found: Permissions | undefined
  for (const one of asked) {
    if (one === undefined) continue
    const fields: Permissions = present(one)
    found = fields['*'] === undefined ? { ...(found ?? usualPermissions), ...fields } : fields
  }
  return found
}

export function priceOf(given: AgentEntry['price']): Price | undefined {
  return given === undefined ? undefined : present({ input: given.in, cached: given.cached, output: given.out })
}

const msOf = (time: string | undefined): number | undefined => (time === undefined ? undefined : durationMs(time))

function networkOf(entry: AgentEntry, executor: string, kind: Known | undefined, explore: Explore) {
  if (entry.network !== undefined) return entry.network
  if (executor === 'explore') return explore?.network === true ? 'all' : 'none'
  if (executor === 'shell' || own.has(executor)) return 'none'
  if (entry.model !== undefined) return 'model'
  return kind?.program === undefined ? 'none' : 'all'
}

function profileOf(name: string, entry: AgentEntry, file: PolicyFile): AgentProfile {
  const kind = knownAs({ name, ...entry })
  const executor = entry.executor ?? kind?.executor ?? 'shell'
  const alone = entry.model === undefined
  const vendor = kind?.program !== undefined && alone
  return {
    name,
    executor,
    argv: entry.command ?? [],
    env: entry.env,
    network: networkOf(entry, executor, kind, file.explore),
    seats: entry.seats,
    roles: entry.roles ?? kind?.roles ?? ['coder'],
    timeoutMs: msOf(entry.timeout) ?? kind?.timeoutMs ?? 1_800_000,
    ...present({
      program: entry.program ?? kind?.program,
      model: entry.model ?? (own.has(executor) ? usualModel : undefined),
      tier: entry.tier ?? (alone ? kind?.tier : undefined),
      local: entry.local ?? (vendor ? false : undefined),
      account: entry.account ?? (vendor ? kind?.account : undefined),
      price: priceOf(entry.price),
      permissions: permissionsOf(file.permissions, entry.permissions),
      silenceMs: msOf(entry.silence) ?? kind?.silenceMs,
      limits: entry.limits === undefined ? undefined : limitsOf(entry.limits),
      subagents: entry.subagents,
      readsOnly: entry['reads-only'] ?? kind?.readsOnly,
      options: entry.options,
    }),
  }
}

/** An agent that asks models itself and names none stands for all that the registry gives to its roles. */
function modelsFor(profile: AgentProfile, entry: AgentEntry, file: PolicyFile, registry: Registry) {
  const found = new Map<string, string[]>()
  if (!own.has(profile.executor) || entry.model !== undefined) return found
  const outside = profile.executor !== 'explore' || file.explore?.['external-models'] === true
  for (const role of profile.roles) {
    for (const name of Object.hasOwn(registry.roles, role) ? (registry.roles[role] ?? []) : []) {
      const model = registry.models.find((one) => one.name === name)
      if (model === undefined || !(outside || model.local)) continue
      found.set(name, [...(found.get(name) ?? []), role])
    }
  }
  return found
}

export interface AgentsRead {
  readonly agents: readonly AgentProfile[]
  /** The agents that each name of the file stands for. */
  readonly standFor: ReadonlyMap<string, readonly string[]>
}

/** The first model of an agent's first role keeps its name; the others are called `<agent>.<model>`. */
export function agentsOf(file: PolicyFile, registry: Registry): AgentsRead {
  const agents: AgentProfile[] = []
  const standFor = new Map<string, readonly string[]>()
  for (const [name, entry] of Object.entries(file.agents)) {
    const profile = profileOf(name, entry, file)
    const models = [...modelsFor(profile, entry, file, registry)]
    const several = models.map(([model, roles], index): AgentProfile => {
      const given = index === 0 ? leftOver(profile, models) : []
      return { ...profile, name: index === 0 ? name : `${name}.${model}`, model, roles: [...roles, ...given] }
    })
    const made = several.length === 0 ? [profile] : several
    agents.push(...made)
    standFor.set(
      name,
      made.map((one) => one.name),
    )
  }
  return { agents, standFor }
}

/** Roles to which the registry gives nothing stay with the first model. */
function leftOver(profile: AgentProfile, models: readonly (readonly [string, readonly string[]])[]): string[] {
  const placed = new Set(models.flatMap(([, roles]) => roles))
  return profile.roles.filter((role) => !placed.has(role))
}
