import { expect, it } from 'vitest'
import { duties } from '../duties.ts'
import type { Outcome } from '../nouns/attempt.ts'
import { latest, type State } from '../state.ts'
import { asked, given, itemOf, planOf, play, running, trusted, type World } from '../testing.ts'
import { why } from '../why.ts'
import type { Wishes } from '../wishes.ts'

const claim = (step: string, more: Partial<Wishes['step.claim']> = {}): Wishes['step.claim'] => {
  return { step: `i/${step}`, executor: 'grace', ...more }
}
const complete = (attempt: string, more: Partial<Wishes['attempt.complete']> = {}): Wishes['attempt.complete'] => {
  const outcome: Outcome = { kind: 'succeeded', why: 'done by hand' }
  const work = { tree: `tree-${attempt}`, commit: `commit-${attempt}`, changed: true }
  return { attempt: `i/${attempt}`, executor: 'grace', rules: false, outcome, ...work, ...more }
}
const release = { executor: 'grace', rules: false, why: 'no time' }
const idle = (steps: string, item: Parameters<typeof itemOf>[1] = {}): World => {
  const world = trusted()
  world.ask('plan.import', planOf(itemOf(steps, item)))
  return world
}
const owed = (state: State): string[] =>
  [...state.items.values()].flatMap((item) => duties(state, item)).map((one) => one.key)

it('grants a claim by the same facts as a launch, with the claimer for an agent, with no run at all', () => {
  const world = idle('A B<A')
  given(world)
    .when('step.claim', claim('A', { displayName: 'Grace H', runId: 'ci-7' }))
    .then(
      ['claim.granted', { step: 'i/A', attempt: 'i/A/1', agent: 'grace', executor: 'outside' }],
      ['attempt.started', { number: 1, base: 'tip', outside: { displayName: 'Grace H', runId: 'ci-7' } }],
    )
  expect(world.phases()).toEqual({ A: 'running', B: 'waiting' })
  expect(latest(world.step('A'))?.fence).toBe(world.state.seq)
})

it('gives whoever has it the same again, and refuses everybody else by name, time and attempt', () => {
  const world = idle('A')
  world.ask('step.claim', claim('A'))
  given(world).when('step.claim', claim('A')).then()
  const no = given(world)
    .when('step.claim', claim('A', { executor: 'linus' }))
    .refused('conflict', /grace is at work on it: attempt i\/A\/1, since 1970-01-01 00:16 UTC/)
  expect(no.remedy).toContain('baton release i/A/1')
})

it('owes nothing, takes no seat and no slot, and outlives every epoch', () => {
  const world = running('A* B*', {}, { parallel: 1, agent: 'beta' })
  world.ask('step.claim', claim('A', { executor: 'beta' }))
  expect(owed(world.state)).toEqual([])
  expect(world.state.running + (world.state.items.get('i')?.running ?? 9) + world.state.seats.size).toBe(0)
  expect(world.tick()).toEqual(['B'])
  world.ask('house.open', { pid: 2, version: '0', host: 'here' })
  expect(owed(world.state)).toEqual(['settle i/B/1'])
  world.ask('attempt.complete', complete('A/1', { executor: 'beta' }))
  expect(world.phases()).toMatchObject({ A: 'verifying' })
  expect(world.state.seats.get('beta')).toBe(1)
})

it('never lets the scheduler take what is claimed, nor the run end while it is', () => {
  const world = running('A B<A')
  world.ask('step.claim', claim('A'))
  expect(world.tick()).toEqual([])
  expect([...world.state.runs.values()].map((run) => run.phase)).toEqual(['active'])
  world.ask('attempt.complete', complete('A/1'))
  play(world, 'A checked; A landed')
  expect(world.tick()).toEqual(['B'])
})

it('judges what was done outside by the same checks', () => {
  const world = idle('A')
  world.ask('step.claim', claim('A'))
  given(world)
    .when('attempt.complete', complete('A/1', { said: { next: 'look at the icons', links: ['https://ci/7'] } }))
    .then(
      ['attempt.ended', { attempt: 'i/A/1', commit: 'commit-A/1', said: { next: 'look at the icons' } }],
      'claim.released',
    )
  expect(owed(world.state)).toEqual(['verify i/A/1'])
  play(world, 'A red')
  expect(world.phases()).toEqual({ A: 'waiting' })
  given(world)
    .when('step.claim', claim('A'))
    .then('claim.granted', ['attempt.started', { number: 2 }])
})

it('says what a step waits for, in the words of why, where nobody could start it either', () => {
  const world = idle('A B<A C')
  given(world)
    .when('step.claim', claim('B'))
    .refused('conflict', /It waits for A \(waiting\)\./)
  world.ask('blocker.raise', { on: 'i/A', kind: 'people', owner: 'ada', notes: 'no key' })
  given(world)
    .when('step.claim', claim('A'))
    .refused('conflict', /It is blocked \(people\): no key/)
  world.ask('blocker.raise', { on: 'i', kind: 'people', owner: 'ada', notes: 'all away' })
  given(world)
    .when('step.claim', claim('C'))
    .refused('conflict', /The item is blocked/)
})

it('holds the order of the document also where no run has chosen steps', () => {
  const world = idle('A* B* C D', { policy: 'document' })
  given(world)
    .when('step.claim', claim('C'))
    .refused('conflict', /Document order: A \(waiting\), B \(waiting\) come first/)
  world.ask('step.claim', claim('B'))
  world.ask('step.skip', { step: 'i/A', why: 'by hand' })
  given(world)
    .when('step.claim', claim('C'))
    .refused('conflict', /Document order: B \(running\) comes first/)
  world.ask('attempt.complete', complete('B/1'))
  play(world, 'B checked; B landed')
  given(world)
    .when('step.claim', claim('D'))
    .refused('conflict', /C \(waiting\) comes first/)
  world.ask('step.claim', claim('C'))
})

it('holds files, locks and pauses too', () => {
  const files = running('A{x.ts} B{x.ts}', {}, { parallel: 1 })
  files.tick()
  given(files)
    .when('step.claim', claim('B'))
    .refused('conflict', /It writes x\.ts, and so does i\/A/)
  const locks = idle('A#db B#db')
  locks.ask('step.claim', claim('A'))
  given(locks)
    .when('step.claim', claim('B'))
    .refused('conflict', /It shares the lock db with i\/A/)
  files.ask('run.pause', { item: 'i', why: 'lunch' })
  given(files)
    .when('step.claim', claim('B'))
    .refused('conflict', /The run is paused/)
})

it('refuses what is over, what is not there, and what trusted configuration forbids', () => {
  const world = idle('A B+')
  given(world)
    .when('step.claim', claim('X'))
    .refused('not-found', /no plan/)
  given(world)
    .when('step.claim', claim('B'))
    .refused('conflict', /it is already skipped/)
  world.ask('step.cancel', { step: 'i/A', why: 'not now' })
  given(world)
    .when('step.claim', claim('A'))
    .refused('conflict', /it is cancelled: .*/)
  const closed = trusted({ outside: 'forbid' })
  closed.ask('plan.import', planOf(itemOf('A')))
  given(closed)
    .when('step.claim', claim('A'))
    .refused('policy', /lets nobody outside claim/)
})

it('is fenced by the number that the claimer expects', () => {
  const world = idle('A')
  given(world)
    .when('step.claim', claim('A', { attempt: 2 }))
    .refused('conflict', /next attempt is i\/A\/1, not i\/A\/2/)
  world.ask('step.claim', claim('A', { attempt: 1 }))
  given(world)
    .when('step.claim', claim('A', { attempt: 1 }))
    .then()
  given(world)
    .when('step.claim', claim('A', { attempt: 2 }))
    .refused('conflict', /is i\/A\/1/)
})

it('is given back without a judgement: no try is spent, and the step waits again', () => {
  const world = running('A')
  world.ask('step.claim', claim('A'))
  given(world)
    .when('attempt.release', { attempt: 'i/A/1', ...release })
    .then(
      ['attempt.ended', { outcome: { kind: 'stopped', reason: 'cancelled', why: 'ada: no time' } }],
      'claim.released',
      ['step.requeued', { counted: false, notBefore: 0 }],
    )
  expect(world.step('A').tries).toBe(0)
  given(world)
    .when('attempt.release', { attempt: 'i/A/1', ...release })
    .then()
  given(world)
    .when('attempt.complete', complete('A/1'))
    .refused('conflict', /ended already: stopped, ada: no time/)
  expect(world.tick()).toEqual(['A'])
  given(world)
    .when('attempt.release', { attempt: 'i/A/1', ...release })
    .refused('conflict', /i\/A\/2 by alpha came after it/)
})

it('belongs to whoever claimed it, and to the owner of the home', () => {
  const world = idle('A')
  world.ask('step.claim', claim('A'))
  given(world)
    .when('attempt.complete', complete('A/1', { executor: 'linus' }))
    .refused('auth', /grace has claimed it, not linus/)
  given(world)
    .when('attempt.release', { attempt: 'i/A/1', ...release, executor: 'linus' })
    .refused('auth', /grace/)
  given(world)
    .when('attempt.complete', complete('A/1', { executor: 'ada', rules: true }))
    .then('attempt.ended', 'claim.released')
  const agents = running('A')
  agents.tick()
  given(agents)
    .when('attempt.complete', complete('A/1', { rules: true }))
    .refused('conflict', /alpha does it, and Baton ends it/)
})

it('ends once, however often that is said, and only as it was said first', () => {
  const world = idle('A')
  world.ask('step.claim', claim('A'))
  world.ask('attempt.complete', complete('A/1'))
  given(world).when('attempt.complete', complete('A/1')).then()
  given(world)
    .when('attempt.complete', complete('A/1', { tree: 'another' }))
    .refused('conflict', /ended already: succeeded/)
})

it('refuses an end without a change, or without the answer of a step that only reads', () => {
  const world = idle('A R?')
  world.ask('step.claim', claim('A'))
  given(world)
    .when('attempt.complete', complete('A/1', { changed: false }))
    .refused('invalid', /changes nothing of tip/)
  world.ask('step.claim', claim('R'))
  const answer = {
    attempt: 'i/R/1',
    executor: 'grace',
    rules: false,
    outcome: { kind: 'succeeded' as const, why: 'x' },
  }
  given(world)
    .when('attempt.complete', answer)
    .refused('invalid', /its answer is what is checked/)
  given(world)
    .when('attempt.complete', { ...answer, summary: 'digest' })
    .then('attempt.ended', 'claim.released')
})

it('is a failure when the claimer says so, and tried again only when somebody asks for it', () => {
  const world = running('A')
  world.ask('step.claim', claim('A'))
  const outcome: Outcome = { kind: 'rejected', reason: 'given-up', why: 'cannot be done so' }
  given(world)
    .when('attempt.complete', { attempt: 'i/A/1', executor: 'grace', rules: false, outcome })
    .then(['attempt.ended', { outcome }], 'claim.released', [
      'step.failed',
      { reason: 'given-up', why: /cannot be done so; .*baton retry/ },
    ])
  given(world)
    .when('step.claim', claim('A'))
    .refused('conflict', /it is failed/)
  world.ask('step.retry', { step: 'i/A', why: 'again' })
  given(world)
    .when('step.claim', claim('A'))
    .then('claim.granted', ['attempt.started', { number: 2 }])
})

it('ends as cancelled with its step or its run, and lets a run that drains end without it', () => {
  const none = idle('A B')
  none.ask('step.claim', claim('A'))
  given(none)
    .when('run.cancel', { item: 'i', why: 'over' })
    .then(['attempt.ended', { outcome: { reason: 'cancelled' } }], 'claim.released', 'step.requeued')
  given(none)
    .when('run.cancel', { item: 'i', why: 'over' })
    .refused('conflict', /nothing is running/)
  none.ask('step.claim', claim('B'))
  given(none)
    .when('step.cancel', { step: 'i/B', why: 'over' })
    .then('attempt.ended', 'claim.released', 'step.cancelled')
  const world = running('A* B*')
  world.ask('step.claim', claim('A'))
  world.tick()
  world.ask('run.drain', { item: 'i', why: 'home' })
  given(world).when('tick', {}).then()
  play(world, 'B ended; B checked; B landed')
  given(world)
    .when('tick', {})
    .then(['run.ended', { outcome: 'drained', why: /claimed outside/ }])
  world.ask('attempt.complete', complete('A/1'))
  play(world, 'A checked; A landed')
  expect(world.phases()).toEqual({ A: 'done', B: 'done' })
})

it('waits for whoever must look at the item first', () => {
  const world = trusted({ intake: 'ask' })
  world.ask('plan.import', planOf(itemOf('A')))
  given(world)
    .when('step.claim', claim('A'))
    .then(['gate.opened', { kind: 'intake' }])
  given(world)
    .when('step.claim', claim('A'))
    .refused('conflict', /Nobody has looked at i/)
})

it('tells by why who has it, since when, and how it ends', () => {
  const world = idle('A')
  world.ask('step.claim', claim('A', { displayName: 'Grace H' }))
  expect(why(world.state, 'i/A', world.now)).toEqual({
    step: 'i/A',
    kind: 'running',
    why: 'It is being worked on outside Baton by Grace H (grace), who has had it since 1970-01-01 00:16 UTC as i/A/1.',
    until: 'baton complete i/A/1, or baton release i/A/1 --why "…"',
  })
})

it('is refused while an agent has the step', () => {
  const world = running('A', {}, { ...asked, agent: 'beta' })
  world.tick()
  given(world)
    .when('step.claim', claim('A'))
    .refused('conflict', /beta is at work on it/)
})

it('lets nobody speak in the name of a claim that somebody else made in it', () => {
  const world = idle('A B')
  const as = (by: string, one: keyof Wishes, data: object) =>
    world.try({ type: one, by, because: '', data } as Parameters<World['try']>[0])
  as('key-1', 'step.claim', claim('A'))
  expect(as('key-2', 'step.claim', claim('A'))).toMatchObject({ kind: 'conflict' })
  for (const wish of ['attempt.complete', 'attempt.release'] as const) {
    const said = { ...complete('A/1'), ...release, attempt: 'i/A/1' }
    expect(as('key-2', wish, said)).toMatchObject({ kind: 'auth', why: 'key-1 has claimed it for grace, not key-2' })
  }
  expect(world.phases()).toMatchObject({ A: 'running' })
  expect(as('grace', 'step.claim', claim('A'))).toEqual([])
  expect(as('key-1', 'attempt.complete', complete('A/1'))).toHaveLength(2)
  as('key-1', 'step.claim', claim('B'))
  as('key-3', 'attempt.release', { ...release, rules: true, attempt: 'i/B/1' })
  expect(world.phases()).toEqual({ A: 'verifying', B: 'waiting' })
})

it('takes back the question of a release when a step is claimed: nothing is integrated while somebody has it', () => {
  const world = running('A B')
  world.tick()
  world.done('A')
  world.ask('run.cancel', { item: 'i', why: 'B is for grace' })
  world.ask('item.integrate', { item: 'i', force: true })
  given(world).when('step.claim', claim('B')).then('gate.mooted', 'claim.granted', 'attempt.started')
  given(world)
    .when('item.integrate', { item: 'i', force: true })
    .refused('conflict', /in flight/)
})
