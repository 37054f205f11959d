import { expect, it } from 'vitest'
import { asked, itemOf, planOf, play, running, trusted, type World } from '../testing.ts'
import { comesAfter, goesBefore } from './before.ts'

const document = { policy: 'document' } as const

function before(world: World, key: string): string[] {
  const step = world.step(key)
  const item = world.state.items.get('i')
  if (item === undefined) throw new Error('There is no item i.')
  return comesAfter(item, step).map((index) => item.steps[index]?.spec.key ?? '')
}

it('in the order of the document each goes on from the step before it, and a join from all of its group', () => {
  const world = running('A B* C* D', document)
  expect(['A', 'B', 'C', 'D'].map((key) => before(world, key))).toEqual([[], ['A'], ['A'], ['B', 'C']])
})

it('what a step states besides comes to it, once and in order', () => {
  const world = running('A B C<A,B', document)
  expect(before(world, 'C')).toEqual(['A', 'B'])
})

it('by edges alone the order says nothing', () => {
  const world = running('A B C<A')
  expect([before(world, 'B'), before(world, 'C')]).toEqual([[], ['A']])
})

it('a run of what is left goes on from what was done before it', () => {
  const world = running('A B* C* D', document)
  play(world, 'tick; A done; tick; B done; C done; tick')
  world.ask('step.cancel', { step: 'i/D', why: 'another day' })
  world.ask('run.cancel', { item: 'i', why: 'another day' })
  world.ask('run.start', { ...asked, include: ['D'] })
  expect(before(world, 'D')).toEqual(['B', 'C'])
})

it('one of a group that is left goes on from before the group, not from its neighbour', () => {
  const world = running('A B* C*', document, { include: ['A', 'B'] })
  play(world, 'tick; A done; tick; B done; tick')
  world.ask('run.start', { ...asked, include: ['C'] })
  expect(before(world, 'C')).toEqual(['A'])
})

it('after it come those that wait: of the next group, and those that name it', () => {
  const world = running('A B* C* D E<A', document)
  const after = (key: string) => {
    const item = world.state.items.get('i')
    return item === undefined ? [] : goesBefore(item, world.step(key)).map(({ spec }) => spec.key)
  }
  expect([after('A'), after('B'), after('D'), after('E')]).toEqual([['B', 'C', 'E'], ['D'], ['E'], []])
  play(world, 'tick; A done; tick; B done')
  expect(after('A')).toEqual(['E'])
})

it('says the same whether or not anything was scheduled since the plan or the selection changed', () => {
  const world = running('A B^A', {}, { include: ['B'] })
  const after = () => {
    const item = world.state.items.get('i')
    return item === undefined ? undefined : goesBefore(item, world.step('A')).map(({ spec }) => spec.key)
  }
  const unscheduled = [after(), before(world, 'B')]
  world.tick()
  expect(unscheduled).toEqual([[], []])
  expect([after(), before(world, 'B')]).toEqual([[], []])
})

it('without a run those come after it that would go on from it, and none when others are done between them', () => {
  const world = trusted()
  world.ask('plan.import', planOf(itemOf('A B* C* D E<A', document)))
  const after = (key: string) => {
    const item = world.state.items.get('i')
    return item === undefined ? [] : goesBefore(item, world.step(key)).map(({ spec }) => spec.key)
  }
  expect(['A', 'B', 'D', 'E'].map(after)).toEqual([['B', 'C', 'E'], ['D'], ['E'], []])
  world.ask('run.start', { ...asked, include: ['B'] })
  play(world, 'tick; B done')
  expect(['A', 'B', 'C'].map(after)).toEqual([['E'], [], ['D']])
})
