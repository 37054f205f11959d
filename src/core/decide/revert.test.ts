import { expect, it } from 'vitest'
import { nothingUsed } from '../nouns/attempt.ts'
import { freeze, thaw } from '../snapshot.ts'
import { attemptOf, closedItemOf } from '../state.ts'
import { asked, given, itemOf, planOf, running, type World } from '../testing.ts'

const why = 'the export is wrong'
const plan = planOf(itemOf('A B<A'))

function integrated(world: World = running('A B<A')): World {
  world.tick()
  world.done('A').tick()
  world.done('B').tick()
  world.ask('item.integrate', { item: 'i', force: false })
  world.ask('gate.answer', { gate: [...world.state.gates.keys()].at(-1) ?? '', answer: 'approve', reasons: [] })
  world.ask('integration.order', { item: 'i', expected: 'before', commit: 'merged', of: world.tip() })
  world.ask('integration.settle', { item: 'i' })
  return world
}

function reverted(begun?: World): World {
  const world = integrated(begun)
  world.ask('item.revert', { item: 'i', why })
  world.ask('reversion.order', { item: 'i', expected: 'merged', commit: 'back' })
  world.ask('reversion.settle', { item: 'i' })
  return world
}

it('FR-010: an integration is taken back by a decision first, then by an order, then it is done', () => {
  const world = integrated()
  given(world)
    .when('item.revert', { item: 'i', why })
    .then(['reversion.decided', { item: 'i', commit: 'merged', why, by: 'ada' }])
  given(world)
    .when('reversion.settle', { item: 'i' })
    .refused('conflict', /not ordered/)
  given(world)
    .when('reversion.order', { item: 'i', expected: 'tip', commit: 'back' })
    .then(['reversion.ordered', { ref: 'refs/heads/main', expected: 'tip', commit: 'back' }])
  given(world)
    .when('reversion.order', { item: 'i', expected: 'tip', commit: 'other' })
    .refused('conflict', /already ordered/)
  given(world)
    .when('reversion.settle', { item: 'i' })
    .then(['integration.reverted', { ref: 'refs/heads/main', commit: 'back', of: 'merged', by: 'ada' }])
  given(world)
    .when('reversion.settle', { item: 'i' })
    .refused('conflict', /it is done/)
})

it('only what is integrated can be taken back, with a reason, and once', () => {
  given(running('A'))
    .when('item.revert', { item: 'x', why })
    .refused('not-found', /no plan/)
  const early = given(running('A'))
    .when('item.revert', { item: 'i', why })
    .refused('conflict', /not integrated yet/)
  expect(early.remedy).toContain('--force')
  const world = integrated()
  given(world)
    .when('item.revert', { item: 'i', why: ' ' })
    .refused('invalid', /no reason/)
  world.ask('item.revert', { item: 'i', why })
  given(world)
    .when('item.revert', { item: 'i', why })
    .refused('conflict', /ada has decided it/)
  given(reverted())
    .when('item.revert', { item: 'i', why })
    .refused('conflict', /taken back already, as back/)
  for (const type of ['reversion.settle', 'reversion.order', 'reversion.refuse'] as const)
    given(integrated())
      .when(type, { item: 'i', expected: '', commit: '', kind: 'held', why } as never)
      .refused('conflict', /decided|ordered|under way/)
})

it('what could not be taken back stands, and may be asked for again', () => {
  const world = integrated()
  world.ask('item.revert', { item: 'i', why })
  given(world)
    .when('reversion.refuse', { item: 'i', kind: 'conflict', why: 'src/a.ts has changed since' })
    .then('reversion.refused')
  given(world)
    .when('plan.import', plan)
    .refused('conflict', /it is over/)
  given(world).when('item.revert', { item: 'i', why }).then('reversion.decided')
})

it('a plan that was taken back may be run again, on another branch, and no attempt has a name that was used', () => {
  const world = reverted()
  given(world)
    .when('plan.import', { ...plan, base: 'back', tip: 'old tip' })
    .then(
      ['item.reopened', { branch: 'baton/i-2', base: 'back', attempts: 1, by: 'ada', why: /taken back: the export/ }],
      'steps.added',
    )
  expect(world.state.closed.has('i')).toBe(false)
  world.ask('run.start', asked)
  expect(world.tick()).toEqual(['A'])
  expect(world.step('A').attempts.map(({ id }) => id)).toEqual(['i/A/2'])
  world.done('A').tick()
  expect(world.phases()).toEqual({ A: 'done', B: 'running' })
  expect(attemptOf(world.state, 'i/A/2')?.attempt.landed).toBe('landed-i/A/2')
  expect(attemptOf(world.state, 'i/A/1')).toBeUndefined()
  expect(closedItemOf(world.state, 'i/A/1')).toMatchObject({ id: 'i', workspace: '/w' })
  expect(closedItemOf(world.state, 'i/A/3')).toBeUndefined()
  const thawed = thaw(JSON.parse(JSON.stringify(freeze(world.state))))
  expect(thawed && attemptOf(thawed, 'i/A/2')?.attempt.id).toBe('i/A/2')
})

it('a second time it goes on from the numbers and the branch of the first', () => {
  const world = reverted()
  world.ask('plan.import', plan)
  world.ask('run.start', asked)
  world.tick()
  world.fail('A', 'crashed')
  world.now += 1_000_000
  world.tick()
  world.done('A').tick()
  world.done('B').tick()
  world.ask('item.integrate', { item: 'i', force: false })
  world.ask('gate.answer', { gate: [...world.state.gates.keys()].at(-1) ?? '', answer: 'approve', reasons: [] })
  world.ask('integration.order', { item: 'i', expected: 'e', commit: 'merged-2', of: world.tip() })
  world.ask('integration.settle', { item: 'i' })
  expect(world.state.closed.get('i')).toMatchObject({ attempts: 3, integration: { commit: 'merged-2', before: 'e' } })
  world.ask('item.revert', { item: 'i', why })
  world.ask('reversion.order', { item: 'i', expected: 'merged-2', commit: 'back-2' })
  world.ask('reversion.settle', { item: 'i' })
  given(world)
    .when('plan.import', plan)
    .then(['item.reopened', { branch: 'baton/i-3', attempts: 3 }], 'steps.added')
})

it('has spent what it spent before it was taken back: its budget goes on', () => {
  const world = running('A B<A')
  world.tick()
  world.begin('A')
  const outcome = { kind: 'failed', reason: 'crashed', why: 'it died' } as const
  world.end('A', { outcome, used: { ...nothingUsed, tokensIn: 30 } })
  world.now += 1_000_000
  reverted(world)
  world.ask('plan.import', plan)
  expect(world.state.items.get('i')?.spent.tokens).toBe(30)
})

it('stays with whom it was handed to, whatever its plan says as it is opened again', () => {
  const world = running('A B<A')
  world.ask('owner.transfer', { on: 'i', to: 'grace', why: 'ada is away' })
  reverted(world)
  world.ask('plan.import', { ...plan, item: { ...plan.item, owner: 'ada' } })
  expect(world.state.items.get('i')).toMatchObject({ owner: 'grace', handedOver: true })
  world.ask('plan.import', { ...plan, item: { ...plan.item, owner: 'eve' } })
  expect(world.state.items.get('i')?.owner).toBe('grace')
})

it('belongs to its repository still', () => {
  given(reverted())
    .when('plan.import', { ...plan, workspace: '/other' })
    .refused('not-found', /other/)
  const world = reverted()
  world.ask('workspace.open', { path: '/other', baseBranch: 'main' })
  given(world)
    .when('plan.import', { ...plan, workspace: '/other' })
    .refused('conflict', /belongs to \/w/)
})

it('a run of what is all done starts nothing, and leaves an open release gate as it is', () => {
  const world = running('A B<A')
  world.tick()
  world.done('A').tick()
  world.done('B').tick()
  world.ask('item.integrate', { item: 'i', force: false })
  given(world).when('plan.import', plan).then()
  given(world).when('run.start', asked).then()
  given(world)
    .when('run.start', { ...asked, include: ['A'] })
    .then()
  world.ask('plan.import', planOf(itemOf('A B<A C<B')))
  given(world)
    .when('run.start', { ...asked, include: ['A'] })
    .then()
  given(world).when('run.start', asked).then('gate.mooted', 'run.started')
})
