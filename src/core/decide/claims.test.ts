// What a claim from outside is told when somebody else has the step, or when it may not be had yet; and what it leaves in the record.
import { expect, it } from 'vitest'
import { fact } from '../facts.ts'
import { given, itemOf, planOf, play, policy, running, spec, trusted, World } from '../testing.ts'
import type { Wishes } from '../wishes.ts'

const claim = (step: string, more: Partial<Wishes['step.claim']> = {}): Wishes['step.claim'] => {
  return { step: `i/${step}`, executor: 'grace', ...more }
}
const idle = (steps: Parameters<typeof itemOf>[0], item: Parameters<typeof itemOf>[1] = {}): World => {
  const world = trusted()
  world.ask('plan.import', planOf(itemOf(steps, item)))
  return world
}
const complete = (attempt: string) => ({
  ...{ attempt: `i/${attempt}`, executor: 'grace', rules: false, outcome: { kind: 'succeeded', why: 'done' } as const },
  ...{ tree: `tree-${attempt}`, commit: `commit-${attempt}`, changed: true },
})

it('given a claim without further names, then the record says by whom, as whom and why, and no more', () => {
  given(idle('A'))
    .when('step.claim', claim('A'))
    .then('claim.granted', [
      'attempt.started',
      {
        ...{ step: 'i/A', agent: 'grace', because: 'claimed by ada, to be done outside Baton' },
        outside: { displayName: 'grace', by: 'ada' },
      },
    ])
  const facts = idle('A').ask('step.claim', claim('A'))
  expect(facts.map(({ data }) => ('outside' in data ? data.outside : undefined))[1]).not.toHaveProperty('runId')
})

it('given a step that says what must hold before it, then a claim is an entry like any other', () => {
  const world = idle([{ ...spec('A', 0), entryCriteria: ['the tests are there'] }])
  given(world)
    .when('step.claim', claim('A'))
    .then(['criteria.checked', { step: 'i/A', again: false }], 'claim.granted', 'attempt.started')
})

it('given a result that is being checked, lands, or is asked about, then the next claimer is told so', () => {
  const world = idle('A!review')
  world.ask('step.claim', claim('A'))
  world.ask('attempt.complete', complete('A/1'))
  const no = (why: RegExp) => given(world).when('step.claim', claim('A')).refused('conflict', why)
  expect(no(/grace has done it, and it is being checked: attempt i\/A\/1/).remedy).toContain('baton release i/A/1')
  world.check('A')
  no(/grace has done it, and a question about it is open/)
  const lands = idle('A')
  lands.ask('step.claim', claim('A'))
  lands.ask('attempt.complete', complete('A/1'))
  lands.check('A')
  given(lands)
    .when('step.claim', claim('A'))
    .refused('conflict', /grace has done it, and it is landing/)
})

it('given an agent at work, then whoever claims is told to wait or to cancel, not to give back what is not theirs', () => {
  const world = running('A')
  world.tick()
  const { remedy } = given(world)
    .when('step.claim', claim('A'))
    .refused('conflict', /alpha is at work on it/)
  expect(remedy).toBe('wait, or baton cancel i/A')
})

it('given a repository that is not set up or not trusted, then nobody claims a step of it', () => {
  const bare = new World()
  bare.ask('house.open', { pid: 1, version: '0', host: 'here' })
  bare.ask('workspace.open', { path: '/w', baseBranch: 'main' })
  bare.ask('plan.import', planOf(itemOf('A')))
  expect(
    given(bare)
      .when('step.claim', claim('A'))
      .refused('policy', /how its checks are isolated/).remedy,
  ).toBe('run baton init')
  bare.ask('workspace.isolate', { path: '/w', isolation: 'none', clones: 'folder', why: 'a test' })
  given(bare)
    .when('step.claim', claim('A'))
    .refused('policy', /has not been trusted/)
})

it('given a step that its plan left out, then there is none to claim', () => {
  const world = idle('A B')
  world.tell(fact('step.retired', 'i', { step: 'i/A', why: 'left out' }))
  given(world)
    .when('step.claim', claim('A'))
    .refused('not-found', /no plan/)
})

it('given a disk that is nearly full, then nothing is claimed until there is room', () => {
  const world = idle('A')
  world.tell(fact('disk.ran-low', '', { free: 1, of: 100 }))
  given(world).when('step.claim', claim('A')).refused('conflict', /disk/)
  world.tell(fact('disk.recovered', '', { free: 90, of: 100 }))
  given(world).when('step.claim', claim('A')).then('claim.granted', 'attempt.started')
})

it('given an item on its way to the base branch, then nothing more of it is claimed', () => {
  const world = running('A B<A')
  world.tick()
  world.done('A')
  world.ask('step.skip', { step: 'i/B', why: 'later' })
  world.tick()
  world.ask('item.integrate', { item: 'i', force: true })
  const gate = [...world.state.gates.values()].find(({ phase }) => phase === 'open')?.id ?? ''
  world.ask('gate.answer', { gate, answer: 'approve', reasons: ['out'] })
  given(world)
    .when('step.claim', claim('B'))
    .refused('conflict', /is being integrated/)
})

it('given a run of chosen steps, then for a step that it did not choose the whole plan holds', () => {
  const world = running('A B<A C', {}, { include: ['C'] })
  const wanted = world.state.items
    .get('i')
    ?.steps.filter((step) => step.wanted)
    .map((step) => step.spec.key)
  expect(wanted).toEqual(['C'])
  given(world)
    .when('step.claim', claim('B'))
    .refused('conflict', /It waits for A/)
  given(world).when('step.claim', claim('C')).then('claim.granted', 'attempt.started')
})

it('given a run that is over, then its pause holds nothing any more', () => {
  const world = running('A B')
  world.ask('run.pause', { item: 'i', why: 'lunch' })
  given(world)
    .when('step.claim', claim('A'))
    .refused('conflict', /paused/)
  world.ask('run.cancel', { item: 'i', why: 'over' })
  given(world).when('step.claim', claim('A')).then('claim.granted', 'attempt.started')
})

it('given an item on which work has begun, then nobody is asked to look at it any more', () => {
  const world = trusted({ intake: 'auto' })
  world.ask('plan.import', planOf(itemOf('A B')))
  world.ask('step.claim', claim('A'))
  world.ask('workspace.trust', { path: '/w', digest: 'other', policy: policy({ intake: 'ask' }) })
  given(world).when('step.claim', claim('B')).then('claim.granted', 'attempt.started')
})

it('given steps of the document out of their numbers or left out, then the order is that of the numbers that are there', () => {
  const at = (words: string, order: number) => ({ ...spec(words, 0), order })
  const world = idle([at('Z', 3), at('A', 1), at('M', 2)], { policy: 'document' })
  given(world)
    .when('step.claim', claim('Z'))
    .refused('conflict', /A \(waiting\) comes first/)
  world.tell(fact('step.retired', 'i', { step: 'i/A', why: 'left out' }))
  given(world)
    .when('step.claim', claim('Z'))
    .refused('conflict', /M \(waiting\) comes first/)
  world.ask('step.claim', claim('M'))
})

it('given work that was sent back to an earlier step, then that is done again before it is claimed', () => {
  const world = running('A B')
  world.tick()
  world.done('A')
  play(world, 'B ended; B checked; B landed')
  world.tell(fact('step.reworked', 'i', { step: 'i/A', why: 'too hot', by: 'ada' }))
  world.tell(fact('step.reworked', 'i', { step: 'i/B', why: 'too hot', by: 'ada', after: 'i/A' }))
  given(world)
    .when('step.claim', claim('B'))
    .refused('conflict', /It waits for A/)
  world.ask('run.cancel', { item: 'i', why: 'over' })
  const { remedy } = given(world)
    .when('step.claim', claim('B'))
    .refused('conflict', /It waits for A/)
  expect(remedy).not.toBe('')
  given(world)
    .when('step.claim', claim('A'))
    .then(['criteria.checked', { again: true }], 'claim.granted', 'attempt.started')
})

it('given an end that was told, then giving it back is too late, and so is another end; the same again is nothing new', () => {
  const world = idle('A R?')
  world.ask('step.claim', claim('A'))
  world.ask('attempt.complete', complete('A/1'))
  const release = { attempt: 'i/A/1', executor: 'grace', rules: false, why: 'no time' }
  given(world)
    .when('attempt.release', release)
    .refused('conflict', /ended already: succeeded, done/)
  const failed = { kind: 'failed', reason: 'given-up', why: 'no' } as const
  given(world)
    .when('attempt.complete', { ...complete('A/1'), outcome: failed })
    .refused('conflict', /ended already: succeeded/)
  world.ask('step.claim', claim('R'))
  const end = { attempt: 'i/R/1', executor: 'grace', rules: false, outcome: failed }
  given(world).when('attempt.complete', end).then('attempt.ended', 'claim.released', 'step.failed')
  given(world)
    .when('attempt.complete', { ...end, tree: 'another' })
    .then()
})

it('given an attempt that never was, or whose item is over, then it is said which', () => {
  const world = idle('A')
  given(world)
    .when('attempt.complete', complete('A/1'))
    .refused('not-found', /no such attempt was started/)
  world.ask('step.claim', claim('A'))
  world.tell(fact('item.closed', 'i', { id: 'i', why: 'not wanted' }))
  given(world)
    .when('attempt.complete', complete('A/1'))
    .refused('conflict', /its item is closed: not wanted/)
})

it('given a result that changes nothing, then it is said of which commit, in letters that a person can read', () => {
  const world = trusted()
  world.ask('plan.import', { ...planOf(itemOf('A')), tip: '0123456789abcdef' })
  world.ask('step.claim', claim('A'))
  given(world)
    .when('attempt.complete', { ...complete('A/1'), changed: false })
    .refused('invalid', /changes nothing of 0123456789, from/)
})
