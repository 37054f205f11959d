import { expect, it } from 'vitest'
import { fact } from '../facts.ts'
import { given, play, running, spec, type World } from '../testing.ts'

const outcome = (world: World) => [...world.state.runs.values()].at(-1)?.outcome

it('records the decision, the claim and the attempt of each launch, in this order', () => {
  const world = running('A* B*')
  given(world)
    .when('tick', {})
    .then(
      [
        'decision.made',
        { item: 'i', policy: 'graph', ready: ['i/A', 'i/B'], launch: [{ step: 'i/A' }, { step: 'i/B' }] },
      ],
      ['claim.granted', { step: 'i/A', attempt: 'i/A/1', agent: 'alpha', executor: 'shell' }],
      ['attempt.started', { attempt: 'i/A/1', number: 1, base: 'tip' }],
      ['claim.granted', { attempt: 'i/B/1' }],
      ['attempt.started', { attempt: 'i/B/1' }],
    )
  expect(world.state.seats.get('alpha')).toBe(2)
  given(world).when('tick', {}).then()
})

it('launches nothing for those who are leaving; whoever comes next does', () => {
  const world = running('A')
  given(world).when('tick', { leaving: true }).then()
  given(world).when('tick', {}).then('decision.made', 'claim.granted', 'attempt.started')
})

it('claims a step once: none is started while one of its attempts has not ended', () => {
  const world = running('A')
  expect(world.tick()).toEqual(['A'])
  play(world, 'A began')
  expect(world.tick()).toEqual([])
  play(world, 'A ended')
  expect(world.tick()).toEqual([])
})

it('gives each attempt the tip that the branch has when it is claimed', () => {
  const world = running('A B<A')
  world.tick()
  world.done('A')
  given(world)
    .when('tick', {})
    .then('decision.made', 'claim.granted', ['attempt.started', { step: 'i/B', base: 'landed-i/A/1' }])
})

it('ends a run: complete', () => {
  const world = running('A B<A C+')
  play(world, 'tick; A done; tick; B done')
  given(world)
    .when('tick', {})
    .then(['run.ended', { outcome: 'complete' }])
})

it('ends a run: stuck on what failed, whether all is over or steps still wait for it', () => {
  const world = running('A B')
  world.tick()
  world.done('A')
  world.fail('B', 'defect')
  given(world)
    .when('tick', {})
    .then(['run.ended', { outcome: 'stuck', why: /B failed/ }])
  const waits = running('A B<A C<B')
  waits.tick()
  waits.fail('A', 'defect')
  given(waits)
    .when('tick', {})
    .then(['run.ended', { outcome: 'stuck', why: /2 steps wait: A failed/ }])
})

it('ends a run: stuck on a plan whose order and edges contradict each other, as earlier versions took them in, and names them', () => {
  const world = running('A B', { policy: 'document' })
  world.tell(fact('step.changed', 'i', { step: 'i/A', spec: spec('A<B', 0) }))
  given(world)
    .when('tick', {})
    .then(['run.ended', { outcome: 'stuck', why: /A waits for B waiting/ }])
})

it('ends a run: drained, but only when what runs has come to rest', () => {
  const world = running('A B<A')
  world.tick()
  world.ask('run.drain', { item: 'i', why: '' })
  given(world).when('tick', {}).then()
  play(world, 'A began; A ended')
  given(world).when('tick', {}).then()
  play(world, 'A checked; A landed')
  given(world)
    .when('tick', {})
    .then(['run.ended', { outcome: 'drained' }])
})

it('does not end while a person, a clock or a blocker can still move it on', () => {
  const gated = running('A!review B<A')
  play(gated, 'tick; A began; A ended; A checked')
  expect(gated.tick()).toEqual([])
  expect(outcome(gated)).toBeUndefined()
  const sleeping = running('A')
  sleeping.tick()
  sleeping.fail('A', 'quota', sleeping.now + 60_000)
  expect(sleeping.tick()).toEqual([])
  expect(outcome(sleeping)).toBeUndefined()
  sleeping.now += 60_000
  expect(sleeping.tick()).toEqual(['A'])
  const blocked = running('A')
  blocked.ask('blocker.raise', { on: 'i', kind: 'supply', owner: 'eve', notes: 'no key' })
  expect(blocked.tick()).toEqual([])
  expect(outcome(blocked)).toBeUndefined()
})

it('ends a paused run that has nothing left, and leaves any other paused run alone', () => {
  const world = running('A B<A')
  world.tick()
  play(world, 'A began; A ended; A checked; A ordered')
  world.ask('run.pause', { item: 'i', why: '' })
  world.settle('A')
  given(world).when('tick', {}).then()
  world.ask('step.skip', { step: 'i/B', why: 'not needed' })
  given(world)
    .when('tick', {})
    .then(['run.ended', { outcome: 'complete' }])
})
