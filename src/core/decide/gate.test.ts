import { expect, it } from 'vitest'
import { asked, given, itemOf, planOf, play, running, trusted, type World } from '../testing.ts'

const openGate = (world: World) => [...world.state.gates.values()].find((gate) => gate.phase === 'open')?.id ?? ''
const answer = (world: World, said: string, reentry?: string) =>
  given(world).when('gate.answer', {
    gate: openGate(world),
    answer: said,
    reasons: ['it is so'],
    ...(reentry === undefined ? {} : { reentry }),
  })

function gated(steps = 'A B<A C!review<B', item = {}, run = {}) {
  const world = running(steps, item, run)
  play(world, 'tick; A done; tick; B done; tick; C began; C ended; C checked')
  return world
}

it('lands what is approved, with who signed and when', () => {
  const world = gated()
  answer(world, 'approve').then(['gate.answered', { review: { by: 'ada', at: world.now, reasons: ['it is so'] } }])
  expect(world.phases()).toMatchObject({ C: 'verifying' })
  play(world, 'C checked; C landed')
  expect(world.phases()).toMatchObject({ C: 'done' })
})

it('refuses an answer that no question takes', () => {
  const world = gated()
  const gate = openGate(world)
  const say = (said: string, reasons: string[] = []) =>
    given(world).when('gate.answer', { gate, answer: said, reasons })
  say('maybe').refused('invalid', /approve, reject/)
  say('reject').refused('invalid', /needs a reason/)
  given(world)
    .when('gate.answer', { gate: 'gate-0', answer: 'approve', reasons: [] })
    .refused('not-found', /no such gate/)
  say('approve').then('gate.answered')
  say('approve').refused('conflict', /already answered/)
  expect(world.state.gates.get(gate)?.reviews).toHaveLength(1)
})

it('004, scenario 6: rejects to a named earlier step, which is done again, counted, and checked again', () => {
  const world = gated()
  answer(world, 'reject', 'A').then(
    'gate.answered',
    ['step.reworked', { step: 'i/A', why: 'it is so', by: 'ada' }],
    ['step.reworked', { step: 'i/C' }],
  )
  expect(world.phases()).toEqual({ A: 'waiting', B: 'done', C: 'waiting' })
  expect(world.tick()).toEqual(['A'])
  expect(world.step('A')).toMatchObject({ reworks: 1, tries: 0 })
  world.done('A')
  expect(world.tick()).toEqual(['C'])
  play(world, 'C began; C ended; C checked')
  expect(world.phases()).toMatchObject({ C: 'gated' })
  expect(world.step('A').attempts).toHaveLength(2)
})

it('004, scenario 6: sends a release back to a named step, counted, and asks anew when that has landed', () => {
  const world = running('A B<A')
  play(world, 'tick; A done; tick; B done')
  world.tick()
  world.ask('item.integrate', { item: 'i', force: false })
  answer(world, 'reject', 'C').refused('not-found', /re-entry step C: i has no such step/)
  answer(world, 'reject', 'i/A').then('gate.answered', ['step.reworked', { step: 'i/A', why: 'it is so', by: 'ada' }])
  expect(world.phases()).toEqual({ A: 'waiting', B: 'done' })
  given(world).when('item.integrate', { item: 'i', force: false }).refused('conflict', /A/)
  world.ask('run.start', asked)
  expect(world.tick()).toEqual(['A'])
  expect(world.step('A')).toMatchObject({ reworks: 1 })
  world.done('A').tick()
  given(world)
    .when('item.integrate', { item: 'i', force: false })
    .then(['gate.opened', { kind: 'release' }])
})

it('leaves an item as it stands when its release is rejected and no step is named', () => {
  const world = running('A')
  play(world, 'tick; A done')
  world.tick()
  world.ask('item.integrate', { item: 'i', force: false })
  answer(world, 'reject').then('gate.answered')
  expect(world.phases()).toEqual({ A: 'done' })
})

it('joins on a reworked step under document order too', () => {
  const world = gated('A B C!review D', { policy: 'document' })
  answer(world, 'reject', 'i/B').then('gate.answered', 'step.reworked', 'step.reworked')
  expect(world.tick()).toEqual(['B'])
  world.done('B')
  expect(world.tick()).toEqual(['C'])
})

it('rejects to itself when no step is named', () => {
  const world = gated()
  answer(world, 'reject').then('gate.answered', ['step.reworked', { step: 'i/C' }])
  expect(world.tick()).toEqual(['C'])
})

it('brings a step into the run that it did not ask for', () => {
  const world = running('A B C!review<A,B')
  play(world, 'tick; A done; B done; tick; C began; C ended')
  world.ask('run.cancel', { item: 'i', why: '' })
  world.ask('run.start', { item: 'i', parallel: 5, include: ['C'], exclude: [], force: false })
  world.check('C')
  answer(world, 'reject', 'A').then('gate.answered', 'step.reworked', 'step.reworked')
  expect(world.state.items.get('i')?.open).toBe(2)
  expect(world.tick()).toEqual(['A'])
})

it('refuses a re-entry step that is not there, not earlier, or at work', () => {
  const world = gated('A B<A C!review<B D E*')
  answer(world, 'reject', 'X').refused('not-found', /no such step/)
  answer(world, 'reject', 'D').refused('invalid', /not an earlier step/)
  const busy = running('A!x B C!x')
  play(busy, 'tick; C began; C ended; C checked')
  answer(busy, 'reject', 'A').refused('invalid', /not an earlier step that is over \(running\)/)
  expect(gatesOpen(world)).toBe(1)
})

it('never makes two steps wait for each other by sending work back', () => {
  const world = running('A<C B C!x', {}, {})
  play(world, 'tick; B done; C began; C ended; C checked')
  answer(world, 'reject', 'A').refused('invalid', /that is over \(waiting\)/)
  answer(world, 'approve').then('gate.answered')
  play(world, 'C checked; C landed; tick; A done')
  world.tell({ type: 'step.reworked', stream: 'i', data: { step: 'i/C', why: '', by: 'ada' } })
  play(world, 'tick; C began; C ended; C checked')
  answer(world, 'reject', 'A').refused('invalid', /that is over/)
})

const gatesOpen = (world: World) => [...world.state.gates.values()].filter((gate) => gate.phase === 'open').length

it('asks about a conflict: again on the new base, uncounted, or dropped', () => {
  const conflict = () => {
    const world = running('A')
    play(world, 'tick; A began; A ended; A checked')
    given(world)
      .when('landing.refuse', { attempt: 'i/A/1', kind: 'conflict', why: 'both', paths: ['a.ts'], shows: 'blob' })
      .then('landing.refused', ['gate.opened', { kind: 'conflict', options: ['again', 'drop'], shows: 'blob' }])
    return world
  }
  const again = conflict()
  answer(again, 'again').then('gate.answered', ['step.requeued', { reason: 'conflict', counted: false }])
  expect(again.tick()).toEqual(['A'])
  const drop = conflict()
  answer(drop, 'drop').then('gate.answered', ['step.cancelled', { why: 'it is so' }])
  expect(drop.phases()).toEqual({ A: 'cancelled' })
})

it('asks about a branch that somebody else moved: adopt it, or stop', () => {
  const moved = () => {
    const world = running('A B')
    play(world, 'tick; A began; A ended; A checked')
    given(world)
      .when('landing.refuse', { attempt: 'i/A/1', kind: 'foreign', why: 'It moved.', paths: [], shows: 'theirs' })
      .then('landing.refused', ['gate.opened', { kind: 'foreign', shows: 'theirs' }])
    expect(() => world.order('A')).toThrow(/question about the whole item/)
    return world
  }
  const adopt = moved()
  answer(adopt, 'adopt').then('gate.answered', ['branch.adopted', { from: 'tip', commit: 'theirs' }])
  expect(adopt.tip()).toBe('theirs')
  play(adopt, 'A checked; A landed')
  expect(adopt.phases()).toMatchObject({ A: 'done' })
  const stop = moved()
  answer(stop, 'stop').then('gate.answered', 'run.paused')
  expect(stop.tip()).toBe('tip')
})

it('does again what had landed and is not on the branch that is adopted, unless a person lets it count', () => {
  const rewritten = () => {
    const world = running('A B C<A,B')
    play(world, 'tick; A began; A ended; A checked; A landed; B began; B ended; B checked')
    given(world)
      .when('landing.refuse', {
        attempt: 'i/B/1',
        kind: 'foreign',
        why: 'It moved.',
        paths: [],
        shows: 'theirs',
        dropped: ['i/A/1'],
      })
      .then('landing.refused', ['gate.opened', { asks: /A had landed and would be done again/, drops: ['i/A/1'] }])
    return world
  }
  const adopt = rewritten()
  answer(adopt, 'adopt').then(
    'gate.answered',
    ['branch.adopted', { commit: 'theirs' }],
    [
      'step.requeued',
      { step: 'i/A', reason: 'dropped', why: /is not on baton\/i any more, which was moved to theirs/, counted: false },
    ],
  )
  expect(adopt.phases()).toMatchObject({ A: 'waiting', B: 'verifying', C: 'waiting' })
  expect(adopt.tick()).toEqual(['A'])
  const keep = rewritten()
  answer(keep, 'keep').then('gate.answered', ['branch.adopted', { commit: 'theirs' }])
  expect(keep.phases()).toMatchObject({ A: 'done' })
})

it('does again what had landed under another id, for the plan calls it otherwise now', () => {
  const said = new Map([
    ['A', 'write the first page'],
    ['B', 'paint the second wall'],
    ['C', 'sweep all floors'],
  ])
  const called = (key: string): string => (key === 'A' ? 'B' : key === 'B' ? 'A' : key)
  const plan = (name: (key: string) => string) =>
    planOf(
      itemOf(itemOf('A B C').steps.map((step) => ({ ...step, key: name(step.key), title: said.get(step.key) ?? '' }))),
    )
  const world = trusted()
  world.ask(
    'plan.import',
    plan((key) => key),
  )
  world.ask('run.start', asked)
  play(world, 'tick; A began; A ended; A checked; A landed; B began; B crashed')
  world.ask('plan.import', plan(called))
  expect(world.phases()).toMatchObject({ A: 'waiting', B: 'done' })
  play(world, 'C began; C ended; C checked')
  const refused = { attempt: 'i/C/1', kind: 'foreign', why: 'It moved.', paths: [] } as const
  given(world)
    .when('landing.refuse', { ...refused, shows: 'theirs', dropped: ['i/A/1'] })
    .then('landing.refused', ['gate.opened', { asks: /B had landed and would be done again/ }])
  answer(world, 'adopt').then('gate.answered', 'branch.adopted', ['step.requeued', { step: 'i/B', reason: 'dropped' }])
})

it('does again what landed on the very tip that is left behind, although nobody looked for it there', () => {
  const world = running('A B')
  play(world, 'tick; A began; A ended; A checked; A landed; B began; B ended; B checked')
  world.ask('landing.refuse', { attempt: 'i/B/1', kind: 'foreign', why: 'It moved.', paths: [], shows: 'theirs' })
  answer(world, 'adopt').then('gate.answered', 'branch.adopted', ['step.requeued', { step: 'i/A' }])
})

it('does not wake a run that has ended', () => {
  const world = running('A B')
  play(world, 'tick; A began; A ended; A checked')
  world.ask('run.cancel', { item: 'i', why: '' })
  world.ask('landing.refuse', { attempt: 'i/A/1', kind: 'foreign', why: 'It moved.', paths: [] })
  answer(world, 'stop').then('gate.answered')
  expect([...world.state.runs.values()][0]).toMatchObject({ phase: 'ended' })
})

it('adopts nothing when it was not told what', () => {
  const world = running('A')
  play(world, 'tick; A began; A ended; A checked')
  world.ask('landing.refuse', { attempt: 'i/A/1', kind: 'foreign', why: 'It moved.', paths: [] })
  answer(world, 'adopt').then('gate.answered', ['branch.adopted', { commit: 'tip' }])
})

it('raises and clears blockers on an item or a step, and keeps them', () => {
  const world = running('A B')
  const words = { kind: 'supply', owner: 'eve', notes: 'no key yet' }
  for (const on of ['x', 'i/X', '', '/', 'x/A']) {
    given(world)
      .when('blocker.raise', { on, ...words })
      .refused('not-found', /no open plan/)
  }
  given(world)
    .when('blocker.raise', { on: 'i/A', ...words })
    .then(['blocker.raised', { item: 'i', step: 'i/A', owner: 'eve' }])
  expect(world.tick()).toEqual(['B'])
  const id = [...world.state.blockers.keys()][0] ?? ''
  given(world)
    .when('blocker.clear', { blocker: 'x', notes: '' })
    .refused('not-found', /no such blocker/)
  given(world)
    .when('blocker.clear', { blocker: id, notes: 'here it is' })
    .then(['blocker.cleared', { by: 'ada' }])
  given(world)
    .when('blocker.clear', { blocker: id, notes: '' })
    .refused('conflict', /already cleared/)
  expect(world.tick()).toEqual(['A'])
  expect(world.state.blockers.get(id)).toMatchObject({ startAt: world.now, endAt: world.now })
})

it('starts nothing of an item that is blocked, and starts it when the last blocker is cleared', () => {
  const world = running('A')
  world.ask('blocker.raise', { on: 'i', kind: 'a', owner: 'eve', notes: '' })
  world.ask('blocker.raise', { on: 'i', kind: 'b', owner: 'eve', notes: '' })
  const [first = '', second = ''] = [...world.state.blockers.keys()]
  expect(world.tick()).toEqual([])
  world.ask('blocker.clear', { blocker: first, notes: '' })
  expect(world.tick()).toEqual([])
  world.ask('blocker.clear', { blocker: second, notes: '' })
  expect(world.tick()).toEqual(['A'])
})
