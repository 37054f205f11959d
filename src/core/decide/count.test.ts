import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countOf, countsOf, sumsOf } from '../counts.ts'
import { evolve } from '../evolve/index.ts'
import { mostCounts } from '../nouns/count.ts'
import { freeze, thaw } from '../snapshot.ts'
import { emptyState, type State } from '../state.ts'
import { given, running, trusted, World } from '../testing.ts'
import { wish } from '../wishes.ts'
import { decide } from './index.ts'

const [second, hour, day] = [1000, 3_600_000, 24 * 3_600_000]
const later = (world: World, ms: number): World => {
  world.now += ms
  return world
}

it('counts a folder that is no workspace from the first number that is wanted there', () => {
  const world = given(new World())
    .when('workspace.want', { path: '/a', desired: 3 })
    .then(['workspace.desired', { path: '/a', desired: 3 }])
  expect(countOf(world.state, '/a')).toEqual({
    ...{ path: '/a', running: 0, desired: 3, own: 0, reported: 0, stale: false, workspace: false },
  })
  expect(world.state.workspaces.size).toBe(0)
  given(world).when('workspace.want', { path: '/a', desired: 3 }).then()
  given(world).when('workspace.want', { path: '/b', desired: 2 }).then('workspace.desired')
  expect(sumsOf(world.state)).toEqual({ running: 0, desired: 5 })
  given(world).when('workspace.want', { path: '/a', desired: 5 }).then('workspace.desired')
  expect(sumsOf(world.state)).toEqual({ running: 0, desired: 7 })
})

it('counts a folder at which nothing is wanted, too', () => {
  const world = given(new World()).when('workspace.want', { path: '/a', desired: 0 }).then('workspace.desired')
  expect(countsOf(world.state).map(({ path }) => path)).toEqual(['/a'])
})

it("uses a workspace's own number, for its scheduler and for the sum", () => {
  const world = running('A* B* C*')
  given(world)
    .when('workspace.want', { path: '/w/', desired: 1 })
    .then(['workspace.desired', { path: '/w' }])
  expect(world.state.counts.size).toBe(0)
  expect(world.tick()).toEqual(['A'])
  expect(countOf(world.state, '/w')).toMatchObject({ desired: 1, running: 1, own: 1, workspace: true })
})

it('adds what is reported from outside to the attempts of the house, and a report replaces only that', () => {
  const world = running('A* B*')
  world.tick()
  given(world)
    .when('count.report', { path: '/w', running: 5 })
    .then(['count.reported', { path: '/w', running: 5 }])
  expect(countOf(world.state, '/w')).toMatchObject({ running: 7, own: 2, reported: 5 })
  given(world).when('count.report', { path: '/w', running: 1 }).then('count.reported')
  expect(sumsOf(world.state).running).toBe(3)
  world.done('A')
  expect(countOf(world.state, '/w')).toMatchObject({ running: 2, own: 1, reported: 1 })
  given(world).when('count.report', { path: '/w', running: 0 }).then('count.reported')
  given(world).when('count.report', { path: '/w', running: 0 }).then()
  expect(world.state.counts.size).toBe(0)
})

it('believes a report for sixty seconds, and longer when it is renewed', () => {
  const world = given(new World()).when('count.report', { path: '/a', running: 2 }).then('count.reported')
  given(later(world, 4 * second))
    .when('count.report', { path: '/a', running: 2 })
    .then()
  given(later(world, 26 * second))
    .when('count.report', { path: '/a', running: 2 })
    .then('count.reported')
  given(later(world, 59 * second))
    .when('count.sweep', {})
    .then()
  expect(countOf(world.state, '/a').running).toBe(2)
  given(later(world, second))
    .when('count.sweep', {})
    .then(['count.lapsed', { path: '/a', running: 2 }])
  given(world).when('count.sweep', {}).then()
  expect(countOf(world.state, '/a')).toMatchObject({ running: 0, stale: false })
})

it('forgets a report of a workspace without a trace, and keeps the workspace', () => {
  const world = trusted({ desired: 4 })
  given(world).when('count.report', { path: '/w', running: 2 }).then('count.reported')
  given(later(world, 60 * second))
    .when('count.sweep', {})
    .then('count.lapsed')
  expect(world.state.counts.size).toBe(0)
  given(later(world, 30 * day))
    .when('count.sweep', {})
    .then()
  expect(sumsOf(world.state)).toEqual({ running: 0, desired: 4 })
})

it('lets a report lapse although the clock was set back behind it', () => {
  const world = given(new World()).when('count.report', { path: '/a', running: 2 }).then('count.reported')
  given(later(world, -30 * second))
    .when('count.sweep', {})
    .then()
  given(later(world, -hour)).when('count.sweep', {}).then('count.lapsed')
})

it('calls stale what nobody was seen at for a day, and removes it after seven', () => {
  const world = given(new World()).when('workspace.want', { path: '/a', desired: 3 }).then('workspace.desired')
  given(later(world, day - 1))
    .when('count.sweep', {})
    .then()
  given(later(world, 1))
    .when('count.sweep', {})
    .then(['count.went-stale', { path: '/a' }])
  expect(countOf(world.state, '/a')).toMatchObject({ stale: true, desired: 3, running: 0 })
  given(later(world, 6 * day - 1))
    .when('count.sweep', {})
    .then()
  expect(sumsOf(world.state).desired).toBe(3)
  given(later(world, 1))
    .when('count.sweep', {})
    .then(['count.removed', { path: '/a' }])
  expect(sumsOf(world.state).desired).toBe(0)
  expect(world.state.counts.size).toBe(0)
})

it('removes at once what is long overdue, as after a week in which the house was closed', () => {
  const world = given(new World()).when('count.report', { path: '/a', running: 3 }).then('count.reported')
  given(later(world, 8 * day))
    .when('count.sweep', {})
    .then(['count.removed', { path: '/a' }])
})

it.each([
  ['workspace.want', { path: '/a', desired: 3 }, 'workspace.desired'],
  ['count.report', { path: '/a', running: 0 }, 'count.reported'],
  ['count.see', { path: '/a' }, 'count.seen'],
] as const)('takes %s for a sign of life, once an hour at most', (type, data, fact) => {
  const world = given(new World()).when('workspace.want', { path: '/a', desired: 3 }).then('workspace.desired')
  given(later(world, hour - 1))
    .when(type, data)
    .then()
  given(later(world, 1)).when(type, data).then(fact)
  given(later(world, day)).when('count.sweep', {}).then('count.went-stale')
  given(world).when(type, data).then(fact)
  expect(countOf(world.state, '/a')).toMatchObject({ stale: false, desired: 3 })
  given(later(world, day - 1))
    .when('count.sweep', {})
    .then()
})

it('begins nothing by looking', () => {
  given(new World()).when('count.see', { path: '/a' }).then()
  expect(countOf(new World().state, '/a')).toMatchObject({ running: 0, desired: 0 })
})

it('lets a folder become a workspace: from then on the number of the workspace holds', () => {
  const world = given(new World()).when('workspace.want', { path: '/w', desired: 9 }).then('workspace.desired')
  given(world).when('count.report', { path: '/w', running: 2 }).then('count.reported')
  given(world).when('workspace.open', { path: '/w', baseBranch: 'main' }).then('workspace.opened')
  expect(countOf(world.state, '/w')).toMatchObject({ desired: 4, reported: 2, workspace: true })
  expect(sumsOf(world.state)).toEqual({ running: 2, desired: 4 })
  const quiet = given(new World()).when('workspace.want', { path: '/w', desired: 9 }).then('workspace.desired')
  given(quiet).when('workspace.open', { path: '/w', baseBranch: 'main' }).then('workspace.opened')
  expect(quiet.state.counts.size).toBe(0)
})

it('refuses what is no whole number from 0 to 1024, and what is no absolute path', () => {
  const world = given(trusted())
  for (const path of ['/w', '/a']) {
    for (const number of [-1, 1.5, 1025, Number.NaN, Number.POSITIVE_INFINITY, '3' as unknown as number]) {
      world.when('workspace.want', { path, desired: number }).refused('invalid', /0 to 1024/)
      world.when('count.report', { path, running: number }).refused('invalid', /0 to 1024/)
    }
  }
  for (const path of ['', 'a', './a', '../a', '~/a', 'C:a', '/a/../b', '/a\u0000', '/a\nb', '/\ud800', '\\a']) {
    world.when('workspace.want', { path, desired: 1 }).refused('invalid', /no absolute path/)
    world.when('count.report', { path, running: 1 }).refused('invalid', /no absolute path/)
  }
})

it('counts so many folders and no more', () => {
  const world = new World()
  for (let at = 0; at < mostCounts; at += 1)
    evolve(world.state, { seq: at + 1, at: 1, type: 'workspace.desired', data: { path: `/${at}`, desired: 1 } })
  given(world)
    .when('workspace.want', { path: '/more', desired: 1 })
    .refused('policy', /10000 folders/)
  given(world)
    .when('count.report', { path: '/more', running: 1 })
    .refused('policy', /10000 folders/)
  given(world).when('workspace.want', { path: '/7', desired: 2 }).then('workspace.desired')
})

const paths = fc.constantFrom('/a', '/a/', '/b', '/w', '/W', '/ü %41', 'c:\\x', 'C:/x/', '\\\\host\\x')
const amount = fc.integer({ min: 0, max: 1024 })
const happening = fc.oneof(
  fc.record({ type: fc.constant('workspace.want'), data: fc.record({ path: paths, desired: amount }) }),
  fc.record({ type: fc.constant('count.report'), data: fc.record({ path: paths, running: amount }) }),
  fc.record({ type: fc.constant('count.see'), data: fc.record({ path: paths }) }),
  fc.record({ type: fc.constant('count.sweep'), data: fc.constant({}) }),
  fc.record({
    type: fc.constant('workspace.open'),
    data: fc.record({ path: fc.constantFrom('/w', '/a', 'C:/x'), baseBranch: fc.constantFrom('main', 'trunk') }),
  }),
  fc.record({ type: fc.constant('wait'), data: fc.integer({ min: -hour, max: 9 * day }) }),
)

it('gives the sum of all parts, whatever happens; and the same again from the record, and from a snapshot anywhere', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), fc.nat(60), (life, cut) => {
      const state = emptyState()
      const entries: { seq: number; at: number; type: string; data: unknown }[] = []
      let [now, from] = [30 * day, copyOf(state)]
      for (const [at, { type, data }] of life.entries()) {
        if (type === 'wait') now += data as number
        else {
          const decided = decide(state, wish(type as 'count.see', 'ada', data as { path: string }), now)
          if (!Array.isArray(decided)) throw new Error('refused')
          for (const { type: fact, data: said } of decided) {
            entries.push({ seq: state.seq + 1, at: now, type: fact, data: said })
            evolve(state, entries.at(-1) ?? { seq: 0, at: 0, type: '', data: '' })
          }
        }
        const parts = countsOf(state)
        const sum = (of: 'running' | 'desired') => parts.reduce((all, one) => all + one[of], 0)
        expect(sumsOf(state)).toEqual({ running: sum('running'), desired: sum('desired') })
        for (const [path, workspace] of state.workspaces) expect(countOf(state, path).desired).toBe(workspace.desired)
        for (const path of state.counts.keys())
          if (state.workspaces.has(path)) expect(state.counts.get(path)?.reported).toBeGreaterThan(0)
        if (at === cut) from = copyOf(state)
      }
      const again = emptyState()
      for (const entry of entries) evolve(again, entry)
      for (const entry of entries) if (entry.seq > from.seq) evolve(from, entry)
      const text = JSON.stringify(freeze(state))
      expect([JSON.stringify(freeze(again)), JSON.stringify(freeze(from))]).toEqual([text, text])
    }),
    { numRuns: 300 },
  )
})

function copyOf(state: State): State {
  const copy = thaw(JSON.parse(JSON.stringify(freeze(state))))
  if (copy === undefined) throw new Error('The snapshot was not taken.')
  return copy
}
