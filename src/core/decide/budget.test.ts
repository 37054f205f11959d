// Spending: warned of on the way, no new claim near the end, and nothing goes on when it is used up.
import { expect, it } from 'vitest'
import { nothingUsed, type Used } from '../nouns/attempt.ts'
import type { TrustedPolicy } from '../nouns/workspace.ts'
import { asked, itemOf, planOf, trusted, type World } from '../testing.ts'
import { why } from '../why.ts'

function spending(steps: string, budgets: TrustedPolicy['budgets']): World {
  const world = trusted({ budgets })
  world.ask('plan.import', planOf(itemOf(steps)))
  world.ask('run.start', asked)
  world.tick()
  return world
}

const used = (cost: number, tokens = 0): Used => ({ ...nothingUsed, cost, tokensOut: tokens })

function use(world: World, key: string, cost: number): readonly string[] {
  const attempt = world.step(key).attempts.at(-1)
  const wish = { attempt: attempt?.id ?? '', fence: attempt?.fence ?? 0, used: used(cost) }
  return world.ask('attempt.use', wish).map(({ type, data }) => ('at' in data ? `${type} ${data.at}` : type))
}

it('warns at half, three quarters and nine tenths, each once', () => {
  const world = spending('A', { item: { costUsd: 10 } })
  expect(use(world, 'A', 4.9)).toEqual(['attempt.used'])
  expect(use(world, 'A', 5)).toEqual(['attempt.used', 'budget.warned 0.5'])
  expect(use(world, 'A', 7)).toEqual(['attempt.used'])
  expect(use(world, 'A', 9.2)).toEqual(['attempt.used', 'budget.warned 0.9'])
  expect(world.state.items.get('i')?.spent).toMatchObject({ costUsd: 9.2 })
})

it('claims nothing more at nine tenths, and goes on when a person gives more', () => {
  const world = spending('A B<A', { item: { costUsd: 10 } })
  world.begin('A')
  world.end('A', { used: used(9) })
  world.check('A')
  world.order('A')
  world.settle('A')
  expect(world.tick()).toEqual([])
  expect(why(world.state, 'i/B', world.now)).toMatchObject({
    kind: 'budget',
    why: expect.stringMatching(/the item's budget: \$9\.00 of \$10\.00/),
  })
  world.ask('budget.set', { scope: 'item', id: 'i', limits: { costUsd: 20 }, why: 'worth it' })
  expect(world.tick()).toEqual(['B'])
})

it('ends all that draws on a budget that is used up, and burns no try', () => {
  const world = spending('A B', { item: { costUsd: 10 } })
  use(world, 'A', 6)
  expect(use(world, 'B', 4)).toEqual([
    'attempt.used',
    'budget.warned 1',
    'attempt.ended',
    'claim.released',
    'step.requeued',
    'attempt.ended',
    'claim.released',
    'step.requeued',
  ])
  expect(world.phases()).toEqual({ A: 'waiting', B: 'waiting' })
  expect(world.step('A').tries).toBe(0)
  expect(world.tick()).toEqual([])
})

it('fails an attempt that is too dear by itself, and leaves the others alone', () => {
  const world = spending('A B', { attempt: { tokens: 100 } })
  const attempt = world.step('A').attempts.at(-1)
  world.ask('attempt.use', { attempt: attempt?.id ?? '', fence: attempt?.fence ?? 0, used: used(0, 100) })
  expect(world.phases()).toEqual({ A: 'failed', B: 'running' })
})

it('begins each day with a budget of its own', () => {
  const world = spending('A B<A', { day: { costUsd: 1 } })
  world.begin('A')
  world.end('A', { used: used(0.95) })
  world.check('A')
  world.order('A')
  world.settle('A')
  expect(world.tick()).toEqual([])
  world.now += 86_400_000
  expect(world.tick()).toEqual(['B'])
})

it('does not lose what an attempt cost that was stopped from outside', () => {
  const world = spending('A', { item: { costUsd: 10 } })
  const attempt = world.step('A').attempts.at(-1)
  use(world, 'A', 2)
  world.ask('step.cancel', { step: 'i/A', why: 'enough' })
  expect(world.state.items.get('i')?.spent.costUsd).toBe(2)
  const end = { attempt: attempt?.id ?? '', fence: attempt?.fence ?? 0, used: used(3) }
  world.ask('attempt.end', { ...end, outcome: { kind: 'stopped', reason: 'cancelled', why: '' } })
  expect(world.state.items.get('i')?.spent.costUsd).toBe(3)
})

it('refuses a budget for what is not there', () => {
  const world = spending('A', {})
  for (const [scope, id] of [
    ['item', 'x'],
    ['step', 'i/X'],
    ['day', '/elsewhere'],
    ['attempt', 'i/A/1'],
  ] as const)
    expect(world.try({ type: 'budget.set', by: 'ada', data: { scope, id, limits: {}, why: '' } })).toMatchObject({
      kind: 'not-found',
    })
})

it('leaves with its claimer what is done outside, for that spends nothing here', () => {
  const world = spending('A B', { item: { costUsd: 10 } })
  world.ask('run.cancel', { item: 'i', why: 'not so' })
  world.ask('step.claim', { step: 'i/B', executor: 'grace' })
  world.ask('run.start', asked)
  world.tick()
  expect(use(world, 'A', 12)).toEqual([
    'attempt.used',
    'budget.warned 1',
    'attempt.ended',
    'claim.released',
    'step.requeued',
  ])
  expect(world.step('B')).toMatchObject({ phase: 'running', attempts: [{}, { agent: 'grace' }] })
})
