import { describe, expect, it } from 'vitest'
import type { PlanItem } from '../nouns/plan.ts'
import type { StepSpec } from '../nouns/step.ts'
import { asked, given, itemOf, planOf, play, spec, trusted, type World } from '../testing.ts'

/** `T1 write the store | T2+ test it`: marks after the key as in `spec`. */
function read(lines: string, changes: Record<string, Partial<StepSpec>> = {}, item: Partial<PlanItem> = {}) {
  const steps = lines.split('|').map((line, at): StepSpec => {
    const [marks = '', ...words] = line.trim().split(' ')
    const made = spec(marks, at)
    return { ...made, title: words.join(' '), brief: words.join(' '), ...changes[made.key] }
  })
  return planOf(itemOf(steps, item))
}

function under(lines: string): World {
  const world = trusted()
  world.ask('plan.import', read(lines))
  world.ask('run.start', asked)
  return world
}

const done = (world: World, keys: string) => {
  for (const key of keys.split(' ')) play(world, `${key} began; ${key} ended; ${key} checked; ${key} landed`)
}

describe('a plan that was renumbered', () => {
  it('takes what was done along with the words', () => {
    const world = under('T1 write the store | T2<T1 test the store')
    world.tick()
    done(world, 'T1')
    given(world)
      .when('plan.import', read('T1 lay out folders | T2 write the store | T3<T2 test the store'))
      .then(
        ['step.changed', { step: 'i/T1' }],
        ['step.changed', { step: 'i/T2' }],
        ['steps.added', { steps: [{ key: 'T3' }] }],
        ['steps.carried', { carried: [{ from: 'T1', to: 'T2' }], renewed: ['T1'] }],
        ['run.widened', { steps: ['T3'] }],
      )
    expect(world.phases()).toEqual({ T1: 'waiting', T2: 'done', T3: 'waiting' })
    expect(world.step('T2').why).toBe('done as T1, before the plan was renumbered')
    expect(world.tick()).toEqual(['T1', 'T3'])
  })

  it('lets two steps change places', () => {
    const world = under('T1 write it | T2<T1 test it')
    world.tick()
    done(world, 'T1')
    world.ask('plan.import', read('T1 test it | T2 write it'))
    expect(world.phases()).toEqual({ T1: 'waiting', T2: 'done' })
  })

  it('is read again later when an attempt is at work on what has another id now', () => {
    const world = under('T1 write it | T2<T1 test it')
    world.tick()
    given(world)
      .when('plan.import', read('T0 lay out | T1 other things | T2 write it | T3 test it'))
      .refused('conflict', /i\/T1 is T2 in the plan now/)
  })

  it('begins anew under an id that stands for quite other work', () => {
    const world = under('T1 write the store | T2<T1 test it')
    world.tick()
    done(world, 'T1')
    given(world)
      .when('plan.import', read('T1 paint every wall blue | T2 test it'))
      .then('step.changed', 'step.changed', ['steps.carried', { carried: [], renewed: ['T1'] }])
    expect(world.phases().T1).toBe('waiting')
  })

  it('keeps what was done when only some words were edited', () => {
    const world = under('T1 write the store of all entries | T2<T1 test it')
    world.tick()
    done(world, 'T1')
    given(world).when('plan.import', read('T1 write the store of most entries | T2<T1 test it')).then('step.changed')
    expect(world.phases().T1).toBe('done')
  })

  it('never unticks what a person ticked', () => {
    const world = under('T1 write it | T2<T1 test it')
    world.ask('plan.import', read('T0 lay out | T5+ write it | T6 test it'))
    expect(world.phases()).toMatchObject({ T5: 'skipped', T6: 'waiting' })
  })
})

describe('work in flight on a step that changed', () => {
  it('asks, and holds its landing until it is answered', () => {
    const world = under('A write the store | B test it')
    world.tick()
    play(world, 'A began')
    given(world)
      .when('plan.import', read('A write the other store | B test it'))
      .then(['step.changed', { step: 'i/A' }], ['gate.opened', { kind: 'plan', options: ['keep', 'again'] }])
    expect(world.phases().A).toBe('running')
    play(world, 'A ended')
    expect(world.phases().A).toBe('gated')
    const gate = [...world.state.gates.keys()][0] as string
    world.ask('gate.answer', { gate, answer: 'keep', reasons: [] })
    expect(world.phases().A).toBe('verifying')
    play(world, 'A checked; A landed')
    expect(world.phases().A).toBe('done')
    given(world).when('plan.import', read('A write the other store | B test it')).then()
  })

  it('is stopped and done again when a person says so', () => {
    const world = under('A write the store | B test it')
    world.tick()
    play(world, 'A began')
    world.ask('plan.import', read('A write the other store | B test it'))
    const gate = [...world.state.gates.keys()][0] as string
    given(world)
      .when('gate.answer', { gate, answer: 'again', reasons: [] })
      .then('gate.answered', ['attempt.ended', { outcome: { kind: 'stopped' } }], 'claim.released', [
        'step.requeued',
        { fresh: true },
      ])
    expect(world.tick()).toEqual(['A'])
  })

  it('asks once for each change, and not when only edges or places moved', () => {
    const world = under('A write the store | B test it')
    world.tick()
    const changed = read('A write the other store | B test it')
    world.ask('plan.import', changed)
    given(world).when('plan.import', changed).then()
    given(world).when('plan.import', read('A write the other store | B<A test it')).then()
    expect(world.state.gates.size).toBe(1)
  })

  it('asks no more when its attempt comes to nothing', () => {
    const world = under('A write the store | B test it')
    world.tick()
    play(world, 'A began')
    world.ask('plan.import', read('A write the other store | B test it'))
    world.fail('A', 'crashed')
    expect([...world.state.gates.values()].map(({ phase }) => phase)).toEqual(['moot'])
    expect(world.step('A').questions).toBe(0)
  })

  it('asks whether the work on a step that was taken out is kept', () => {
    const world = under('A write the store | B test it')
    world.tick()
    play(world, 'A began')
    given(world)
      .when('plan.import', read('B test it'))
      .then(['gate.opened', { kind: 'plan', step: 'i/A', options: ['keep', 'drop'] }])
    given(world).when('plan.import', read('B test it')).then()
    const gate = [...world.state.gates.keys()][0] as string
    world.ask('gate.answer', { gate, answer: 'drop', reasons: [] })
    expect(world.phases().A).toBe('cancelled')
    given(world)
      .when('plan.import', read('B test it'))
      .then(['step.retired', { step: 'i/A' }])
  })
})

describe('what the plan says of a step', () => {
  it('holds one that is blocked or deferred, until it says otherwise', () => {
    const world = trusted()
    given(world)
      .when('plan.import', read('A one | B two', { A: { status: 'blocked', mark: 'On hold', owner: 'eve' } }))
      .then('item.opened', 'steps.added', [
        'blocker.raised',
        { step: 'i/A', kind: 'plan', owner: 'eve', notes: 'the plan says "On hold"' },
      ])
    world.ask('run.start', asked)
    expect(world.tick()).toEqual(['B'])
    given(world)
      .when('plan.import', read('A one | B two', { A: { status: 'open', mark: 'Todo' } }))
      .then('step.changed', ['blocker.cleared', { notes: 'the plan says "Todo" now' }])
    expect(world.tick()).toEqual(['A'])
  })

  it('skips one that is cancelled, and what waits for it goes on', () => {
    const world = trusted()
    world.ask('plan.import', read('A one | B<A two', { A: { status: 'cancelled' } }))
    world.ask('run.start', asked)
    expect(world.phases().A).toBe('skipped')
    expect(world.tick()).toEqual(['B'])
  })

  it('keeps a step that was taken out after it was done', () => {
    const world = under('A one | B<A two')
    world.tick()
    done(world, 'A')
    given(world)
      .when('plan.import', read('B two'))
      .then('step.changed', ['step.retired', { step: 'i/A' }])
    expect(world.step('A')).toMatchObject({ phase: 'done', retired: true })
  })
})
