import { expect, it } from 'vitest'
import { fact } from '../facts.ts'
import type { Blocker } from '../nouns/blocker.ts'
import { play, running, type World } from '../testing.ts'
import { heldUp, openByKind } from './waiting.ts'

function blocked(world: World, on: string, kind = 'external'): Blocker {
  world.ask('blocker.raise', { on, kind, owner: 'ada', notes: 'no key' })
  const found = [...world.state.blockers.values()].at(-1)
  if (found === undefined) throw new Error('Nothing was raised.')
  return found
}

it('holds up the step that it is on, and whatever waits behind it', () => {
  const world = running('A B<A C<B D<A E')
  expect(heldUp(world.state, blocked(world, 'i/B'))).toEqual({ count: 2, left: 5, steps: ['i/B', 'i/C'] })
  expect(heldUp(world.state, blocked(world, 'i/E'))).toEqual({ count: 1, left: 5, steps: ['i/E'] })
})

it('holds up what comes later in the order of the document, and not its neighbours', () => {
  const world = running('A B* C* D', { policy: 'document' })
  expect(heldUp(world.state, blocked(world, 'i/B'))).toEqual({ count: 2, left: 4, steps: ['i/B', 'i/D'] })
})

it('holds up all of an item, but nothing that is done', () => {
  const world = running('A B<A C')
  play(world, 'tick; A began; A ended; A checked; A landed')
  expect(heldUp(world.state, blocked(world, 'i'))).toEqual({ count: 2, left: 2, steps: ['i/B', 'i/C'] })
})

it('holds up nothing once it is gone', () => {
  const world = running('A B<A')
  const found = blocked(world, 'i/A')
  world.ask('blocker.clear', { blocker: found.id, notes: 'it came' })
  expect(heldUp(world.state, found)).toEqual({ count: 0, left: 0, steps: [] })
})

it('names the first of many', () => {
  const world = running([...Array(60).keys()].map((n) => (n === 0 ? 'S0' : `S${n}<S${n - 1}`)).join(' '))
  const found = heldUp(world.state, blocked(world, 'i/S0'))
  expect([found.count, found.left, found.steps.length, found.steps[0]]).toEqual([60, 60, 20, 'i/S0'])
})

it('is summed up by kind, with words of one’s own as other', () => {
  const world = running('A B')
  for (const kind of ['external', 'waiting for legal', 'weather']) blocked(world, 'i', kind)
  expect(openByKind(world.state.blockers.values())).toEqual([
    { kind: 'other', open: 2 },
    { kind: 'external', open: 1 },
  ])
})

it('counts neither what is gone nor steps that the plan has left out or that are over, and holds up nothing of an item that is not there', () => {
  const world = running('A B<A C', { policy: 'document' })
  const [gone, stands] = [blocked(world, 'i/A'), blocked(world, 'i/A')]
  world.ask('blocker.clear', { blocker: gone.id, notes: 'it came' })
  expect(openByKind(world.state.blockers.values())).toEqual([{ kind: 'external', open: 1 }])
  world.tell(fact('step.retired', 'i', { step: 'i/B', why: 'left out' }))
  expect(heldUp(world.state, stands)).toEqual({ count: 2, left: 2, steps: ['i/A', 'i/C'] })
  expect(heldUp(world.state, { ...stands, item: 'none' })).toEqual({ count: 0, left: 0, steps: [] })
})

it('holds up several that wait for one, and in the order of the document only what was chosen', () => {
  const fan = running('A B<A C<A D')
  expect(heldUp(fan.state, blocked(fan, 'i/A')).steps).toEqual(['i/A', 'i/B', 'i/C'])
  const chosen = running('A B C', { policy: 'document' }, { include: ['A', 'C'], force: true })
  expect(heldUp(chosen.state, blocked(chosen, 'i/A')).steps).toEqual(['i/A', 'i/C'])
  expect(heldUp(chosen.state, blocked(chosen, 'i/B')).steps).toEqual(['i/B'])
  expect(heldUp(chosen.state, blocked(chosen, 'i/C')).steps).toEqual(['i/C'])
})
