import { describe, expect, it } from 'vitest'
import type { PlanItem } from '../nouns/plan.ts'
import { asked, given, itemOf, planOf, policy, running, spec, trusted, type World } from '../testing.ts'
import { why } from '../why.ts'

const read = (steps: string, changes: Partial<PlanItem> = {}) => planOf(itemOf(steps, changes))
const document = { policy: 'document' } as const
const part = { title: 'p', brief: '', after: [], writes: [], role: 'coder', exitCriteria: [] }

/** One after the other, each gated, in a run where parts join at once. */
function gated(steps: string): World {
  const world = running(steps, document)
  world.ask('workspace.trust', { path: '/w', digest: 'n', policy: policy({ proposals: 'auto' }) })
  world.tick()
  return world
}

function approve(world: World, key: string): void {
  world.begin(key)
  world.end(key)
  world.check(key)
  answer(world, { answer: 'approve', reasons: [] })
  world.check(key)
  world.order(key)
  world.settle(key)
  world.tick()
}

function answer(world: World, said: { answer: string; reasons: string[]; reentry?: string }): void {
  world.ask('gate.answer', { gate: [...world.state.gates.keys()].at(-1) ?? '', ...said })
}

describe('a plan that contradicts the order it is carried out in', () => {
  it('is not taken in, and neither is what a run under way could not end by', () => {
    given(trusted())
      .when('plan.import', read('A<B B', document))
      .refused('invalid', /plan of i: A depends on B, which comes after it/)
    const world = running('A B', {}, document)
    const no = given(world)
      .when('plan.import', read('A<B B'))
      .refused('conflict', /as things stand A depends on B/)
    expect(no.remedy).toMatch(/put B before A.*let the run end, or baton cancel i/)
    world.ask('run.cancel', { item: 'i', why: 'so' })
    world.ask('plan.import', read('A<B B'))
    world.ask('run.start', asked)
    expect(world.tick()).toEqual(['B'])
  })

  it('is not taken in while what is in flight, or was sent back, stands against it', () => {
    const flying = running('A B', document)
    flying.tick()
    const places = [spec('B<A', 0), spec('A', 1)] as const
    const moved = [
      { ...places[1], order: 1 },
      { ...places[0], order: 2 },
    ]
    given(flying)
      .when('plan.import', planOf(itemOf(moved, document)))
      .then('step.changed')

    const world = gated('A!ok B!ok C')
    approve(world, 'A')
    world.begin('B')
    world.end('B')
    world.check('B')
    answer(world, { answer: 'reject', reasons: ['no'], reentry: 'A' })
    given(world)
      .when('plan.import', planOf(itemOf([{ ...spec('B!ok', 0) }, spec('A!ok', 1), spec('C', 2)], document)))
      .refused('conflict', /as things stand B depends on A, which comes after it/)
  })

  it('waits for the parts of what it was sent back to, as long as one of them is open', () => {
    const world = gated('A? B!ok')
    world.ask('steps.propose', { attempt: 'i/A/1', steps: [part] })
    world.begin('A')
    world.end('A', { changed: false })
    world.ask('attempt.check', { attempt: 'i/A/1', tip: world.tip(), commit: world.tip(), tree: 't', verdicts: [] })
    world.tick()
    world.done('A.1')
    world.tick()
    world.begin('B')
    world.end('B')
    world.check('B')
    answer(world, { answer: 'reject', reasons: ['no'], reentry: 'A.1' })
    const turned = planOf(itemOf([spec('B!ok', 0), spec('A?', 1)], document))
    given(world)
      .when('plan.import', turned)
      .refused('conflict', /as things stand B depends on A/)
    world.tick()
    world.done('A.1')
    expect(world.tick()).toEqual(['B'])
  })

  it('leaves the parts of a step behind it as long as the step is in flight', () => {
    const world = gated('A B?')
    world.done('A')
    world.tick()
    world.ask('steps.propose', { attempt: 'i/B/1', steps: [part] })
    world.ask('plan.import', planOf(itemOf([spec('A', 0), { ...spec('B?', 0), order: 0 }], document)))
    expect([world.step('B').spec.order, world.step('B.1').spec.order]).toEqual([2, 2])
  })
})

describe('a plan that could not be taken in under a run', () => {
  const miss = { item: 'i', why: 'tasks.md:3 A waits for itself.', endless: true }

  it('holds the item with an obstacle that says so, once, until it is mended', () => {
    const world = running('A B')
    given(world)
      .when('plan.miss', miss)
      .then('plan.missed', [
        'blocker.raised',
        { item: 'i', kind: 'plan', notes: /could never end: tasks\.md:3 A waits for itself; mend and commit it/ },
      ])
    given(world).when('plan.miss', miss).then('plan.missed')
    expect(world.tick()).toEqual([])
    expect(why(world.state, 'i/A', world.now)?.until).toMatch(/^baton unblock blocker-\d+$/)
    given(world)
      .when('plan.import', read('A B'))
      .then(['blocker.cleared', { by: 'plan', notes: /it can end/ }])
    expect(world.tick()).toEqual(['A', 'B'])
  })

  it('lets go of nothing that a person put up', () => {
    const world = running('A B')
    world.ask('blocker.raise', { on: 'i', kind: 'plan', owner: 'eve', notes: 'we talk about it' })
    given(world).when('plan.import', read('A B')).then()
  })

  it('is only told of when it may be read well at the next look', () => {
    given(running('A')).when('plan.miss', { item: 'i', why: 'busy' }).then('plan.missed')
    given(running('A'))
      .when('plan.miss', { item: 'x', why: 'busy' })
      .refused('not-found', /not open/)
  })
})

it('takes a step that was taken out and put back into the run again', () => {
  const world = running('A B')
  world.ask('plan.import', read('A'))
  given(world)
    .when('plan.import', read('A B'))
    .then(['step.changed', { step: 'i/B' }], ['run.widened', { steps: ['B'] }])
  expect(world.tick()).toEqual(['A', 'B'])
})

it('sends nothing back to a step that waits for what the run does not bring about', () => {
  const world = running('A B<A+ C!ok', document, { include: ['C'] })
  world.tick()
  world.begin('C')
  world.end('C')
  world.check('C')
  const gate = [...world.state.gates.keys()].at(-1) ?? ''
  const no = given(world)
    .when('gate.answer', { gate, answer: 'reject', reasons: ['no'], reentry: 'B' })
    .refused('conflict', /it depends on A, which is waiting and not asked for by this run/)
  expect(no.remedy).toMatch(/baton skip i\/A/)
})

it('sends no part back to a step that waits for it since the plan was read again', () => {
  const world = running('B+ A?!ok')
  world.ask('workspace.trust', { path: '/w', digest: 'n', policy: policy({ proposals: 'auto' }) })
  world.tick()
  world.ask('steps.propose', { attempt: 'i/A/1', steps: [part] })
  world.begin('A')
  world.end('A', { changed: false })
  const checked = { attempt: 'i/A/1', tip: world.tip(), commit: world.tip(), tree: 't', verdicts: [] }
  world.ask('attempt.check', checked)
  answer(world, { answer: 'approve', reasons: [] })
  world.ask('attempt.check', checked)
  world.tick()
  world.begin('A.1')
  world.end('A.1')
  world.check('A.1')
  world.ask('plan.import', read('B<A A?!ok'))
  const gate = [...world.state.gates.keys()].at(-1) ?? ''
  given(world)
    .when('gate.answer', { gate, answer: 'reject', reasons: ['no'], reentry: 'B' })
    .refused('invalid', /not an earlier step/)
})
