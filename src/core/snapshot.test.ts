import { expect, it } from 'vitest'
import { freeze, snapshotVersion, thaw } from './snapshot.ts'
import { itemOf, planOf, play, running, trusted, World } from './testing.ts'

const through = (world: World) => thaw(JSON.parse(JSON.stringify(freeze(world.state))))

it('holds everything that facts have made', () => {
  const world = running('A{a.ts} B!ok<A C+ D*#db')
  world.ask('blocker.raise', { on: 'i/D', kind: 'k', owner: 'o', notes: 'n' })
  world.ask('key.publish', { name: 'house', key: 'k' })
  play(world, 'tick; A done; tick; B began; B ended; B checked')
  const state = through(world)
  expect(JSON.stringify(freeze(state ?? world.state))).toBe(JSON.stringify(freeze(world.state)))
  const copy = new World(state)
  const gate = [...copy.state.gates.keys()][0] ?? ''
  copy.ask('gate.answer', { gate, answer: 'approve', reasons: [] })
  play(copy, 'B checked; B landed')
  expect(copy.phases()).toEqual({ A: 'done', B: 'done', C: 'skipped', D: 'waiting' })
  expect(world.phases()).toMatchObject({ B: 'gated' })
})

it('is smaller than what it holds: nothing derived is in it', () => {
  const text = JSON.stringify(freeze(running('A B<A').state))
  for (const derived of ['board', 'ranks', 'heap', 'unmet', 'groupOf']) expect(text).not.toContain(`"${derived}`)
})

it('is thrown away when it does not fit', () => {
  const good = freeze(running('A').state) as object
  for (const bad of [null, undefined, 1, 'x', [], {}, { version: snapshotVersion }, { ...good, version: 0 }]) {
    expect(thaw(bad)).toBeUndefined()
  }
  expect(thaw({ ...good, items: 'no' })).toBeUndefined()
  expect(thaw({ ...good, runs: undefined })).toBeUndefined()
})

it('takes names that every object has as its own, and reaches no prototype', () => {
  const world = trusted()
  for (const id of ['constructor', 'toString', 'valueOf']) {
    world.ask('plan.import', planOf(itemOf('constructor hasOwnProperty<constructor', { id })))
    world.ask('run.start', { item: id, parallel: 2, include: [], exclude: [], force: false })
  }
  world.ask('key.publish', { name: '__proto__', key: 'k' })
  world.ask('workspace.open', { path: '__proto__', baseBranch: 'main' })
  world.tick()
  const state = through(world)
  expect(JSON.stringify(freeze(state ?? world.state))).toBe(JSON.stringify(freeze(world.state)))
  expect(state?.keys.get('__proto__')).toBe('k')
  const polluted = JSON.parse('{"version":1,"__proto__":{"polluted":true},"items":[]}')
  expect(thaw(polluted)).toBeUndefined()
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})
