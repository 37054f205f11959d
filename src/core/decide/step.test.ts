import { expect, it } from 'vitest'
import { asked, given, play, running } from '../testing.ts'

const why = 'because'

it('retries what failed, with its tries back and another agent if one is named', () => {
  const world = running('A B<A')
  world.tick()
  world.fail('A', 'defect')
  given(world)
    .when('step.retry', { step: 'i/A', why, agent: 'nobody' })
    .refused('not-found', /agent nobody/)
  given(world)
    .when('step.retry', { step: 'i/A', why, agent: 'beta' })
    .then(['step.requeued', { reason: 'asked', fresh: true, counted: false, notBefore: 0, why: 'ada: because' }])
  given(world)
    .when('tick', {})
    .then('decision.made', ['claim.granted', { agent: 'beta' }], 'attempt.started')
})

it('forgets old failures on a retry, so that the next one does not weigh them', () => {
  const world = running('A')
  world.tick()
  for (let time = 0; time < 22; time++) {
    world.fail('A', 'overloaded')
    world.now += 300_000
    world.tick()
  }
  world.fail('A', 'overloaded')
  expect(world.phases()).toEqual({ A: 'failed' })
  world.ask('step.retry', { step: 'i/A', why })
  expect(world.tick()).toEqual(['A'])
  const facts = world.fail('A', 'overloaded')
  expect(facts.at(-1)).toMatchObject({ type: 'step.requeued', data: { notBefore: world.now + 2000 } })
})

it('retries a step that waits for its time, at once', () => {
  const world = running('A')
  world.tick()
  world.fail('A', 'quota', world.now + 1_000_000)
  world.ask('step.retry', { step: 'i/A', why })
  expect(world.tick()).toEqual(['A'])
})

it('refuses to retry, skip or cancel what is not there, under way or over', () => {
  const world = running('A B C+')
  world.tick()
  play(world, 'A done')
  for (const type of ['step.retry', 'step.skip', 'step.cancel'] as const) {
    for (const step of ['i/X', 'x/A', 'A', '', 'i/', 'i/__proto__', '__proto__/A']) {
      given(world)
        .when(type, { step, why })
        .refused('not-found', /no plan/)
    }
    given(world)
      .when(type, { step: 'i/A', why })
      .refused('conflict', /it is (already )?done/)
    given(world)
      .when(type, { step: 'i/C', why })
      .refused('conflict', /it is (already )?skipped/)
  }
  given(world)
    .when('step.retry', { step: 'i/B', why })
    .refused('conflict', /it is running/)
  given(world)
    .when('step.skip', { step: 'i/B', why })
    .refused('conflict', /it is running/)
  world.ask('step.cancel', { step: 'i/B', why })
  given(world)
    .when('step.cancel', { step: 'i/B', why })
    .refused('conflict', /already cancelled/)
})

it('skips what waits or failed, which lets what follows start', () => {
  const world = running('A B<A C<B')
  given(world)
    .when('step.skip', { step: 'i/A', why })
    .then(['step.skipped', { by: 'ada' }])
  expect(world.tick()).toEqual(['B'])
  world.fail('B', 'defect')
  given(world).when('step.skip', { step: 'i/B', why }).then('step.skipped')
  expect(world.tick()).toEqual(['C'])
})

it('cancels what runs, with its claim, and what is gated, with its question', () => {
  const world = running('A!review B')
  world.tick()
  play(world, 'A began; A ended; A checked')
  given(world)
    .when('step.cancel', { step: 'i/A', why })
    .then('gate.mooted', ['step.cancelled', { step: 'i/A' }])
  given(world)
    .when('step.cancel', { step: 'i/B', why })
    .then(['attempt.ended', { outcome: { kind: 'stopped' } }], 'claim.released', 'step.cancelled')
  expect(world.state.running + world.state.seats.size).toBe(0)
})

it('does not cancel what is already being landed', () => {
  const world = running('A')
  world.tick()
  play(world, 'A began; A ended; A checked; A ordered')
  given(world)
    .when('step.cancel', { step: 'i/A', why })
    .refused('conflict', /landing has been ordered/)
  world.settle('A')
  expect(world.phases()).toEqual({ A: 'done' })
})

it('needs a new run after the old one has ended', () => {
  const world = running('A')
  world.tick()
  world.fail('A', 'defect')
  expect(world.tick()).toEqual([])
  world.ask('step.retry', { step: 'i/A', why })
  expect(world.tick()).toEqual([])
  world.ask('run.start', asked)
  expect(world.tick()).toEqual(['A'])
})
