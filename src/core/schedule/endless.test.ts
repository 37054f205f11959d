import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../decide/answer.ts'
import type { Gate } from '../nouns/gate.ts'
import type { PlanItem, Policy } from '../nouns/plan.ts'
import { busyPhases, type Edge, type StepSpec } from '../nouns/step.ts'
import { asked, given, itemOf, planOf, spec, trusted, type World } from '../testing.ts'
import { wish } from '../wishes.ts'
import { endlessIn } from './endless.ts'

const specs = (words: string): StepSpec[] => words.split(' ').map(spec)
const wordsOf = (words: string, policy: Policy = 'document'): string[] =>
  endlessIn(specs(words), policy, 9).map(({ text }) => text)

describe('under the order of the document', () => {
  it('a step may wait for what comes before it, or beside it', () => {
    expect(wordsOf('A B<A C<A,B')).toEqual([])
    expect(wordsOf('A*<B B* C')).toEqual([])
    expect(wordsOf('A*@x B*@x')).toEqual([])
    expect(wordsOf('A~B B')).toEqual([])
  })

  it('a step that waits for a later one is named with it, and so is each other such', () => {
    const text = (one: string, other: string) =>
      `${one} depends on ${other}, which comes after it, and the order of the document holds: neither could ever start`
    expect(wordsOf('A<C B<C C')).toEqual([text('A', 'C'), text('B', 'C')])
    expect(wordsOf('A*@x<B B*@y')).toEqual([text('A', 'B')])
    expect(wordsOf('A^B B')).toEqual([text('A', 'B')])
    expect(endlessIn(specs('A<C B<C C'), 'document')).toHaveLength(1)
  })

  it('is said with the file and the line of both', () => {
    const [a, b] = specs('A<B B') as [StepSpec, StepSpec]
    const at = { file: 'plan.yaml', line: 7, column: 5 }
    const edge: Edge = { key: 'B', source: 'stated', at }
    const steps = [
      { ...a, after: [edge] },
      { ...b, place: { file: 'plan.yaml', line: 12 } },
    ]
    expect(endlessIn(steps, 'document')).toEqual([
      {
        kind: 'order',
        keys: ['A', 'B'],
        text: 'A depends on B (plan.yaml:12), which comes after it, and the order of the document holds: neither could ever start',
        remedy: 'put B before A, or take this dependency out',
        at,
      },
    ])
  })
})

describe('by dependencies alone', () => {
  it('only a circle never ends, and it is said where it stands', () => {
    expect(wordsOf('A<C B<C C', 'graph')).toEqual([])
    expect(wordsOf('A<C B<A C<B', 'graph')).toEqual(['these wait for each other: A → C → B → A'])
    const [a, b] = specs('A<B B<A') as [StepSpec, StepSpec]
    const placed = [{ ...a, place: { file: 'p', line: 3 } }, b]
    expect(endlessIn(placed, 'graph')).toEqual([
      {
        kind: 'cycle',
        keys: ['A', 'B'],
        text: 'these wait for each other: A → B → A',
        remedy: 'take one of these dependencies out',
        at: { file: 'p', line: 3 },
      },
    ])
  })
})

const keys = ['A', 'B', 'C', 'D', 'E'] as const
const edge = fc.record({
  key: fc.constantFrom(...keys, 'none'),
  source: fc.constantFrom('stated' as const, 'stated' as const, 'phase' as const, 'order' as const),
})
const step = fc.record({
  order: fc.integer({ min: 1, max: 4 }),
  group: fc.constantFrom('', '', 'x'),
  parallel: fc.boolean(),
  after: fc.uniqueArray(edge, { maxLength: 2, selector: (one) => one.key }),
  ticked: fc.boolean(),
  readsOnly: fc.boolean(),
  gated: fc.boolean(),
})
const policies = fc.constantFrom<Policy>('document', 'graph')
const plan = fc
  .record({ policy: policies, steps: fc.array(fc.tuple(step, fc.nat(4)), { minLength: 1, maxLength: 5 }) })
  .map(({ policy, steps }): PlanItem => {
    const made = steps.map(([{ gated, ...said }, tick], at): StepSpec => {
      const asks = gated ? { gate: 'review' } : {}
      return { ...spec(keys[at] ?? '', at), ...said, ...asks, ticked: said.ticked && tick === 0 }
    })
    return itemOf(made, { policy })
  })

/** Says no, or gives true. */
const taken = (world: World, asking: ReturnType<typeof wish>): boolean => !isRefusal(world.try(asking))

/** What is next for a step that is at work, and well done. */
function next(world: World, key: string): void {
  const { phase, attempts, spec: said } = world.step(key)
  const attempt = attempts.at(-1)?.id ?? ''
  const first = world.state.items.get('i')?.lane[0] === attempt
  if (phase === 'running') {
    world.begin(key)
    world.end(key, { changed: said.readsOnly !== true })
  } else if (phase === 'verifying' && first && said.readsOnly === true)
    world.ask('attempt.check', { attempt, tip: world.tip(), commit: world.tip(), tree: 't', verdicts: [] })
  else if (phase === 'verifying' && first) world.check(key)
  else if (phase === 'landing' && first) {
    world.order(key)
    world.settle(key)
  }
}

interface Fate {
  /** The round in which whatever reads only is split in two. */
  readonly splits: number
  /** Where work is sent back to, gate after gate; then everything is approved. */
  readonly back: readonly string[]
}
const fate: fc.Arbitrary<Fate> = fc.record({
  splits: fc.nat(3),
  back: fc.array(fc.constantFrom(...keys), { maxLength: 3 }),
})

/** Everything that starts succeeds, and whoever is asked answers. */
function toTheEnd(world: World, { splits, back }: Fate, between: (round: number) => void): string | undefined {
  const part = { title: 'p', brief: '', after: [], writes: [], role: 'coder', exitCriteria: [] }
  const sentTo = [...back]
  for (let round = 0; round < 300; round++) {
    world.tick()
    const run = [...world.state.runs.values()].at(-1)
    if (run === undefined || run.phase === 'ended') return run?.outcome
    const busy = world.state.items.get('i')?.steps.filter(({ phase }) => busyPhases.has(phase)) ?? []
    for (const { id, spec: said, attempts, phase } of busy) {
      const attempt = `${id}/${attempts.at(-1)?.number}`
      if (round === splits && said.readsOnly === true && phase === 'running')
        world.try(wish('steps.propose', 'ada', { attempt, steps: [part, { ...part, after: [1] }] }))
      next(world, said.key)
    }
    between(round)
    for (const gate of world.state.gates.values()) if (gate.phase === 'open') answer(world, gate, sentTo)
  }
  return 'it went round and round'
}

function answer(world: World, { id, kind, options }: Gate, sentTo: string[]): void {
  const reentry = kind === 'plan' ? undefined : sentTo.shift()
  const reasons = ['so']
  const said = { gate: id, answer: reentry === undefined ? (options[0] ?? '') : 'reject', reasons }
  const asking = { ...said, ...(reentry === undefined ? {} : { reentry }) }
  if (!taken(world, wish('gate.answer', 'ada', asking)))
    world.try(wish('gate.answer', 'ada', { ...said, answer: options[0] ?? '' }))
}

const world = () => trusted({ proposals: 'auto', protect: [] })

it('whatever is let in comes to its end, in every selection, under either policy, and when steps are split', () => {
  const selection = fc.subarray([...keys], { maxLength: 3 })
  const how = fc.option(policies, { nil: undefined })
  let [begun, refused] = [0, 0]
  fc.assert(
    fc.property(plan, how, selection, selection, fate, (item, policy, include, exclude, goes) => {
      const house = world()
      if (!taken(house, wish('plan.import', 'ada', planOf(item)))) {
        refused += 1
        return
      }
      const start = { ...asked, include, exclude, ...(policy === undefined ? {} : { policy }) }
      if (!taken(house, wish('run.start', 'ada', start))) return
      begun += 1
      expect(toTheEnd(house, goes, () => {})).toBe('complete')
    }),
    { numRuns: 1000 },
  )
  expect(Math.min(begun, refused)).toBeGreaterThan(100)
})

it('whatever a plan becomes while it is carried out, and whatever is sent back, it comes to its end', () => {
  let changed = 0
  fc.assert(
    fc.property(plan, plan, plan, fc.nat(8), fate, (first, second, third, at, goes) => {
      const house = world()
      if (!taken(house, wish('plan.import', 'ada', planOf(first)))) return
      if (!taken(house, wish('run.start', 'ada', asked))) return
      const plans = [second, third]
      const between = (round: number): void => {
        const next = round >= at ? plans.shift() : undefined
        if (next !== undefined && taken(house, wish('plan.import', 'ada', planOf(next)))) changed += 1
      }
      expect(toTheEnd(house, goes, between)).toBe('complete')
    }),
    { numRuns: 1000 },
  )
  expect(changed).toBeGreaterThan(150)
})

it('a run by the other policy is refused when the plan contradicts it, and told what to do', () => {
  const house = trusted()
  house.ask('plan.import', planOf(itemOf('A<B B')))
  const no = given(house)
    .when('run.start', { ...asked, policy: 'document' })
    .refused('invalid', /A depends on B, which comes after it/)
  expect(no.remedy).toMatch(/put B before A.*baton run specs\/i --policy graph/)
  given(house).when('run.start', asked).then('run.started')
})
