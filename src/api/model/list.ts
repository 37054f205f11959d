// The models that are known here: where each is asked, what it costs, and whether its server offers it now.
import { z } from 'zod'
import type { Dialect, Mode, ModelSpec, Price, Tier } from '../../core/nouns/model.ts'
import type { PlanNote } from '../../core/nouns/plan.ts'
import type { ModelHere } from '../../core/ports/crew.ts'
import type { House } from '../../core/ports/house.ts'
import { standing } from '../agent/standing.ts'
import { type Caller, reads } from '../method.ts'
import { path } from '../words.ts'

export interface ModelLine {
  readonly name: string
  /** What its server calls it; empty: whatever that offers. */
  readonly id: string
  readonly from: ModelHere['from']
  readonly provider: string
  /** Empty: the usual place of whoever runs Baton. */
  readonly endpoint: string
  readonly dialect: Dialect
  /** What its key is called; never the key. */
  readonly keyName?: string
  readonly account: string
  readonly tier: Tier
  readonly local: boolean
  readonly size?: string
  /** Tokens that it can take: as its server says, else as the registry does. */
  readonly context?: number
  readonly price?: Price
  readonly tools: ModelSpec['tools']
  readonly roles: readonly string[]
  readonly ok: boolean
  readonly why: string
  readonly loaded?: boolean
}

export interface ModelList {
  readonly mode: Mode
  readonly models: readonly ModelLine[]
  readonly notes: readonly PlanNote[]
}

export const modelList = reads({
  name: 'model/list',
  needs: 'read',
  caption: 'The models that are known here: where each is asked, what it costs, and whether its server offers it now.',
  params: z.strictObject({ path: path.optional() }),
  read: async (house: House, params, caller: Caller): Promise<ModelList> => {
    const { mode, models, roles, notes } = await house.models(await standing(house, params.path, caller))
    const rolesOf = (name: string) => Object.keys(roles).filter((role) => roles[role]?.includes(name))
    return { mode, models: models.map((one) => lineOf(one, rolesOf(one.spec.name))), notes }
  },
})

function lineOf({ spec, from, available, dialect, served, loaded }: ModelHere, roles: readonly string[]): ModelLine {
  const { name, id, provider, endpoint, keyName, account, tier, local, size, price, tools } = spec
  const context = served ?? spec.context
  return {
    name,
    id,
    from,
    provider,
    endpoint,
    dialect: dialect ?? spec.dialect,
    ...(keyName === undefined ? {} : { keyName }),
    account,
    tier,
    local,
    ...(size === undefined ? {} : { size }),
    ...(context === undefined ? {} : { context }),
    ...(price === undefined ? {} : { price }),
    tools,
    roles,
    ok: available.ok,
    why: available.why,
    ...(loaded === undefined ? {} : { loaded }),
  }
}
