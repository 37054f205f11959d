import { expect, it } from 'vitest'
import { play, running } from './testing.ts'
import { why } from './why.ts'

it('says in a sentence why a step is where it is, what ends that, and who can', () => {
  const world = running('A B<A C{a} D{a/b} E!ok F+ G')
  world.tick()
  const says = (key: string) => {
    const hold = why(world.state, `i/${key}`, world.now)
    return `${hold?.kind}: ${hold?.why} → ${hold?.until}`
  }
  expect(says('A')).toBe(
    'running: It is being worked on by alpha (attempt 1). → the agent ending, or its time running out',
  )
  expect(says('B')).toBe('predecessors: It waits for A (running). → A landing')
  expect(says('D')).toBe('file: It writes a/b, and so does i/C. → i/C landing')
  expect(says('F')).toMatch(/^ended: It is skipped/)
  play(world, 'E began; E ended; E checked; A began; A ended')
  expect(says('E')).toMatch(
    /^gate: E must pass the gate "ok".*\? → an answer \(approve or reject\): baton gate gate-\d+$/,
  )
  expect(says('A')).toMatch(/^running: Its result by alpha/)
  play(world, 'A checked')
  world.ask('run.pause', { item: 'i', why: '' })
  expect(says('A')).toMatch(/^paused: Its result waits to land while the run is paused/)
  expect(says('B')).toMatch(/^paused: .* → baton resume i$/)
  world.ask('run.resume', { item: 'i', why: '' })
  play(world, 'A landed')
  expect(says('A')).toMatch(/^ended: It is done/)
  world.fail('G', 'defect')
  expect(says('G')).toMatch(/^ended: It failed: .*please report it.* → baton retry i\/G, or baton skip i\/G$/)
})

it('names what holds a whole item, and who can lift it', () => {
  const world = running('A')
  world.ask('blocker.raise', { on: 'i', kind: 'supply', owner: 'eve', notes: 'no key' })
  expect(why(world.state, 'i/A', 0)).toMatchObject({ kind: 'blocker', why: 'The item is blocked (supply): no key.' })
  expect(why(world.state, 'i/X', 0)).toBeUndefined()
  expect(why(world.state, '__proto__/x', 0)).toBeUndefined()
})

it('says what is in line before it', () => {
  const world = running('A B')
  play(world, 'tick; A began; A ended; B began; B ended')
  expect(why(world.state, 'i/B', 0)).toMatchObject({
    kind: 'landing',
    why: expect.stringMatching(/in line .* behind i\/A\/1/),
  })
})

it('points at the failure that a wait is about', () => {
  const world = running('A B<A C<B', {})
  world.tick()
  world.fail('A', 'defect')
  expect(why(world.state, 'i/B', 0)).toMatchObject({ until: 'baton retry i/A, or baton skip i/A' })
})

it('points at the failure also when the run that it stopped has ended', () => {
  const world = running('A B<A')
  world.tick()
  world.fail('A', 'defect')
  world.tick()
  expect([...world.state.runs.values()]).toMatchObject([{ phase: 'ended', outcome: 'stuck' }])
  expect(why(world.state, 'i/B', world.now)).toMatchObject({
    kind: 'not-wanted',
    until: expect.stringMatching('baton retry i/A'),
  })
})
