// Makes a whole description of each model that a registry names: what its provider, address and size say goes without saying.
import { type ModelSpec, type Price, type Tier, usualModel } from '../../core/nouns/model.ts'
import { readAddress } from '../address.ts'
import { isNear } from './near.ts'
import { isAfar, provider } from './providers.ts'
import type { ModelEntry } from './shape.ts'

type Env = Readonly<Record<string, string | undefined>>

/** LM Studio's own. */
const usualPlace = 'http://127.0.0.1:1234/v1'

/** Whether what is asked at the usual place stays on machines of a person's own. */
export function usualIsNear(env: Env): boolean {
  const address = readAddress(env.OPENAI_API_BASE?.trim() || usualPlace)
  return address.ok && isNear(address.base)
}

/** What there is without any registry: the model that the environment names, or whatever the usual place offers. */
export function usualSpec(env: Env): ModelSpec {
  const local = usualIsNear(env)
  return {
    name: usualModel,
    id: env.LM_STUDIO_MODEL?.trim() || env.ORCH_MODEL?.trim() || '',
    provider: 'openai-compatible',
    endpoint: '',
    dialect: 'auto',
    tier: local ? 'small' : 'medium',
    local,
    tools: 'native',
    account: 'openai-compatible',
  }
}

/** In billions, of all experts together. */
function billions(size: string): number {
  const [, many = '1', count = '0', unit = 'B'] = /^(?:(\d+)x)?(\d+(?:\.\d+)?)([MBT])$/i.exec(size) ?? []
  const factor = { M: 0.001, B: 1, T: 1000 }[unit.toUpperCase()] ?? 1
  return Number(many) * Number(count) * factor
}

function tierOf(size: string | undefined, local: boolean): Tier {
  if (size === undefined) return local ? 'small' : 'medium'
  const count = billions(size)
  return count < 20 ? 'small' : count < 100 ? 'medium' : 'large'
}

function priceOf(entry: ModelEntry): Price | undefined {
  const { price_in: input, price_cached: cached, price_out: output } = entry
  if (input === undefined && cached === undefined && output === undefined) return undefined
  return {
    ...(input === undefined ? {} : { input }),
    ...(cached === undefined ? {} : { cached }),
    ...(output === undefined ? {} : { output }),
  }
}

/** Where it is asked and who pays: what a repository may not say for itself. */
export interface Standing {
  /** An address that `readAddress` took; empty: the usual place. */
  readonly endpoint: string
  readonly key: string | undefined
  readonly local: boolean
  /** Who is charged; absent: whoever answers there. */
  readonly account: string | undefined
}

export function standingOf(entry: ModelEntry, address: string | undefined, env: Env): Standing {
  const known = provider(entry.provider ?? '')
  const endpoint = address ?? known?.endpoint ?? ''
  const near = endpoint === '' ? usualIsNear(env) : isNear(endpoint)
  return {
    endpoint,
    // A provider's key goes to that provider, and to no other address that a line names beside it.
    key: entry.key ?? (address === undefined || address === known?.endpoint ? known?.key : undefined),
    local: entry.local ?? (near && !isAfar(entry.provider ?? '')),
    account: entry.account,
  }
}

export function specOf(name: string, entry: ModelEntry, { endpoint, key, local, account }: Standing): ModelSpec {
  const { provider: from = 'openai-compatible', size, context, max_output: maxOutput } = entry
  const price = priceOf(entry)
  const known = provider(from)
  const own = endpoint === '' || endpoint === known?.endpoint
  return {
    name,
    id: entry.id ?? name,
    provider: from,
    endpoint,
    dialect: entry.dialect ?? known?.dialect ?? 'auto',
    ...(key === undefined ? {} : { keyName: key }),
    ...(size === undefined ? {} : { size }),
    ...(context === undefined ? {} : { context }),
    ...(maxOutput === undefined ? {} : { maxOutput }),
    ...(price === undefined ? {} : { price }),
    tier: entry.tier ?? tierOf(size, local),
    local,
    tools: entry.tools ?? 'native',
    account: account ?? (own ? from : (URL.parse(endpoint)?.host ?? from)),
  }
}
