import { expect, it } from 'vitest'
import { awaited, judgeEntry } from './criteria.ts'
import { asked, itemOf, planOf, play, running, spec, trusted } from './testing.ts'

const begins = { ...spec('B<A', 1), entryCriteria: ['the kettle is full'] }

function withEntry() {
  const world = trusted()
  world.ask('plan.import', planOf(itemOf([spec('A', 0), begins])))
  world.ask('run.start', asked)
  return world
}
const checked = (world: ReturnType<typeof withEntry>) =>
  world.entries.flatMap(({ type, data }) => (type === 'criteria.checked' ? [data] : []))

it('judges what Baton knows, and leaves the rest to people', () => {
  const world = withEntry()
  const judged = () => judgeEntry(world.state.items.get('i') ?? never(), world.step('B')).map(({ met }) => met)
  expect(judged()).toEqual(['no', 'yes', 'yes', 'told'])
  play(world, 'tick; A done')
  world.ask('blocker.raise', { on: 'i/B', kind: 'external', owner: 'ada', notes: 'no water' })
  expect(judged()).toEqual(['yes', 'no', 'yes', 'told'])
})

it('FR-021: checks entry before the first attempt and again after a rework, and records what was found', () => {
  const world = withEntry()
  play(world, 'tick; A done; tick')
  expect(checked(world)).toMatchObject([
    { step: 'i/B', again: false, found: [{ met: 'yes', why: '1 came before it' }, {}, {}, { met: 'told' }] },
  ])
  const types = world.entries.map(({ type }) => type)
  expect(types.indexOf('criteria.checked')).toBeLessThan(types.lastIndexOf('claim.granted'))
  play(world, 'B began; B crashed; tick')
  expect(checked(world)).toHaveLength(1)
  play(world, 'B done')
  world.tell({ type: 'step.reworked', stream: 'i', data: { step: 'i/B', why: 'cold', by: 'ada' } })
  world.tick()
  expect(checked(world)).toMatchObject([{ again: false }, { step: 'i/B', again: true }])
})

it('says nothing of steps that state nothing and were never sent back', () => {
  const world = running('A B<A')
  play(world, 'tick; A done; tick; B done')
  expect(checked(world)).toEqual([])
})

it('names the branches that a join waits for', () => {
  const world = running('A B C<A,B')
  play(world, 'tick; A done')
  expect(awaited(world.state.items.get('i') ?? never(), world.step('C'))).toEqual(['B'])
})

function never(): never {
  throw new Error('The item is open.')
}
