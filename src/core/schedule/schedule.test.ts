import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { evolve } from '../evolve/index.ts'
import { type Fact, fact } from '../facts.ts'
import type { StepSpec } from '../nouns/step.ts'
import { given, itemOf, planOf, play, policy, running, trusted, World } from '../testing.ts'
import { why } from '../why.ts'
import { bestFirst, push, remove } from './heap.ts'
import { schedule } from './schedule.ts'
import { begun } from './simulate.ts'

const document = { policy: 'document' } as const

it('004, scenario 1: starts steps in ascending order, each when the one before it has landed', () => {
  const world = running('A B C', document)
  expect(play(world, 'tick; A done; tick; B done; tick; C done; tick')).toEqual([['A'], ['B'], ['C'], []])
})

it('004, scenario 2: starts consecutive parallel steps of different order together, in ascending order, before the next', () => {
  const world = running('A B* C* D', document)
  expect(world.tick()).toEqual(['A'])
  play(world, 'A done')
  given(world)
    .when('tick', {})
    .then(
      [
        'decision.made',
        { policy: 'document', launch: [{ step: 'i/B' }, { step: 'i/C' }], rationale: /ascending order/ },
      ],
      ...(['claim.granted', 'attempt.started', 'claim.granted', 'attempt.started'] as const),
    )
  expect(play(world, 'C done; tick; B done; tick')).toEqual([[], ['D']])
})

it('004, scenario 3: starts the lowest of several that may start, when they are not parallel', () => {
  const world = running('B A C', document)
  expect(world.tick()).toEqual(['B'])
  expect(why(world.state, 'i/A', world.now)).toMatchObject({
    kind: 'order',
    why: expect.stringMatching(/B \(running\) comes first/),
  })
})

it('004: equal orders go by key, in code units', () => {
  const steps = itemOf('b* B* a10* a9*').steps.map((step) => ({ ...step, order: 1 }))
  const world = trusted()
  world.ask('plan.import', planOf(itemOf(steps, document)))
  world.ask('run.start', { item: 'i', parallel: 9, include: [], exclude: [], force: false })
  expect(world.tick()).toEqual(['B', 'a10', 'a9', 'b'])
})

it('004, an edge case: parallel steps that share a constraint run one after another, and the decision says so', () => {
  const world = running('A*{src/a.ts} B*{src/a.ts} C*#db D*#db E*{src}', document)
  given(world)
    .when('tick', {})
    .then(
      [
        'decision.made',
        {
          launch: [{ step: 'i/A' }, { step: 'i/C' }],
          passedOver: [
            { step: 'i/B', because: 'file', on: 'src/a.ts (held by i/A)' },
            { step: 'i/D', because: 'lock', on: 'db (held by i/C)' },
            { step: 'i/E', because: 'file', on: 'src (held by i/A)' },
          ],
        },
      ],
      ...(['claim.granted', 'attempt.started', 'claim.granted', 'attempt.started'] as const),
    )
  play(world, 'A began; A ended')
  expect(world.tick()).toEqual([])
  play(world, 'A checked; A landed')
  expect(world.tick()).toEqual(['B'])
})

it('joins on a failed step of the group: nothing after it starts, and the rest of the group goes on', () => {
  const world = running('A* B* C', document, { parallel: 1 })
  expect(world.tick()).toEqual(['A'])
  world.fail('A', 'defect')
  expect(play(world, 'tick; B done; tick')).toEqual([['B'], []])
  expect(world.phases()).toEqual({ A: 'failed', B: 'done', C: 'waiting' })
})

it('ends a group where a phase ends', () => {
  const world = running('A*@one B*@one C*@two D*@two', document)
  expect(play(world, 'tick; A done; tick; B done; tick')).toEqual([['A', 'B'], [], ['C', 'D']])
})

it('graph: critical path first, then order, then key', () => {
  expect(running('A=1 B=1 C=1 D<C=9', {}, { parallel: 2 }).tick()).toEqual(['C', 'A'])
  expect(running('A B C D<B', {}, { parallel: 1 }).tick()).toEqual(['B'])
})

it('graph: holds nothing that its edges, files and locks do not hold', () => {
  const world = running('A B<A C D<C', {})
  expect(world.tick()).toEqual(['A', 'C'])
  world.done('C')
  expect(world.tick()).toEqual(['D'])
})

it('takes the smallest of all limits', () => {
  const starts = (desired: number, cap: number, parallel: number, seats: number): number => {
    const agents = policy().agents.map((agent) => ({ ...agent, seats }))
    const world = trusted({ desired, agents })
    world.state.cap = cap
    world.ask('plan.import', planOf(itemOf('A B C D E F G')))
    world.ask('run.start', { item: 'i', parallel, include: [], exclude: [], force: false })
    return world.tick().length
  }
  expect([starts(2, 9, 9, 9), starts(9, 3, 9, 9), starts(9, 9, 4, 9), starts(9, 9, 9, 5), starts(0, 9, 9, 9)]).toEqual([
    2, 3, 4, 5, 0,
  ])
})

it('shares what there is among items by priority, then id, and a lock among all of them at once', () => {
  const world = trusted()
  for (const [id, priority] of [
    ['b', 2],
    ['a', 2],
    ['c', 1],
  ] as const) {
    world.ask('plan.import', planOf(itemOf('X#gpu Y', { id, priority })))
    world.ask('run.start', { item: id, parallel: 9, include: [], exclude: [], force: false })
  }
  expect(schedule(world.state, 0).map((decision) => decision.launch.map((one) => one.step))).toEqual([
    ['c/X', 'c/Y'],
    ['a/Y'],
    ['b/Y'],
  ])
})

it('takes no time over very many candidates that are all held', () => {
  const many = Array.from({ length: 30_000 }, (_, at) => `T${at}*#db`).join(' ')
  const world = running(many, {})
  expect(world.tick()).toEqual(['T0'])
  const began = performance.now()
  expect(schedule(world.state, 0)).toEqual([])
  expect(performance.now() - began).toBeLessThan(2000)
}, 60_000)

it('gives candidates best first without changing the heap, and takes any of them out', () => {
  const world = running('A=3 B=5 C=1 D=4 E=2')
  schedule(world.state, 0)
  const item = world.state.items.get('i')
  if (item === undefined) throw new Error('no item')
  const keys = () => [...bestFirst(item)].map((index) => item.steps[index]?.spec.key).join('')
  expect(keys()).toBe('BDAEC')
  remove(item, 3)
  expect(keys()).toBe('BAEC')
  remove(item, 3)
  push(item, 3)
  push(item, 3)
  expect(keys()).toBe('BDAEC')
})

it('keeps the heap in order through any pushes and removals', () => {
  const world = running(Array.from({ length: 40 }, (_, at) => `T${at}=${(at * 17) % 41}`).join(' '))
  schedule(world.state, 0)
  const item = world.state.items.get('i')
  if (item === undefined) throw new Error('no item')
  const inside = new Set(item.steps.map((step) => step.index))
  const best = () => [...inside].sort((a, b) => (item.board.ranks[b] ?? 0) - (item.board.ranks[a] ?? 0))
  fc.assert(
    fc.property(fc.array(fc.noBias(fc.nat(39)), { minLength: 20, maxLength: 60 }), (indices) => {
      for (const index of indices) {
        if (inside.delete(index)) remove(item, index)
        else push(item, inside.add(index) && index)
        expect([...bestFirst(item)]).toEqual(best())
      }
    }),
    { numRuns: 200 },
  )
})

/** `i` and `I` swap cases in Turkish, `z` comes before `ä` only here, and a `10` after a `9` only for people. */
const script = `
  import { itemOf, planOf, trusted } from ${JSON.stringify(new URL('../testing.ts', import.meta.url).href)}
  const steps = itemOf('z10* a9* i* I*#db j* B*#db b*{src/I} k<i{src}').steps.map((step) => ({ ...step, order: 1 }))
  const world = trusted()
  world.ask('plan.import', planOf(itemOf(steps, { policy: process.argv[1] })))
  world.ask('run.start', { item: 'i', parallel: 3, include: [], exclude: [], force: false })
  for (let started = world.tick(); started.length > 0; started = world.tick()) world.done(...started)
  process.stdout.write(JSON.stringify(world.entries))
`

it.each(['document', 'graph'])(
  'gives the same bytes in every time zone and locale, under %s',
  async (policy) => {
    const places = [
      { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' },
      { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      { TZ: 'America/St_Johns', LANG: 'sv_SE.UTF-8', LC_ALL: 'sv_SE.UTF-8' },
    ]
    const run = promisify(execFile)
    const args = ['--input-type=module', '-e', script, policy]
    const said = await Promise.all(
      places.map((env) => run(process.execPath, args, { env: { ...process.env, ...env } })),
    )
    const [first, ...rest] = said.map(({ stdout }) => stdout)
    expect(first).toContain('"outcome":"complete"')
    for (const one of rest) expect(one).toBe(first)
  },
  60_000,
)

it('is not part of the house: nothing but tests imports the words that tests are written in', async () => {
  const { readdirSync, readFileSync } = await import('node:fs')
  const root = new URL('../../', import.meta.url)
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test)\.ts$/.test(file),
  )
  const guilty = sources.filter((file) => /from '.*\/testing\.ts'/.test(readFileSync(new URL(file, root), 'utf8')))
  expect(sources.length).toBeGreaterThan(50)
  expect(guilty).toEqual([])
  expect(new World().state.seq).toBe(0)
})

it('holds a step for one that its plan names before it has it, and for what a changed step comes after', () => {
  const task = (id: string, ...after: string[]) => ({ id, duration: 1, after })
  const state = begun([task('A', 'C'), task('B')], 8)
  const tell = (what: Fact) => evolve(state, { seq: state.seq + 1, at: 0, ...what })
  const starts = () => schedule(state, 0).flatMap(({ launch }) => launch.map(({ step }) => step))
  const specs = state.items.get('simulated')?.steps.map(({ spec }) => spec) ?? []
  expect(starts()).toEqual(['simulated/A', 'simulated/B'])
  const third = { ...(specs[1] as StepSpec), key: 'C', order: 3 }
  tell(fact('steps.added', 'simulated', { item: 'simulated', steps: [third] }))
  expect(starts()).toEqual(['simulated/B'])
  const changed = { ...third, key: 'B', order: 2, after: [{ key: 'A', source: 'stated' as const }] }
  tell(fact('step.changed', 'simulated', { step: 'simulated/B', spec: changed }))
  expect(starts()).toEqual([])
})
