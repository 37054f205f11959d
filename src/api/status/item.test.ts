// What a lead is told of an item that does not go on, and what its steps have still to meet.
import { expect, it } from 'vitest'
import { asked, itemOf, planOf, running, spec, trusted, type World } from '../../core/testing.ts'
import { isRefusal } from '../refusal.ts'
import { statusItem } from './item.ts'

function told(world: World) {
  const said = statusItem.view(world.state, world.now, { item: 'i', from: 0, limit: 10 })
  if (isRefusal(said)) throw new Error(said.why)
  const { held, why, until, next, remaining } = said
  return { held, why, until, next, remaining }
}

const kept = [
  "its checks pass on the result merged with the item's branch",
  "its result has landed on the item's branch",
]

it('FR-002 given an item that nobody runs, then its status says so and how it goes on', () => {
  const world = trusted()
  world.ask('plan.import', planOf(itemOf('A B<A')))
  expect(told(world)).toEqual({
    held: 'not-wanted',
    why: 'No run of this item is under way.',
    until: 'baton run specs/i',
    next: [],
    remaining: [],
  })
})

it('FR-002 given steps that come next, and then are at work, then it is those whose criteria are named', () => {
  const world = trusted()
  world.ask('plan.import', planOf(itemOf([{ ...spec('A', 0), exitCriteria: ['a is there'] }, spec('B<A', 1)])))
  world.ask('run.start', asked)
  const criteria = ['a is there', ...kept]
  expect(told(world)).toMatchObject({ next: ['i/A'], remaining: [{ step: 'i/A', criteria }] })
  world.tick()
  expect(told(world)).toMatchObject({ held: undefined, next: ['i/B'], remaining: [{ step: 'i/A', criteria }] })
})

it('FR-015 given an item of which all is done, then nothing holds it, and the next action is to integrate it', () => {
  const world = running('A')
  world.tick()
  world.done('A')
  expect(told(world)).toEqual({
    held: undefined,
    why: 'Every step is done.',
    until: 'baton integrate i',
    next: [],
    remaining: [],
  })
})

it('FR-006 given a release that was rejected, then its status says by whom and why until the branch has moved', () => {
  const world = running('A B')
  world.tick()
  world.done('A', 'B').tick()
  world.ask('item.integrate', { item: 'i', force: false })
  expect(told(world)).toMatchObject({ why: undefined, until: undefined })
  const [gate = ''] = world.state.gates.keys()
  world.ask('gate.answer', { gate, answer: 'reject', reasons: ['not today', 'no colours'] })
  expect(told(world).why).toBe('Every step is done; its release was rejected by ada: not today; no colours.')
  const item = world.state.items.get('i')
  if (item !== undefined) item.tip = 'another tip'
  expect(told(world).why).toBe('Every step is done.')
})

it('FR-012 given an obstacle on all of an item that is done, then that is what is in the way', () => {
  const world = running('A')
  world.tick()
  world.done('A')
  world.ask('blocker.raise', { on: 'i', kind: 'resource', owner: 'ops', notes: 'no release today' })
  const [blocker] = world.state.blockers.keys()
  expect(told(world)).toMatchObject({
    held: 'blocker',
    why: 'The item is blocked (resource): no release today.',
    until: `ops: baton unblock ${blocker}`,
  })
})

it('FR-021 given a step that was sent back, then its why says by what reason', async () => {
  const { why } = await import('../../core/why.ts')
  const world = running('A', {}, asked)
  world.tick()
  world.begin('A')
  world.end('A')
  world.check('A', [])
  const [gate] = world.state.gates.keys()
  world.ask('gate.answer', { gate: gate ?? '', answer: 'reject', reasons: ['no test for the empty cup'] })
  expect(told(world).remaining).toEqual([{ step: 'i/A', criteria: kept }])
  expect(why(world.state, 'i/A', world.now)?.why).toBe(
    'It is ready and starts at once. It was sent back: no test for the empty cup.',
  )
})
