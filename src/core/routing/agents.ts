// What a policy says of its agents, worked out once: models, accounts, who is local, and who is stronger than whom.
import type { AgentProfile } from '../nouns/agent.ts'
import { type ModelSpec, type Tier, tiers } from '../nouns/model.ts'
import type { TrustedPolicy } from '../nouns/workspace.ts'

export interface Known {
  readonly agent: AgentProfile
  readonly model: ModelSpec | undefined
  /** Whose quota it uses; a ban on it holds for all that share it. */
  readonly account: string
  readonly local: boolean
  /** 0 is the cheapest; undefined when nothing says how strong it is. */
  readonly rank: number | undefined
}

export interface Crew {
  readonly byName: ReadonlyMap<string, Known>
  /** From cheap to strong; empty when nothing tells agents apart. */
  readonly ladder: readonly Known[]
  /** Nothing of it needs more than the name that a rule gives. */
  readonly plain: boolean
}

const crews = new WeakMap<TrustedPolicy, Crew>()

/** A policy never changes: what is worked out from it holds for as long as it lives. */
export function crewOf(policy: TrustedPolicy): Crew {
  const known = crews.get(policy)
  if (known !== undefined) return known
  const made = makeCrew(policy)
  crews.set(policy, made)
  return made
}

export function accountOf(agent: AgentProfile, model: ModelSpec | undefined): string {
  return agent.account ?? model?.account ?? agent.program ?? agent.name
}

/** Under which an agent alone is barred, whoever pays for it: its program is not there. */
export function ownAccount(name: string): string {
  return `agent ${name}`
}

function makeCrew(policy: TrustedPolicy): Crew {
  const models = new Map(policy.models.map((model) => [model.name, model]))
  const all = policy.agents.map((agent): Known => {
    const model = agent.model === undefined ? undefined : models.get(agent.model)
    const tier = agent.tier ?? model?.tier
    return {
      agent,
      model,
      account: accountOf(agent, model),
      local: agent.local ?? model?.local ?? agent.program === undefined,
      rank: tier === undefined ? undefined : rankOf(tier),
    }
  })
  const byName = new Map(all.map((one) => [one.agent.name, one]))
  const ladder = ladderOf(policy, all, byName)
  const { routing, mode } = policy
  const plain = ladder.length === 0 && mode === 'online' && routing.allow.length === 0 && routing.prefer === ''
  return { byName, ladder, plain }
}

function rankOf(tier: Tier): number {
  return tiers.indexOf(tier)
}

/** As the policy lists them; else, when tiers tell agents apart, by tier, then price, then their order in the file. */
function ladderOf(policy: TrustedPolicy, all: readonly Known[], byName: ReadonlyMap<string, Known>): readonly Known[] {
  const named = policy.routing.ladder.flatMap((name) => byName.get(name) ?? [])
  if (policy.routing.ladder.length > 0) return named
  const ranked = all.filter((one) => one.rank !== undefined)
  if (new Set(ranked.map((one) => one.rank)).size < 2) return []
  const place = new Map(all.map((one, at) => [one, at]))
  return ranked.sort(
    (a, b) => (a.rank ?? 0) - (b.rank ?? 0) || priceOf(a) - priceOf(b) || (place.get(a) ?? 0) - (place.get(b) ?? 0),
  )
}

/** For an order only: what is unknown comes after what is known. */
function priceOf({ agent, model }: Known): number {
  const price = agent.price ?? model?.price
  return price?.output ?? price?.input ?? Number.MAX_VALUE
}
