import { expect, it } from 'vitest'
import { asked, given, itemOf, planOf, play, policy, running, trusted, World } from '../testing.ts'

function planned(steps: string) {
  const world = trusted()
  world.ask('plan.import', planOf(itemOf(steps)))
  return world
}

it('starts a run of everything, or of what is included and not excluded', () => {
  given(planned('A B<A'))
    .when('run.start', asked)
    .then(['run.started', { selection: [], policy: 'graph', by: 'ada' }])
  given(planned('A B C'))
    .when('run.start', { ...asked, include: ['A', 'B'], exclude: ['B'] })
    .then(['run.started', { selection: ['A'] }])
  given(planned('A@Setup B@Polish'))
    .when('run.start', { ...asked, phase: 'setup' })
    .then(['run.started', { selection: ['A'] }])
})

it('selects a phase by its beginning, at the end of a word', () => {
  const steps = itemOf('A B').steps.map((step, at) => ({
    ...step,
    group: ['Phase 1: Setup', 'Phase 10: Polish'][at] ?? '',
  }))
  const world = trusted()
  world.ask('plan.import', planOf(itemOf(steps)))
  given(world)
    .when('run.start', { ...asked, phase: 'Phase 1' })
    .then(['run.started', { selection: ['A'] }])
})

it('refuses a run that cannot be', () => {
  given(trusted())
    .when('run.start', asked)
    .refused('not-found', /no plan/)
  const world = given(planned('A B<A'))
  for (const parallel of [0, -1, 1.5, 1025, Number.NaN]) {
    world.when('run.start', { ...asked, parallel }).refused('invalid', /1 to 1024/)
  }
  world.when('run.start', { ...asked, agent: 'nobody' }).refused('not-found', /alpha, beta/)
  world.when('run.start', { ...asked, include: ['X'] }).refused('not-found', /X/)
  world.when('run.start', { ...asked, exclude: ['X'] }).refused('not-found', /X/)
  world.when('run.start', { ...asked, phase: 'X' }).refused('not-found', /phase "X"/)
  world.when('run.start', { ...asked, exclude: ['A', 'B'] }).refused('invalid', /no step/)
  world.when('run.start', { ...asked, include: ['B'] }).refused('conflict', /B depends on A/)
})

it('refuses a run where nobody chose an isolation or trusted the configuration', () => {
  const world = new World()
  world.ask('workspace.open', { path: '/w', baseBranch: 'main' })
  world.ask('plan.import', planOf(itemOf('A')))
  given(world)
    .when('run.start', asked)
    .refused('policy', /isolated/)
  world.ask('workspace.isolate', { path: '/w', isolation: 'none', clones: 'folder', why: '' })
  given(world)
    .when('run.start', asked)
    .refused('policy', /trusted/)
  world.ask('workspace.trust', { path: '/w', digest: 'd', policy: policy() })
  given(world).when('run.start', asked).then('run.started')
})

it('does not miss a predecessor that the plan took out', () => {
  const world = planned('A B<A')
  world.ask('plan.import', planOf(itemOf('B<A')))
  given(world)
    .when('run.start', { ...asked, include: ['B'] })
    .then('run.started')
  expect(world.tick()).toEqual(['B'])
})

it('runs one run of an item at a time', () => {
  const world = running('A')
  given(world)
    .when('run.start', asked)
    .refused('conflict', /still active/)
  world.ask('run.pause', { item: 'i', why: '' })
  given(world)
    .when('run.start', asked)
    .refused('conflict', /still paused/)
})

it('does what is ticked again only when it is forced', () => {
  const world = running('A+ B<A', {}, { force: false })
  expect(world.tick()).toEqual(['B'])
  expect(running('A+ B<A', {}, { force: true }).tick()).toEqual(['A'])
  const one = running('A+ B+ C', {}, { force: true, include: ['A'] })
  expect(one.tick()).toEqual(['A'])
  expect(one.step('B').phase).toBe('skipped')
})

it('pauses, goes on and drains', () => {
  const world = running('A B<A C<B')
  const change = { item: 'i', why: 'lunch' }
  given(world)
    .when('run.resume', change)
    .refused('conflict', /active and cannot be resumed/)
  given(world).when('run.pause', change).then('run.paused')
  given(world)
    .when('run.pause', change)
    .refused('conflict', /paused/)
  expect(world.tick()).toEqual([])
  given(world).when('run.resume', change).then('run.resumed')
  expect(world.tick()).toEqual(['A'])
  given(world).when('run.drain', change).then('run.draining')
  given(world)
    .when('run.drain', change)
    .refused('conflict', /draining/)
  world.done('A')
  expect(world.tick()).toEqual([])
  expect(world.state.runs.get(world.state.items.get('i')?.run ?? '')).toMatchObject({
    phase: 'ended',
    outcome: 'drained',
  })
  for (const type of ['run.pause', 'run.resume', 'run.drain'] as const) {
    given(world).when(type, change).refused('conflict', /ended/)
    given(trusted())
      .when(type, change)
      .refused('not-found', /no plan/)
  }
})

it('cancels: what runs is stopped and given back, what is checked still lands', () => {
  const world = running('A B C<A')
  world.tick()
  play(world, 'A began; B began; B ended')
  const cancel = { item: 'i', why: 'enough' }
  given(world)
    .when('run.cancel', cancel)
    .then(
      ['attempt.ended', { attempt: 'i/A/1', outcome: { kind: 'stopped', reason: 'cancelled' } }],
      ['claim.released', { attempt: 'i/A/1' }],
      ['step.requeued', { step: 'i/A', counted: false }],
      ['run.ended', { outcome: 'cancelled', why: 'ada: enough' }],
    )
  expect(world.state).toMatchObject({ running: 0 })
  expect(world.state.seats.size).toBe(0)
  expect(world.tick()).toEqual([])
  play(world, 'B checked; B landed')
  expect(world.phases()).toEqual({ A: 'waiting', B: 'done', C: 'waiting' })
  given(world)
    .when('run.cancel', cancel)
    .refused('conflict', /nothing is running/)
  given(trusted())
    .when('run.cancel', cancel)
    .refused('not-found', /no plan/)
})

it('integrates behind a gate, then closes the item', () => {
  const world = running('A')
  given(world)
    .when('item.integrate', { item: 'x', force: false })
    .refused('not-found', /no plan/)
  given(world)
    .when('item.integrate', { item: 'i', force: false })
    .refused('conflict', /1 steps are not done/)
  world.tick()
  world.done('A').tick()
  given(world)
    .when('item.integrate', { item: 'i', force: false })
    .then(['gate.opened', { kind: 'release' }])
  given(world).when('item.integrate', { item: 'i', force: false }).then()
  const gate = [...world.state.gates.keys()].at(-1) ?? ''
  given(world)
    .when('integration.order', { item: 'i', expected: 'e', commit: 'c', of: world.tip() })
    .refused('conflict', /no release gate was approved/)
  world.ask('gate.answer', { gate, answer: 'approve', reasons: [] })
  given(world).when('item.integrate', { item: 'i', force: false }).then()
  given(world)
    .when('run.start', asked)
    .refused('conflict', /being integrated/)
  given(world)
    .when('branch.adopt', { item: 'i', commit: 'x', why: '' })
    .refused('conflict', /integration is under way/)
  given(world)
    .when('integration.order', { item: 'i', expected: 'e', commit: 'c', of: 'old' })
    .refused('conflict', /moved since/)
  given(world)
    .when('integration.settle', { item: 'i' })
    .refused('conflict', /no integration/)
  given(world)
    .when('integration.order', { item: 'i', expected: 'e', commit: 'c', of: world.tip() })
    .then(['integration.ordered', { ref: 'refs/heads/main', by: 'ada' }])
  given(world)
    .when('integration.order', { item: 'i', expected: 'e', commit: 'c', of: world.tip() })
    .refused('conflict', /already ordered/)
  given(world)
    .when('integration.settle', { item: 'i' })
    .then(['integration.done', { commit: 'c' }], 'item.closed')
  expect(world.state.items.size + world.state.gates.size + world.state.runs.size).toBe(0)
  expect(world.state.closed.get('i')).toMatchObject({ steps: 1, done: 1 })
})

it('needs no gate where trusted configuration says so, and can be refused and asked for again', () => {
  const world = running('A')
  world.tick()
  world.done('A').tick()
  world.ask('workspace.trust', { path: '/w', digest: 'open', policy: policy({ releaseGate: false }) })
  given(world)
    .when('item.integrate', { item: 'i', force: false })
    .then('gate.opened', ['gate.answered', { review: { answer: 'approve', by: 'ada' } }])
  given(world)
    .when('integration.refuse', { item: 'i', kind: 'conflict', why: 'main moved' })
    .then('integration.refused')
  given(world)
    .when('integration.refuse', { item: 'i', kind: 'conflict', why: 'main moved' })
    .refused('conflict', /no integration/)
  given(world).when('item.integrate', { item: 'i', force: false }).then('gate.opened', 'gate.answered')
})

it('does not integrate under a live run, work in flight, or an empty branch', () => {
  const empty = running('A+')
  empty.tick()
  given(empty)
    .when('item.integrate', { item: 'i', force: false })
    .refused('invalid', /nothing has landed/)
  const world = running('A B<A')
  world.tick()
  world.done('A').tick()
  given(world)
    .when('item.integrate', { item: 'i', force: true })
    .refused('conflict', /still active/)
  play(world, 'B began; B ended')
  world.ask('run.cancel', { item: 'i', why: '' })
  given(world)
    .when('item.integrate', { item: 'i', force: true })
    .refused('conflict', /in flight/)
  play(world, 'B red')
  given(world).when('item.integrate', { item: 'i', force: true }).then('gate.opened')
})

it('asks again when the branch moves between the question and the merge', () => {
  const world = running('A B<A')
  world.tick()
  world.done('A')
  world.tick()
  world.ask('run.cancel', { item: 'i', why: '' })
  world.ask('item.integrate', { item: 'i', force: true })
  given(world)
    .when('run.start', asked)
    .then('gate.mooted', ['run.started', { run: /^run-\d+$/ }])
  expect(world.state.runs.has(world.state.items.get('i')?.run ?? '')).toBe(true)
  world.ask('run.cancel', { item: 'i', why: '' })
  world.ask('item.integrate', { item: 'i', force: true })
  given(world)
    .when('branch.adopt', { item: 'i', commit: 'theirs', why: '' })
    .then('gate.mooted', ['branch.adopted', { commit: 'theirs' }])
})
