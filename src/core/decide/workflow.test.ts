import { expect, it } from 'vitest'
import { given, itemOf, me, planOf, play, running, spec, trusted, type World } from '../testing.ts'
import { patternOf } from '../workflows/pattern.ts'
import type { StepPattern } from '../workflows/workflow.ts'

const specs = (steps: string) =>
  steps
    .split(' ')
    .map((words, at) => ({ ...spec(words, at), entryCriteria: [], exitCriteria: [`${words[0]} is there`] }))
const patterns = (steps: string): StepPattern[] => specs(steps).map(patternOf)
const reads = (number: string, steps: string) => ({
  ...planOf(itemOf(specs(steps), { workflow: `wf@${number}` })),
  format: 'workflow',
})
const said = { why: 'we review now', impact: 'one more step' }
const version = (one: string, steps: string, effectiveFrom?: number) => ({
  ...{ name: 'wf', version: one, steps: patterns(steps), ...said },
  ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
})
const maps = (...pairs: readonly string[]) =>
  pairs.map((pair) => ({ from: pair.split('=')[0] ?? '', to: pair.split('=')[1] ?? '' }))
const migrate = (...pairs: readonly string[]) => ({ item: 'i', to: 'wf@2', mapping: maps(...pairs), why: 'so agreed' })
const wf1 = { workflow: 'wf@1' }

/** An item under version 1, whose plan nobody has published, and a published version 2. */
function inFlight(steps: string, next: string): World {
  const world = running(steps, wf1)
  world.ask('workflow.publish', version('2', next))
  return world
}

it('publishes a version with author, reason, impact, and the time from which it holds', () => {
  const world = given(trusted())
    .when('workflow.publish', version('1', 'A B<A'))
    .then(['workflow.published', { name: 'wf', version: '1', effectiveFrom: 1_000_000, by: me, ...said }])
  given(world).when('workflow.publish', version('1', 'A B<A')).then()
  given(world)
    .when('workflow.publish', version('1', 'A B'))
    .refused('conflict', /with other steps/)
  given(world)
    .when('workflow.publish', version('1', 'A B<A', 9_000_000))
    .refused('conflict', /holds from/)
  given(world)
    .when('workflow.publish', version('2', 'A', 5))
    .then(['workflow.published', { effectiveFrom: 1_000_000 }])
})

it.each([
  ['a built-in name', { name: 'direct' }, /built in/],
  ['an odd name', { name: 'a/b' }, /letters/],
  ['an odd version', { version: 'a b' }, /letters/],
  ['no steps', { steps: [] }, /no steps/],
  ['twins', { steps: patterns('A A') }, /same key/],
  ['a stranger', { steps: patterns('A<Z') }, /no step of it/],
  ['a circle', { steps: patterns('A<B B<A') }, /A → B → A/],
  ['a step without an end', { steps: [patternOf(spec('A', 0))] }, /when it is done/],
  ['too many', { steps: patterns(Array.from({ length: 501 }, (_, at) => `A${at}`).join(' ')) }, /at most 500/],
])('refuses to publish %s', (_, change, why) => {
  given(trusted())
    .when('workflow.publish', { ...version('1', 'A'), ...change })
    .refused('invalid', why)
})

it('opens items only under a version that was published, once any was', () => {
  given(trusted()).when('plan.import', reads('0', 'A B')).then('item.opened', 'steps.added')
  const world = trusted()
  world.ask('workflow.publish', version('1', 'A B'))
  given(world)
    .when('plan.import', reads('0', 'A B'))
    .refused('conflict', /not published, and wf@1 holds now/)
  given(world)
    .when('plan.import', reads('1', 'A C'))
    .refused('conflict', /other steps than wf@1/)
  given(world).when('plan.import', reads('1', 'A B')).then('item.opened', 'steps.added')
  given(world).when('plan.import', reads('1', 'A B')).then()
})

it('lets a later version hold from its time on, and the one before again when that is taken back', () => {
  const world = trusted()
  world.ask('workflow.publish', version('1', 'A B'))
  world.ask('workflow.publish', version('2', 'A B C', 2_000_000))
  given(world)
    .when('plan.import', reads('2', 'A B C'))
    .refused('conflict', /holds from 1970-01-01 00:33 UTC/)
  given(world)
    .when('workflow.roll-back', { name: 'none', ...said })
    .refused('not-found', /nobody/)
  world.now = 2_000_000
  given(world)
    .when('plan.import', reads('1', 'A B'))
    .refused('conflict', /wf@2 holds now/)
  given(world)
    .when('workflow.roll-back', { name: 'wf', why: 'C is slow', impact: 'no C' })
    .then(['workflow.rolled-back', { name: 'wf', version: '2', to: '1', why: 'C is slow', impact: 'no C', by: me }])
  given(world)
    .when('plan.import', reads('2', 'A B C'))
    .refused('conflict', /ada took it back, and wf@1 holds now/)
  given(world)
    .when('workflow.publish', version('2', 'A B C'))
    .refused('conflict', /took it back: C is slow/)
  world.ask('plan.import', reads('1', 'A B'))
  expect(world.state.items.get('i')?.workflow).toBe('wf@1')
  given(world)
    .when('workflow.roll-back', { name: 'wf', ...said })
    .then(['workflow.rolled-back', { version: '1' }])
  given(world)
    .when('workflow.roll-back', { name: 'wf', ...said })
    .refused('conflict', /no version of it is in force/)
})

it('carries an item in flight over: what is done stays done, what is mapped goes on under its new key', () => {
  const world = inFlight('A B<A C<B D<C', 'A make<A D<make review<D')
  world.tick()
  world.done('A')
  given(world)
    .when('workflow.migrate', migrate('B=make', 'C=', 'D=D'))
    .then(
      ['step.changed', { step: 'i/A' }],
      ['step.changed', { step: 'i/D' }],
      ['step.retired', { step: 'i/B', why: 'it is make in wf@2' }],
      ['step.retired', { step: 'i/C', why: 'wf@2 has no step for it' }],
      ['steps.added', { steps: [{ key: 'make' }, { key: 'review' }] }],
      ['steps.carried', { carried: [{ from: 'B', to: 'make' }], renewed: [] }],
      ['run.widened', { steps: ['make', 'review'] }],
      ['workflow.migrated', { item: 'i', from: 'wf@1', to: 'wf@2', by: me, why: 'so agreed' }],
    )
  expect(world.state.items.get('i')?.workflow).toBe('wf@2')
  expect(world.phases()).toMatchObject({ A: 'done', make: 'waiting', D: 'waiting', review: 'waiting' })
  expect(play(world, 'tick; make done; tick; D done; tick; review done')).toEqual([['make'], ['D'], ['review']])
  expect(world.tick()).toEqual([])
  expect([...world.state.runs.values()].map(({ outcome }) => outcome)).toEqual(['complete'])
  given(world)
    .when('workflow.migrate', migrate())
    .refused('conflict', /goes by wf@2 already/)
})

it('names every step that the mapping forgets, and whatever is at work', () => {
  const world = inFlight('A B<A C<B', 'A X')
  given(world)
    .when('workflow.migrate', migrate('A=A'))
    .refused('invalid', /what becomes of B, C$/)
  world.tick()
  given(world)
    .when('workflow.migrate', migrate('A=A', 'B=', 'C='))
    .refused('busy', /at work on A \(running\)/)
  expect(world.state.items.get('i')?.workflow).toBe('wf@1')
})

it.each([
  [['Z=A'], 'not-found', /no step Z/],
  [['A=Z'], 'not-found', /wf@2 has no step Z/],
  [['A=X', 'A=Y'], 'invalid', /mapped twice/],
  [['A=X', 'B=X'], 'invalid', /two steps would become X/],
] as const)('refuses the mapping %s', (pairs, kind, why) => {
  given(inFlight('A B', 'X Y'))
    .when('workflow.migrate', migrate(...pairs))
    .refused(kind, why)
})

it('does not put open work on a step that is done, unless that is mapped elsewhere', () => {
  const world = inFlight('A B<A', 'A B')
  world.tick()
  world.done('A')
  given(world)
    .when('workflow.migrate', migrate('B=A'))
    .refused('conflict', /A is done already/)
  given(world)
    .when('workflow.migrate', migrate('A=B', 'B=A'))
    .then('step.changed', 'step.changed', 'steps.carried', 'run.widened', 'workflow.migrated')
  expect(world.phases()).toEqual({ A: 'waiting', B: 'done' })
  expect(world.tick()).toEqual(['A'])
})

it('begins a known key anew when its work has gone elsewhere', () => {
  const world = inFlight('A B<A', 'A X B<X')
  world.tick()
  world.done('A')
  world.ask('workflow.migrate', migrate('A=X', 'B=B'))
  expect(world.phases()).toEqual({ A: 'waiting', B: 'waiting', X: 'done' })
  expect(world.tick()).toEqual(['A', 'B'])
})

it('lets what failed be failed under its new key too, where it can be tried again', () => {
  const world = inFlight('A B', 'A X')
  world.tick()
  world.fail('B', 'defect')
  world.done('A')
  expect(world.phases()).toEqual({ A: 'done', B: 'failed' })
  given(world)
    .when('workflow.migrate', migrate())
    .refused('invalid', /what becomes of B$/)
  world.ask('workflow.migrate', migrate('B=X'))
  expect(world.phases()).toEqual({ A: 'done', B: 'failed', X: 'failed' })
  expect(world.step('B').retired).toBe(true)
  world.ask('step.retry', { step: 'i/X', why: 'again' })
  expect(world.phases()).toMatchObject({ X: 'waiting' })
})

it('takes obstacles and owners along', () => {
  const world = inFlight('A B', 'A X')
  world.ask('blocker.raise', { on: 'i/B', kind: 'external', owner: 'eve', notes: 'no icons' })
  world.ask('owner.transfer', { on: 'i/B', to: 'eve', why: 'she knows it' })
  world.ask('workflow.migrate', migrate('A=A', 'B=X'))
  expect(world.step('X')).toMatchObject({ blockers: 1, owner: 'eve' })
  expect(world.step('B')).toMatchObject({ blockers: 0, retired: true })
  expect(world.tick()).toEqual(['A'])
  const open = [...world.state.blockers.values()].filter((one) => one.endAt === undefined)
  expect(open).toMatchObject([{ step: 'i/X', kind: 'external', owner: 'eve', notes: 'no icons' }])
})

it('keeps an item under its version until it is migrated, and a version what it was', () => {
  const world = trusted()
  world.ask('workflow.publish', version('1', 'A B'))
  world.ask('plan.import', reads('1', 'A B'))
  world.ask('workflow.publish', version('2', 'A C'))
  given(world)
    .when('plan.import', reads('2', 'A C'))
    .refused('conflict', /goes by wf@1, and its plan says wf@2/)
  given(world)
    .when('plan.import', reads('1', 'A C'))
    .refused('conflict', /other steps than wf@1/)
  given(world).when('plan.import', reads('1', 'A B')).then()
  world.ask('workflow.migrate', migrate('A=A', 'B='))
  given(world).when('plan.import', reads('2', 'A C')).then()
})

it('refuses to go over to what is not there, not yet there, or no longer there', () => {
  const world = inFlight('A', 'A')
  given(world)
    .when('workflow.migrate', { ...migrate('A=A'), to: 'wf@9' })
    .refused('not-found', /not published/)
  given(world)
    .when('workflow.migrate', { ...migrate('A=A'), item: 'j' })
    .refused('not-found', /no item/)
  world.ask('workflow.publish', version('3', 'A', 9_000_000))
  given(world)
    .when('workflow.migrate', { ...migrate('A=A'), to: 'wf@3' })
    .refused('conflict', /holds from/)
  world.ask('workflow.roll-back', { name: 'wf', ...said })
  given(world)
    .when('workflow.migrate', migrate('A=A'))
    .refused('conflict', /ada took wf@2 back/)
})
