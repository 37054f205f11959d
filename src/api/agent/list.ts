// Who could do steps here: every agent with its seats, whether it could be started now, and why not.
import { z } from 'zod'
import type { Mode, Tier } from '../../core/nouns/model.ts'
import type { AgentFound } from '../../core/ports/crew.ts'
import type { House } from '../../core/ports/house.ts'
import type { BarKind } from '../../core/routing/bar.ts'
import { barOf } from '../../core/routing/bars.ts'
import { type Caller, reads } from '../method.ts'
import { path } from '../words.ts'
import { standing } from './standing.ts'

export interface AgentLine {
  readonly name: string
  readonly from: AgentFound['from']
  readonly executor: string
  readonly program?: string
  readonly model?: string
  readonly tier?: Tier
  readonly local: boolean
  readonly account: string
  readonly network: 'none' | 'model' | 'all'
  readonly roles: readonly string[]
  readonly readsOnly: boolean
  readonly seats: number
  readonly busy: number
  /** It could be started now, and its account is free. */
  readonly ok: boolean
  readonly why: string
  readonly barred?: { readonly kind: BarKind; readonly why: string; readonly until?: number }
}

export interface AgentList {
  readonly mode: Mode
  readonly agents: readonly AgentLine[]
}

export const agentList = reads({
  name: 'agent/list',
  needs: 'read',
  caption: 'Who could do steps here: every agent with whether it could be started now, and why not.',
  params: z.strictObject({ path: path.optional() }),
  read: async (house: House, params, caller: Caller): Promise<AgentList> => {
    const { mode, agents } = await house.agents(await standing(house, params.path, caller))
    return { mode, agents: agents.map((found) => lineOf(house, found)) }
  },
})

function lineOf(house: House, { profile, from, account, local, available }: AgentFound): AgentLine {
  const { name, executor, program, model, tier, network, roles, readsOnly, seats } = profile
  const bar = from === 'trusted' ? barOf(house.state, account, house.now()) : undefined
  return {
    name,
    from,
    executor,
    ...(program === undefined ? {} : { program }),
    ...(model === undefined ? {} : { model }),
    ...(tier === undefined ? {} : { tier }),
    local,
    account,
    network,
    roles,
    readsOnly: readsOnly === true,
    seats,
    busy: from === 'trusted' ? (house.state.seats.get(name) ?? 0) : 0,
    ok: available.ok && bar === undefined,
    why: available.why,
    ...(bar === undefined
      ? {}
      : { barred: { kind: bar.kind, why: bar.why, ...(bar.until === undefined ? {} : { until: bar.until }) } }),
  }
}
