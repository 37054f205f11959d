import { expect, it } from 'vitest'
import type { Fact } from '../facts.ts'
import { running, type World } from '../testing.ts'

const minute = 60_000

function barred(facts: readonly Fact[]): unknown[] {
  return facts.filter(({ type }) => type === 'account.barred').map(({ data }) => data)
}

/** Two steps of one agent that run at once. */
function two(): World {
  const world = running('A B')
  expect(world.tick()).toEqual(['A', 'B'])
  return world
}

it.each([undefined, 90 * minute])('bars an account once for all that run, told %s', (told) => {
  const world = two()
  const of = (): number | undefined => (told === undefined ? undefined : world.now + told)
  expect(barred(world.fail('A', 'quota', of()))).toHaveLength(1)
  world.now += 5000
  expect(barred(world.fail('B', 'quota', of()))).toEqual([])
})

it('bars it again when the second hears of a later time', () => {
  const world = two()
  world.fail('A', 'quota', world.now + 10 * minute)
  expect(barred(world.fail('B', 'quota', world.now + 300 * minute))).toMatchObject([
    { until: world.now + 300 * minute },
  ])
})

it('bars a login once, until somebody frees it', () => {
  const world = two()
  expect(barred(world.fail('A', 'auth'))).toMatchObject([{ kind: 'auth' }])
  expect(barred(world.fail('B', 'auth'))).toEqual([])
  expect(world.tick()).toEqual([])
})
