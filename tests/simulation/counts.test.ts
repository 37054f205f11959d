// What the clock does to counts in a whole house: reports lapse, folders grow stale and go, over restarts and clocks that are set.
import { expect, it } from 'vitest'
import { countOf, sumsOf } from '../../src/core/counts.ts'
import { type Wish, wish } from '../../src/core/wishes.ts'
import type { LocalHouse } from '../../src/engine/house.ts'
import {
  type SimulatedOptions,
  type SimulatedWorld,
  simulatedHouse,
  simulatedWorld,
} from '../../src/presets/simulated.ts'

const day = 24 * 3_600_000
const want = (path: string, desired: number): Wish => wish('workspace.want', 'ann', { path, desired })
const report = (path: string, running: number): Wish => wish('count.report', 'ann', { path, running })

/** A moment goes by with whatever is under way: what drives the clock takes one event more than it waits for. */
function moment({ clock }: SimulatedWorld): void {
  clock.after(1, () => undefined)
}

function opened(world: SimulatedWorld, options?: SimulatedOptions): Promise<LocalHouse> {
  moment(world)
  return simulatedHouse(world, options)
}

async function ask(world: SimulatedWorld, house: LocalHouse, ...asked: readonly Wish[]): Promise<void> {
  for (const one of asked) {
    const answer = house.submit(one)
    await world.clock.pass(1)
    expect((await answer).ok).toBe(true)
  }
}

async function countFacts(house: LocalHouse): Promise<string[]> {
  const entries = await house.read(0, 1000)
  return entries.flatMap(({ type, stream }) => (type.startsWith('count.') ? [`${type} ${stream}`] : []))
}

it('lets a report lapse after a minute, and a folder go after a week, by facts that followers see', async () => {
  const world = simulatedWorld()
  const house = await opened(world)
  await ask(world, house, want('/a', 3), report('/a', 2))
  await world.clock.pass(59_000)
  expect(sumsOf(house.state)).toEqual({ running: 2, desired: 3 })
  await world.clock.pass(2000)
  expect(sumsOf(house.state)).toEqual({ running: 0, desired: 3 })
  await world.clock.pass(day)
  expect(countOf(house.state, '/a').stale).toBe(true)
  await world.clock.pass(6 * day)
  expect(house.state.counts.size).toBe(0)
  expect(await countFacts(house)).toEqual([
    'count.reported /a',
    'count.lapsed /a',
    'count.went-stale /a',
    'count.removed /a',
  ])
  expect(world.clock.pending).toBe(0)
  await world.clock.run(house.close('stop'))
})

it('takes up after a restart what has come due while it was closed, before anybody can look', async () => {
  const world = simulatedWorld()
  const first = await opened(world)
  await ask(world, first, want('/a', 3), report('/a', 2), want('/b', 1))
  await world.clock.run(first.close('stop'))
  expect(world.clock.pending).toBe(0)
  await world.clock.pass(61_000)
  const second = await opened(world)
  expect(sumsOf(second.state)).toEqual({ running: 0, desired: 4 })
  await world.clock.run(second.close('stop'))
  await world.clock.pass(8 * day)
  const third = await opened(world)
  expect(sumsOf(third.state)).toEqual({ running: 0, desired: 0 })
  await world.clock.run(third.close('stop'))
})

it('keeps a fresh report over a crash, and lets it lapse in the next house', async () => {
  const world = simulatedWorld()
  const { clock } = world
  let alive = true
  const mortal = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms: number, then: () => void) => clock.after(ms, () => (alive ? then() : undefined)),
    chance: (length: number) => clock.chance(length),
  }
  const first = await opened(world, { over: { clock: mortal } })
  await ask(world, first, report('/a', 2))
  alive = false
  const second = await opened(world)
  expect(countOf(second.state, '/a').running).toBe(2)
  await world.clock.pass(62_000)
  expect(countOf(second.state, '/a').running).toBe(0)
})

it('lets a report lapse although the clock was set back by a day', async () => {
  const world = simulatedWorld()
  const house = await opened(world)
  await ask(world, house, report('/a', 2))
  world.clock.jump(-day)
  await world.clock.pass(62_000)
  expect(countOf(house.state, '/a').running).toBe(0)
})
