import { expect, it } from 'vitest'
import { duties } from '../duties.ts'
import { given, green, play, running, type World } from '../testing.ts'
import type { Wishes } from '../wishes.ts'

const landing = (key: string, changes: Partial<Wishes['landing.order']> = {}): Wishes['landing.order'] => ({
  attempt: `i/${key}/1`,
  expected: 'tip',
  commit: `landed-i/${key}/1`,
  ...changes,
})

const owed = (world: World) => {
  const item = world.state.items.get('i')
  return item === undefined
    ? []
    : duties(world.state, item)
        .map((duty) => duty.key)
        .sort()
}

/** B ended before A, and only B has been checked: it is first in the lane. */
function both() {
  const world = running('A B C')
  play(world, 'tick; B began; B ended; A began; A ended; B checked')
  return world
}

it('lands in the order of the lane, on the known tip, and only what was checked as exactly this commit', () => {
  const world = both()
  given(world)
    .when('landing.order', landing('A'))
    .refused('conflict', /not its turn/)
  given(world)
    .when('landing.order', landing('C'))
    .refused('conflict', /not its turn/)
  given(world)
    .when('landing.order', landing('X'))
    .refused('conflict', /no such attempt/)
  given(world)
    .when('landing.order', landing('B', { expected: 'else' }))
    .refused('conflict', /moved since/)
  given(world)
    .when('landing.order', landing('B', { commit: 'else' }))
    .refused('conflict', /very commit/)
  given(world)
    .when('landing.order', landing('B'))
    .then([
      'landing.ordered',
      { ref: 'refs/heads/baton/i', expected: 'tip', commit: 'landed-i/B/1', tree: 'merged-i/B/1' },
    ])
  given(world)
    .when('landing.order', landing('B'))
    .refused('conflict', /i\/B\/1 is landing/)
  given(world)
    .when('landing.settle', { attempt: 'i/A/1' })
    .refused('conflict', /not ordered/)
  given(world)
    .when('landing.settle', { attempt: 'i/B/1' })
    .then(['landing.done', { commit: 'landed-i/B/1' }])
  given(world)
    .when('landing.settle', { attempt: 'i/B/1' })
    .refused('conflict', /already settled/)
  expect(world.tip()).toBe('landed-i/B/1')
  expect(world.step('B')).toMatchObject({ phase: 'done', attempts: [{ landed: 'landed-i/B/1' }] })
  const second = landing('A', { expected: 'landed-i/B/1' })
  given(world)
    .when('landing.order', second)
    .refused('conflict', /very commit/)
  world.check('A')
  given(world)
    .when('landing.order', landing('A'))
    .refused('conflict', /moved since/)
  given(world).when('landing.order', second).then('landing.ordered')
})

it('judges only the first in the lane, on the tip as it is', () => {
  const world = both()
  const said = { commit: 'c', tree: 't', verdicts: [green] }
  given(world)
    .when('attempt.check', { attempt: 'i/A/1', tip: 'tip', ...said })
    .refused('conflict', /not its turn/)
  play(world, 'B landed')
  given(world)
    .when('attempt.check', { attempt: 'i/A/1', tip: 'tip', ...said })
    .refused('conflict', /moved since/)
  given(world)
    .when('attempt.check', { attempt: 'i/A/1', tip: world.tip(), ...said })
    .then('attempt.checked')
})

it('lands nothing whose last check was red', () => {
  const world = running('A!review')
  play(world, 'tick; A began; A ended; A checked')
  const gate = [...world.state.gates.keys()][0] ?? ''
  world.ask('gate.answer', { gate, answer: 'approve', reasons: [] })
  play(world, 'A red')
  given(world)
    .when('landing.order', landing('A'))
    .refused('conflict', /not its turn/)
})

it('says once what holds a landing, keeps it ordered, and tries again', () => {
  const world = both()
  world.order('B')
  const held = { attempt: 'i/B/1', kind: 'held', why: 'b.ts has changes', paths: ['b.ts'] } as const
  given(world).when('landing.refuse', held).then('landing.refused')
  given(world).when('landing.refuse', held).then()
  expect(owed(world)).toContain('move i/B/1')
  world.settle('B')
  expect(world.phases()).toMatchObject({ B: 'done' })
})

it('refuses a refusal out of turn, or of nothing', () => {
  const world = both()
  const no = { kind: 'conflict', why: '', paths: [] } as const
  given(world)
    .when('landing.refuse', { attempt: 'i/A/1', ...no })
    .refused('conflict', /not its turn/)
  given(world)
    .when('landing.refuse', { attempt: 'i/X/1', ...no })
    .refused('conflict', /no such attempt/)
})

it('finds a conflict already while checking', () => {
  const world = running('A')
  play(world, 'tick; A began; A ended')
  given(world)
    .when('landing.refuse', { attempt: 'i/A/1', kind: 'conflict', why: '', paths: ['a'] })
    .then('landing.refused', ['gate.opened', { kind: 'conflict' }])
  expect(world.phases()).toEqual({ A: 'gated' })
})

it('asks about work that cannot land for another reason than a path with that reason', () => {
  const world = running('A')
  play(world, 'tick; A began; A ended')
  const asks = 'A cannot land: its base is gone. Try again on the new base?'
  given(world)
    .when('landing.refuse', { attempt: 'i/A/1', kind: 'conflict', why: 'its base is gone', paths: [] })
    .then('landing.refused', ['gate.opened', { asks }])
})

it('owes one landing at a time; none while paused or asked about; what is ordered always', () => {
  const world = both()
  const rest = ['rehearse i/A/1 after i/B/1', 'work i/C/1']
  expect(owed(world)).toEqual(['land i/B/1', ...rest])
  world.ask('run.pause', { item: 'i', why: '' })
  expect(owed(world)).toEqual(rest)
  world.order('B')
  expect(owed(world)).toEqual(['move i/B/1', ...rest])
  world.settle('B')
  expect(owed(world)).toEqual(['verify i/A/1', 'work i/C/1'])
  world.check('A')
  expect(owed(world)).toEqual(['work i/C/1'])
  world.ask('run.resume', { item: 'i', why: '' })
  expect(owed(world)).toEqual(['land i/A/1', 'work i/C/1'])
})

it('asks once about a branch that somebody moved, and does not look again until that is answered and the run goes on', () => {
  const world = both()
  const moved = { attempt: 'i/B/1', kind: 'foreign', why: 'It moved.', paths: [] } as const
  given(world).when('landing.refuse', moved).then('landing.refused', 'gate.opened')
  given(world).when('landing.refuse', moved).then()
  const rest = ['rehearse i/A/1 after i/B/1', 'work i/C/1']
  expect(owed(world)).toEqual(rest)
  const gate = [...world.state.gates.keys()][0] ?? ''
  world.ask('gate.answer', { gate, answer: 'stop', reasons: [] })
  expect(owed(world)).toEqual(rest)
  world.ask('run.resume', { item: 'i', why: '' })
  expect(owed(world)).toEqual(['land i/B/1', ...rest])
})

it('owes after a restart: settle what ran, check what ended, land, and move what was ordered', () => {
  const world = running('A B C D')
  play(world, 'tick; C began; C ended; B began; B ended; D began; D ended; C checked')
  world.ask('house.open', { pid: 2, version: '0', host: 'here' })
  const rest = ['rehearse i/B/1 after i/C/1', 'rehearse i/D/1 after i/B/1', 'settle i/A/1']
  expect(owed(world)).toEqual(['land i/C/1', ...rest])
  world.order('C')
  expect(owed(world)).toEqual(['move i/C/1', ...rest])
})

it('owes an integration until it is done', () => {
  const world = running('A')
  play(world, 'tick; A done; tick')
  expect(owed(world)).toEqual([])
  world.ask('item.integrate', { item: 'i', force: false })
  const gate = [...world.state.gates.keys()].at(-1) ?? ''
  world.ask('gate.answer', { gate, answer: 'approve', reasons: [] })
  expect(owed(world)).toEqual(['integrate i'])
  world.ask('integration.order', { item: 'i', expected: 'e', commit: 'c', of: world.tip() })
  expect(owed(world)).toEqual(['move i'])
})

it('adopts a branch, unless a landing is under way', () => {
  const world = both()
  given(world)
    .when('branch.adopt', { item: 'x', commit: 'c', why: '' })
    .refused('not-found', /no plan/)
  given(world).when('branch.adopt', { item: 'i', commit: 'tip', why: '' }).then()
  world.order('B')
  given(world)
    .when('branch.adopt', { item: 'i', commit: 'c', why: '' })
    .refused('conflict', /landing is under way/)
  world.settle('B')
  given(world)
    .when('branch.adopt', { item: 'i', commit: 'c', why: '' })
    .then(['branch.adopted', { from: 'landed-i/B/1' }])
})

it('discards a clone when its work has landed, or a person named it', () => {
  const world = both()
  const discard = (key: string, named: boolean) =>
    given(world).when('clone.discard', { attempt: `i/${key}/1`, why: 'room', named })
  discard('X', false).refused('not-found', /no such attempt/)
  discard('C', true).then()
  discard('A', false).refused('policy', /not landed/)
  discard('A', true).then(['clone.discarded', { by: 'ada' }])
  discard('A', true).then()
  play(world, 'B landed')
  discard('B', false).then('clone.discarded')
})
