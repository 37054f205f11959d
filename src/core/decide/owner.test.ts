import { expect, it } from 'vitest'
import { given, itemOf, planOf, running, trusted } from '../testing.ts'

const away = 'ada is away'

it('hands an item over, with who had it, who said so and why', () => {
  const world = running('A B<A', { owner: 'ada' })
  given(world)
    .when('owner.transfer', { on: 'i', to: 'grace', why: away })
    .then(['ownership.transferred', { item: 'i', from: 'ada', to: 'grace', why: away, by: 'ada' }])
  expect(world.state.items.get('i')?.owner).toBe('grace')
})

it('hands a step over, and leaves its item where it is', () => {
  const world = running('A B<A', { owner: 'ada' })
  given(world)
    .when('owner.transfer', { on: 'i/A', to: 'grace', why: away })
    .then(['ownership.transferred', { item: 'i', step: 'i/A', from: 'ada', to: 'grace' }])
  expect([world.step('A').owner, world.state.items.get('i')?.owner]).toEqual(['grace', 'ada'])
  given(world)
    .when('owner.transfer', { on: 'i/A', to: 'ada', why: 'ada is back' })
    .then(['ownership.transferred', { from: 'grace', to: 'ada' }])
})

it('refuses whom it belongs to already, what is not there, and no reason', () => {
  const world = running('A', { owner: 'ada' })
  const hand = (on: string, to: string, why = away) => given(world).when('owner.transfer', { on, to, why })
  hand('i', 'ada').refused('conflict', /belongs to ada already/)
  hand('i/A', 'ada').refused('conflict', /belongs to ada already/)
  hand('j', 'grace').refused('not-found', /no open plan/)
  hand('i/Z', 'grace').refused('not-found', /no open plan/)
  hand('i', 'grace', ' ').refused('invalid', /needs a reason/)
})

it('keeps what a person said when the plan is read again, and follows the plan until then', () => {
  const world = trusted()
  const read = (owner: string) => world.ask('plan.import', planOf(itemOf('A', { owner })))
  read('ada')
  expect(read('eve').map(({ type }) => type)).toEqual(['item.changed'])
  world.ask('owner.transfer', { on: 'i', to: 'grace', why: away })
  expect(read('eve')).toEqual([])
  expect(world.state.items.get('i')?.owner).toBe('grace')
})
