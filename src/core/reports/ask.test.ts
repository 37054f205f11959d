// What an agent asks while it works holds nothing but the answer.
import { expect, it } from 'vitest'
import { given, play, running } from '../testing.ts'

const question = { about: 'question', asks: 'Tea or coffee?', options: ['tea', 'coffee'] } as const

it('opens a gate, lets the work go on, and takes an answer', () => {
  const world = running('A')
  world.tick()
  const asked = { attempt: 'i/A/1', ...question }
  given(world)
    .when('attempt.ask', asked)
    .then(['gate.opened', { kind: 'question', step: 'i/A', attempt: 'i/A/1', options: ['tea', 'coffee'] }])
  expect(world.phases()).toEqual({ A: 'running' })
  const [gate] = [...world.state.gates.values()]
  world.ask('gate.answer', { gate: gate?.id ?? '', answer: 'tea', reasons: [] })
  expect(world.phases()).toEqual({ A: 'running' })
  expect(gate).toMatchObject({ phase: 'answered', reviews: [{ answer: 'tea' }] })
  play(world, 'A done')
})

it('takes any words where there is nothing to choose from, and no reason for a no', () => {
  const world = running('A')
  world.tick()
  world.ask('attempt.ask', { attempt: 'i/A/1', about: 'question', asks: 'Which colour?', options: [] })
  const [gate] = [...world.state.gates.values()]
  given(world)
    .when('gate.answer', { gate: gate?.id ?? '', answer: 'reject', reasons: [] })
    .then('gate.answered')
})

it('is moot when its attempt ends, however it ends', () => {
  for (const end of ['A ended', 'A crashed']) {
    const world = running('A')
    play(world, 'tick; A began')
    world.ask('attempt.ask', { attempt: 'i/A/1', ...question })
    play(world, end)
    expect([...world.state.gates.values()].map(({ phase }) => phase)).toEqual(['moot'])
  }
})

it('is refused of an attempt that is over or was never there, and after twenty', () => {
  const world = running('A')
  given(world)
    .when('attempt.ask', { attempt: 'i/A/1', ...question })
    .refused('conflict', /has ended/)
  world.tick()
  for (let times = 0; times < 20; times++) world.ask('attempt.ask', { attempt: 'i/A/1', ...question })
  given(world)
    .when('attempt.ask', { attempt: 'i/A/1', ...question })
    .refused('conflict', /20 of its questions/)
})
