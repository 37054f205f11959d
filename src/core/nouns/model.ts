// Models that can be asked: where they are, what they cost, how large they are, and whose account pays.

/** How a server departs from plain OpenAI; `auto` finds out by asking. */
export type Dialect = 'auto' | 'openai' | 'lm-studio' | 'vllm' | 'ollama'

/** From cheap to strong. */
export type Tier = 'small' | 'medium' | 'large'
export const tiers: readonly Tier[] = ['small', 'medium', 'large']

/** Dollars per million tokens. What is absent is not known, and is never taken for nothing. */
export interface Price {
  readonly input?: number
  readonly cached?: number
  readonly output?: number
}

export interface ModelSpec {
  /** Its name in the registry. */
  readonly name: string
  /** What the server calls it. */
  readonly id: string
  readonly provider: string
  /** A base address such as http://127.0.0.1:1234/v1; empty: the usual place (OPENAI_API_BASE). */
  readonly endpoint: string
  readonly dialect: Dialect
  /** Name of the environment variable or keychain entry that holds its key; never the key. */
  readonly keyName?: string
  /** How large it is said to be, as in 32B. */
  readonly size?: string
  /** Tokens that it can read and write together. */
  readonly context?: number
  readonly maxOutput?: number
  readonly price?: Price
  readonly tier: Tier
  readonly local: boolean
  /** Whether it can call tools itself, or is asked for JSON instead. */
  readonly tools: 'native' | 'json'
  /** Who is charged: limits and quotas hold for all that share it. */
  readonly account: string
}

/** online: anything that is allowed. offline: only what runs on machines of one's own, fallbacks included. */
export type Mode = 'online' | 'offline'

/** The models that are known, and which of them each role is given. */
export interface Registry {
  readonly models: readonly ModelSpec[]
  /** Names of models by role, the first the one that is asked first. */
  readonly roles: Readonly<Record<string, readonly string[]>>
}

export const noRegistry: Registry = { models: [], roles: {} }

/** The model that is asked when nobody has described one: what the usual place offers. */
export const usualModel = 'default'
