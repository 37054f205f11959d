import { describe, expect, it } from 'vitest'
import { fact } from '../facts.ts'
import { given, itemOf, planOf, play, running, spec, trusted } from '../testing.ts'

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

describe('when the plan is renumbered', () => {
  const steps = (...lines: readonly (readonly [string, string])[]) =>
    planOf(itemOf(lines.map(([key, title], at) => ({ ...spec(key, at), title, brief: title }))))
  const store = 'write the store'
  const test = 'test all of the screens'

  it('goes along with the words of a step that nobody has begun', () => {
    const world = trusted()
    world.ask('plan.import', steps(['T1', store], ['T2', test]))
    world.ask('owner.transfer', { on: 'i/T1', to: 'grace', why: away })
    given(world)
      .when('plan.import', steps(['T1', 'lay out folders'], ['T2', test], ['T3', store]))
      .then('step.changed', 'steps.added', ['steps.carried', { carried: [{ from: 'T1', to: 'T3' }] }])
    expect(['T1', 'T2', 'T3'].map((key) => world.step(key).owner)).toEqual([undefined, undefined, 'grace'])
  })

  it('changes places with them, and is not left behind', () => {
    const world = trusted()
    world.ask('plan.import', steps(['T1', store], ['T2', test]))
    world.ask('owner.transfer', { on: 'i/T1', to: 'grace', why: away })
    world.ask('plan.import', steps(['T1', test], ['T2', store]))
    expect(['T1', 'T2'].map((key) => world.step(key).owner)).toEqual([undefined, 'grace'])
  })

  it('is nobody else’s when an id stands for other work', () => {
    const world = running('A')
    world.ask('owner.transfer', { on: 'i/A', to: 'grace', why: away })
    play(world, 'tick; A began; A ended; A checked; A landed')
    world.ask('plan.import', steps(['A', 'paint every wall of the house blue']))
    expect(world.step('A').owner).toBeUndefined()
  })

  it('is nobody else’s when nobody had begun it either', () => {
    const world = trusted()
    world.ask('plan.import', steps(['T1', store], ['T2', test]))
    world.ask('owner.transfer', { on: 'i/T1', to: 'grace', why: away })
    world.ask('plan.import', steps(['T1', 'paint every wall of the house blue'], ['T2', test]))
    expect(world.step('T1').owner).toBeUndefined()
  })
})

it('refuses a step that the plan has left out, and says of what is over why it is', () => {
  const world = running('A B')
  world.tell(fact('step.retired', 'i', { step: 'i/A', why: 'the plan left it out' }))
  const hand = (on: string) => given(world).when('owner.transfer', { on, to: 'grace', why: away })
  hand('i/A').refused('conflict', /taken out of the plan: the plan left it out/)
  hand('j').refused('not-found', /no open plan has an item or step of this name/)
  world.tell(fact('item.closed', 'i', { id: 'i', why: 'not wanted' }))
  hand('i').refused('not-found', /it is over: not wanted/)
})
