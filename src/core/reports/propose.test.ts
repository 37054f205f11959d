import { describe, expect, it } from 'vitest'
import type { ProposedStep } from '../nouns/step.ts'
import { given, itemOf, planOf, play, policy, running, type World } from '../testing.ts'

const part = (title: string, more: Partial<ProposedStep> = {}): ProposedStep => ({
  title,
  brief: '',
  after: [],
  writes: [],
  role: 'coder',
  exitCriteria: [],
  ...more,
})
const three = [part('first'), part('second', { after: [1] }), part('third', { after: [1] })]

/** Where parts join at once, as a person has said; `A` runs, and `C` comes after it. */
function auto(steps = 'A? B<A C', item = {}): World {
  const world = running(steps, item)
  world.ask('workspace.trust', { path: '/w', digest: 'n', policy: policy({ proposals: 'auto' }) })
  world.tick()
  return world
}

function asking(steps = 'A? B<A'): World {
  const world = running(steps)
  world.tick()
  return world
}

const gateOf = (world: World): string => [...world.state.gates.keys()].at(-1) ?? ''
const keysOf = (world: World): string[] => world.state.items.get('i')?.steps.map(({ spec }) => spec.key) ?? []
/** Ends, checks and lands what an attempt did. */
const through = (world: World, key: string): void => {
  world.end(key)
  world.check(key)
  world.order(key)
  world.settle(key)
}
const readThrough = (world: World, key: string): void => {
  world.ask('attempt.end', { ...endOf(world, key), changed: false })
  const id = world.step(key).attempts.at(-1)?.id ?? ''
  world.ask('attempt.check', { attempt: id, tip: world.tip(), commit: world.tip(), tree: 't', verdicts: [] })
}

describe('parts that join at once', () => {
  it('stand below their step, wait for it and for each other, and belong to its run', () => {
    const world = auto()
    given(world)
      .when('steps.propose', { attempt: 'i/A/1', steps: three })
      .then('steps.added', ['run.widened', { steps: ['A.1', 'A.2', 'A.3'] }])
    expect(world.phases()).toMatchObject({ A: 'running', 'A.1': 'waiting', 'A.2': 'waiting', 'A.3': 'waiting' })
    expect(world.step('A.2').spec).toMatchObject({
      title: 'second',
      after: [
        { key: 'A', source: 'stated' },
        { key: 'A.1', source: 'stated' },
      ],
      part: { of: 'A', root: 'A', path: [2], by: 'i/A/1' },
    })
    expect(world.tick()).toEqual([])
    readThrough(world, 'A')
    expect(world.tick()).toEqual(['A.1'])
    through(world, 'A.1')
    expect(world.tick()).toEqual(['A.2', 'A.3'])
  })

  it('hold whoever comes after their step, until the last of them has landed', () => {
    const world = auto()
    world.ask('steps.propose', { attempt: 'i/A/1', steps: three })
    readThrough(world, 'A')
    for (const key of ['A.1', 'A.2', 'A.3']) {
      expect(world.tick()).not.toContain('B')
      through(world, key)
    }
    expect(world.tick()).toEqual(['B'])
  })

  it('hold the next step under the rule of documents too, where nothing but order says so', () => {
    const world = running('A? B* C* D', { policy: 'document' })
    world.ask('workspace.trust', { path: '/w', digest: 'n', policy: policy({ proposals: 'auto' }) })
    expect(world.tick()).toEqual(['A'])
    world.ask('steps.propose', {
      attempt: 'i/A/1',
      steps: Array.from({ length: 11 }, (_, at) => part(`part ${at + 1}`, { after: at === 0 ? [] : [at] })),
    })
    readThrough(world, 'A')
    for (let number = 1; number <= 11; number++) {
      expect(world.tick()).toEqual([`A.${number}`])
      through(world, `A.${number}`)
    }
    expect(world.tick()).toEqual(['B', 'C'])
  })

  it('start in the order of their numbers, not of their letters', () => {
    const world = auto()
    world.ask('steps.propose', { attempt: 'i/A/1', steps: Array.from({ length: 11 }, (_, at) => part(`${at}`)) })
    readThrough(world, 'A')
    // One slot is taken by `C`.
    expect(world.tick()).toEqual(Array.from({ length: 9 }, (_, at) => `A.${at + 1}`))
  })

  it('run beside the neighbours that their step runs beside', () => {
    const world = running('A*? B* C', { policy: 'document' })
    world.ask('workspace.trust', { path: '/w', digest: 'n', policy: policy({ proposals: 'auto' }) })
    expect(world.tick()).toEqual(['A', 'B'])
    world.ask('steps.propose', { attempt: 'i/A/1', steps: three })
    readThrough(world, 'A')
    expect(world.tick()).toEqual(['A.1'])
    through(world, 'B')
    expect(world.tick()).toEqual([])
  })

  it('are split once more, and no deeper; whoever waits for a part waits for its parts', () => {
    const world = auto()
    world.ask('steps.propose', {
      attempt: 'i/A/1',
      steps: [part('one', { readsOnly: true }), part('two', { after: [1] })],
    })
    readThrough(world, 'A')
    world.tick()
    world.ask('steps.propose', { attempt: 'i/A.1/1', steps: [part('one of one'), part('two of one')] })
    expect(keysOf(world)).toEqual(['A', 'B', 'C', 'A.1', 'A.2', 'A.1.1', 'A.1.2'])
    readThrough(world, 'A.1')
    expect(world.tick()).toEqual(['A.1.1', 'A.1.2'])
    given(world)
      .when('steps.propose', { attempt: 'i/A.1.1/1', steps: three })
      .refused('policy', /may not be split again/)
    through(world, 'A.1.1')
    expect(world.tick()).toEqual([])
    through(world, 'A.1.2')
    expect(world.tick()).toEqual(['A.2'])
    through(world, 'A.2')
    expect(world.tick()).toEqual(['B'])
  })

  it('are held to what their step is held to: its checks, gate and locks', () => {
    const world = running('A?!review#db B')
    const rules = [{ match: 'A', gate: 'owner', locks: ['ruled'], agent: 'nobody' }]
    world.ask('workspace.trust', { path: '/w', digest: 'n', policy: policy({ proposals: 'auto' }) })
    world.tick()
    world.ask('steps.propose', { attempt: 'i/A/1', steps: [part('one')] })
    world.ask('workspace.trust', { path: '/w', digest: 'm', policy: policy({ proposals: 'auto', rules }) })
    readThrough(world, 'A')
    expect(world.phases().A).toBe('done')
    expect(world.step('A.1').spec).toMatchObject({ gate: 'review', locks: ['db'] })
    expect(world.tick()).toEqual(['A.1'])
    world.end('A.1')
    expect(world.check('A.1').at(-1)).toMatchObject({ data: { asks: expect.stringMatching(/gate "owner"/) } })
  })

  it('of an earlier attempt give way to those of a later one, unless they have begun', () => {
    const world = auto()
    world.ask('steps.propose', { attempt: 'i/A/1', steps: three })
    world.fail('A', 'crashed')
    world.now += 10_000
    world.tick()
    world.ask('steps.propose', { attempt: 'i/A/2', steps: [part('anew')] })
    const live = world.state.items
      .get('i')
      ?.steps.filter((step) => !step.retired)
      .map(({ spec }) => spec.key)
    expect(live).toEqual(['A', 'B', 'C', 'A.4'])
  })

  it('count as work done by a step that changed nothing itself', () => {
    const world = auto('A B<A')
    given(world)
      .when('attempt.end', { ...endOf(world, 'A'), changed: false })
      .then(['attempt.ended', { outcome: { reason: 'no-change' } }], 'claim.released', 'step.requeued')
    const other = auto('A B<A')
    other.ask('steps.propose', { attempt: 'i/A/1', steps: three })
    readThrough(other, 'A')
    expect(other.phases().A).toBe('done')
  })
})

describe('parts that a person is asked about', () => {
  it('join when the person agrees; until then their step does not land, and nothing after it starts', () => {
    const world = asking()
    given(world)
      .when('steps.propose', { attempt: 'i/A/1', steps: three })
      .then(['gate.opened', { kind: 'approval', attempt: 'i/A/1', asks: /split A into 3 parts: A.1 "first"/ }])
    expect(world.phases()).toEqual({ A: 'running', B: 'waiting' })
    world.end('A', { changed: false })
    expect(world.phases()).toEqual({ A: 'gated', B: 'waiting' })
    given(world)
      .when('gate.answer', { gate: gateOf(world), answer: 'approve', reasons: [] })
      .then('gate.answered', 'steps.added', 'run.widened')
    expect(world.phases()).toMatchObject({ A: 'verifying', 'A.1': 'waiting' })
    expect(world.step('A').approved).toBe(false)
  })

  it('send their step back when the person does not, whether it is at work or waits', () => {
    for (const ended of [false, true]) {
      const world = asking()
      world.ask('steps.propose', { attempt: 'i/A/1', steps: three })
      if (ended) world.end('A', { changed: false })
      given(world)
        .when('gate.answer', { gate: gateOf(world), answer: 'reject', reasons: [] })
        .refused('invalid', /needs a reason/)
      world.ask('gate.answer', { gate: gateOf(world), answer: 'reject', reasons: ['too fine'] })
      expect(keysOf(world)).toEqual(['A', 'B'])
      expect(world.step('A')).toMatchObject({ phase: 'waiting', reworks: 1, why: 'too fine' })
      expect(world.step('A').attempts[0]).toMatchObject({ sentBack: 'too fine' })
      expect(world.step('A').questions).toBe(0)
      expect(world.tick()).toEqual(['A'])
    }
  })

  it('are nothing any more when their attempt came to nothing', () => {
    const world = asking()
    world.ask('steps.propose', { attempt: 'i/A/1', steps: three })
    const gate = gateOf(world)
    world.fail('A', 'crashed')
    given(world).when('gate.answer', { gate, answer: 'approve', reasons: [] }).refused('conflict', /moot/)
  })

  it('take no number twice, however many questions are open', () => {
    const world = asking()
    world.ask('steps.propose', { attempt: 'i/A/1', steps: [part('x')] })
    world.ask('steps.propose', { attempt: 'i/A/1', steps: [part('y')] })
    const gates = [...world.state.gates.keys()]
    for (const gate of gates) world.ask('gate.answer', { gate, answer: 'approve', reasons: [] })
    expect(keysOf(world)).toEqual(['A', 'B', 'A.1', 'A.2'])
  })

  it('are refused when the plan has taken their name meanwhile', () => {
    const world = asking()
    world.ask('steps.propose', { attempt: 'i/A/1', steps: [part('x')] })
    world.ask('plan.import', planOf(itemOf('A? B<A A.1')))
    given(world)
      .when('gate.answer', { gate: gateOf(world), answer: 'approve', reasons: [] })
      .refused('conflict', /has a step A\.1/)
  })
})

describe('what is refused', () => {
  it('comes from an attempt that is not there, or is over', () => {
    const world = auto()
    for (const attempt of ['i/X/1', 'i/A/2', 'x/A/1'])
      given(world)
        .when('steps.propose', { attempt, steps: three })
        .refused('not-found', /no such attempt/)
    world.ask('step.cancel', { step: 'i/A', why: 'enough' })
    given(world)
      .when('steps.propose', { attempt: 'i/A/1', steps: three })
      .refused('conflict', /has ended/)
  })

  it('is empty, too many, too long, or in no order that could be kept', () => {
    const world = auto()
    const ask = (steps: readonly ProposedStep[]) => given(world).when('steps.propose', { attempt: 'i/A/1', steps })
    ask([]).refused('invalid', /names no part/)
    ask(Array.from({ length: 51 }, () => part('x'))).refused('policy', /51 parts, and 50 are the most/)
    ask([part('x', { brief: 'x'.repeat(100_001) })]).refused('invalid', /longer than/)
    for (const after of [[1], [2], [0], [-1], [1.5], [Number.NaN]])
      ask([part('x', { after })]).refused('invalid', /not all parts before it/)
    world.ask('steps.propose', { attempt: 'i/A/1', steps: Array.from({ length: 30 }, () => part('x')) })
    ask(Array.from({ length: 21 }, () => part('x'))).refused('policy', /51 parts/)
  })

  it('counts what a person has not answered yet', () => {
    const world = asking()
    world.ask('steps.propose', { attempt: 'i/A/1', steps: Array.from({ length: 50 }, () => part('x')) })
    given(world)
      .when('steps.propose', { attempt: 'i/A/1', steps: [part('x')] })
      .refused('policy', /51 parts/)
  })

  it('says of itself that it may touch what is protected', () => {
    const world = running('A{package.json}? B')
    const protect = ['package.json', 'ci/']
    world.ask('workspace.trust', { path: '/w', digest: 'n', policy: policy({ proposals: 'auto', protect }) })
    world.tick()
    const ask = (path: string) =>
      given(world).when('steps.propose', { attempt: 'i/A/1', steps: [part('x', { writes: [path] })] })
    ask('ci/release.yml').refused('policy', /protected/)
    ask('baton.yaml').refused('policy', /protected/)
    ask('package.json').then('steps.added', 'run.widened')
  })
})

describe('a plan that is read again', () => {
  it('leaves parts alone, and lets them follow their step', () => {
    const world = auto('A? B<A')
    world.ask('steps.propose', { attempt: 'i/A/1', steps: three })
    readThrough(world, 'A')
    expect(world.ask('plan.import', planOf(itemOf('A? B<A')))).toEqual([])
    world.ask('plan.import', planOf(itemOf('Z A? B<A')))
    expect(world.step('A.1').spec.order).toBe(2)
    expect(world.step('A.1').retired).toBe(false)
    expect(world.tick().sort()).toEqual(['A.1', 'Z'])
  })

  it('takes them over to the new id of their step', () => {
    const world = auto('A? B<A')
    world.ask('steps.propose', { attempt: 'i/A/1', steps: [part('one')] })
    readThrough(world, 'A')
    const [a, b] = itemOf('N? B<N').steps
    const renamed = [{ ...a, key: 'N', title: 'A' }, b]
    world.ask('plan.import', planOf({ ...itemOf('N? B<N'), steps: renamed as never }))
    expect(world.step('A.1').spec).toMatchObject({ after: [{ key: 'N' }], part: { of: 'N', root: 'N' } })
    expect(world.tick()).toEqual(['A.1'])
    through(world, 'A.1')
    expect(world.tick()).toEqual(['B'])
  })

  it('takes them out with their step, and asks about those at work', () => {
    const world = auto('A? B<A')
    world.ask('steps.propose', { attempt: 'i/A/1', steps: [part('one'), part('two', { after: [1] })] })
    readThrough(world, 'A')
    world.tick()
    world.ask('plan.import', planOf(itemOf('B')))
    expect(world.step('A.2').retired).toBe(true)
    expect(world.step('A.1').retired).toBe(false)
    expect([...world.state.gates.values()].at(-1)).toMatchObject({
      kind: 'plan',
      step: 'i/A.1',
      options: ['keep', 'drop'],
    })
  })

  it('may not take the name of a part', () => {
    const world = auto('A? B<A')
    world.ask('steps.propose', { attempt: 'i/A/1', steps: three })
    given(world)
      .when('plan.import', planOf(itemOf('A? B<A A.1')))
      .refused('conflict', /A\.1, and that is a part of A/)
  })
})

it('a run that names a step means its parts, and one that leaves parts out is told', () => {
  const world = auto('A? B<A C')
  world.ask('steps.propose', { attempt: 'i/A/1', steps: three })
  readThrough(world, 'A')
  world.ask('run.cancel', { item: 'i', why: 'later' })
  const start = { item: 'i', parallel: 4, exclude: [], force: false }
  given(world)
    .when('run.start', { ...start, include: ['B'] })
    .refused('conflict', /B depends on A\.1; B depends on A\.2/)
  given(world)
    .when('run.start', { ...start, include: ['A', 'B'] })
    .then(['run.started', { selection: ['A', 'B', 'A.1', 'A.2', 'A.3'] }])
})

it('ends nothing before its parts have ended', () => {
  const world = auto('A?')
  world.ask('steps.propose', { attempt: 'i/A/1', steps: [part('one')] })
  readThrough(world, 'A')
  world.tick()
  given(world)
    .when('item.integrate', { item: 'i', force: false })
    .refused('conflict', /A\.1 is running/)
  through(world, 'A.1')
  play(world, '')
  world.tick()
  expect([...world.state.runs.values()].at(-1)).toMatchObject({ phase: 'ended', outcome: 'complete' })
})

function endOf(world: World, key: string) {
  const attempt = world.step(key).attempts.at(-1)
  const outcome = { kind: 'succeeded', why: '' } as const
  const used = { tokensIn: 0, tokensOut: 0, cachedIn: 0, cost: 0, ms: 0 }
  return { attempt: attempt?.id ?? '', fence: attempt?.fence ?? 0, outcome, used, tree: 't' }
}
