// What somebody in a simulated world does now and then: one of several deeds, each as often as its weight says.
import type { Chance } from '../../src/presets/simulated.ts'
import type { Life } from './life.ts'
import type { World } from './world.ts'

export type Deed = (world: World, life: Life) => Promise<unknown> | undefined

export interface Doer {
  /** Of its own where it must not disturb what else a seed gives. */
  readonly chance: Chance
  /** How likely a deed is each time; never, when it is 0. */
  readonly share: number
  readonly gap: number
  /** Each with its weight. */
  readonly deeds: readonly (readonly [number, Deed])[]
}

export function nowAndThen(world: World, { chance, share, gap, deeds }: Doer): void {
  if (share <= 0) return
  const once = (): void => {
    if (world.healed || world.over) return
    const { life } = world
    if (life?.alive === true && life.house !== undefined && chance.is(share)) void chosen(chance, deeds)?.(world, life)
    world.clock.after(chance.from(1, gap), once)
  }
  world.clock.after(chance.from(1, gap), once)
}

function chosen(chance: Chance, deeds: Doer['deeds']): Deed | undefined {
  let left = chance.next() * deeds.reduce((sum, [weight]) => sum + weight, 0)
  const found = deeds.find(([weight]) => {
    left -= weight
    return left < 0
  })
  return found?.[1]
}
