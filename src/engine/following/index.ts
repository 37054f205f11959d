// Everybody who reads along in a house, in the order in which they are told and let go.
import type { Answer } from '../../core/ports/house.ts'
import type { State } from '../../core/state.ts'
import type { Wish } from '../../core/wishes.ts'
import type { HouseParts } from '../parts.ts'
import { revert } from '../work/revert.ts'
import type { Shop } from '../work/shop.ts'
import { Counting } from './counting.ts'
import { DiskWatch } from './disk.ts'
import type { Follower } from './follower.ts'
import { PlanWatch } from './plans.ts'
import { Reversions } from './reverting.ts'
import { Waking } from './waking.ts'
import { Weighing } from './weighing.ts'

export interface Followed {
  readonly parts: HouseParts
  readonly state: State
  readonly shop: Shop
  submit(asked: Wish): Promise<Answer>
}

/** A house without hands starts nothing, so only the clock is followed: whoever waits wants to be told. */
export function followers({ parts, state, shop, submit }: Followed): readonly Follower[] {
  const { clock, hands, disk, models, secrets } = parts
  const waking = new Waking({ state, clock, hands, submit })
  if (!hands) return [waking]
  return [
    ...(parts.watchPlans === true ? [new PlanWatch({ parts, state, submit })] : []),
    new Reversions({ state, revert: (due) => revert(shop, due) }),
    new Counting({ state, clock, submit }),
    new Weighing({ state, clock, models, secrets, submit }),
    waking,
    new DiskWatch({ state, clock, disk, submit }),
  ]
}
