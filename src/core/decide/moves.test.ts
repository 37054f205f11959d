// What becomes of each step of an item that goes over to another version, kind by kind, and of who had it and what stood in its way.
import { expect, it } from 'vitest'
import { fact } from '../facts.ts'
import { given, running, spec, type World } from '../testing.ts'
import { patternOf } from '../workflows/pattern.ts'
import { migrationOf } from './migrate.ts'

const said = { why: 'we review now', impact: 'one more step' }
const maps = (...pairs: readonly string[]) =>
  pairs.map((pair) => ({ from: pair.split('=')[0] ?? '', to: pair.split('=')[1] ?? '' }))
const migrate = (...pairs: readonly string[]) => ({ item: 'i', to: 'wf@2', mapping: maps(...pairs), why: 'so agreed' })

function inFlight(steps: string, next: string, run: Parameters<typeof running>[2] = {}): World {
  const world = running(steps, { workflow: 'wf@1' }, run)
  const criteria = { entryCriteria: [], exitCriteria: ['it is there'] }
  const patterns = next.split(' ').map((words, at) => patternOf({ ...spec(words, at), ...criteria }))
  world.ask('workflow.publish', { name: 'wf', version: '2', steps: patterns, ...said })
  return world
}

const plan = (world: World, ...pairs: readonly string[]): string[] => {
  const found = migrationOf(world.state, migrate(...pairs), world.now)
  if ('kind' in found) throw new Error(`${found.what}: ${found.why}`)
  return found.moves.map(({ kind, from = '', to = '', phase }) => `${kind} ${from}>${to} ${phase}`)
}

it('given steps of every kind, then each move says from where, to where and how it stands there', () => {
  const world = inFlight('A B+ C D E+', 'A M B N C')
  expect(plan(world, 'A=A', 'C=M', 'D=')).toEqual([
    'kept A>A waiting',
    'kept B>B skipped',
    'carried C>M waiting',
    'dropped D> waiting',
    'left E> skipped',
    'added >N waiting',
    'renewed >C waiting',
  ])
})

it('given work that is done or failed, then it is so under its new key; what is gated or waits begins there', () => {
  const world = inFlight('A B', 'X Y')
  world.tick()
  world.done('A')
  world.fail('B', 'defect')
  expect(plan(world, 'A=X', 'B=Y')).toEqual(['carried A>X done', 'carried B>Y failed'])
  world.ask('step.retry', { step: 'i/B', why: 'again' })
  expect(plan(world, 'A=X', 'B=Y')).toEqual(['carried A>X done', 'carried B>Y waiting'])
})

it('given steps that the plan has left out already, then nobody need say what becomes of them, nor may', () => {
  const world = inFlight('A B', 'A')
  world.tell(fact('step.retired', 'i', { step: 'i/B', why: 'left out' }))
  expect(plan(world, 'A=A')).toEqual(['kept A>A waiting'])
  given(world)
    .when('workflow.migrate', migrate('A=A', 'B='))
    .refused('not-found', /no step B/)
})

it('given a question about a step, then the step stays where it is until that is answered', () => {
  const world = inFlight('A!review B', 'A X')
  world.tick()
  world.begin('A')
  world.end('A')
  world.check('A')
  expect(world.phases()).toMatchObject({ A: 'gated' })
  given(world)
    .when('workflow.migrate', migrate('A=X'))
    .refused('busy', /an attempt is at work on A \(gated\), B \(running\)$/)
  world.done('B')
  given(world)
    .when('workflow.migrate', migrate('A=X'))
    .refused('busy', /a question is open about what was done of A$/)
})

it('given a question about a waiting step that holds its work, then it is answered before the step moves', () => {
  const world = inFlight('A B', 'A B X')
  const asks = {
    kind: 'approval',
    item: 'i',
    step: 'i/B',
    asks: 'So?',
    options: ['approve'],
    usual: 'approve',
  } as const
  world.tell(fact('gate.opened', 'i', { ...asks, gate: 'gate-9', proposes: { by: 'i/B/1', steps: [] } }))
  given(world)
    .when('workflow.migrate', migrate('A=A', 'B=X'))
    .refused('conflict', /gate-9 asks about i\/B/)
  expect(plan(world, 'A=X', 'B=B')).toEqual(['carried A>X waiting', 'kept B>B waiting', 'renewed >A waiting'])
  world.tell(fact('gate.mooted', 'i', { gate: 'gate-9', why: 'gone' }))
  expect(plan(world, 'A=A', 'B=X')).toEqual(['kept A>A waiting', 'carried B>X waiting', 'renewed >B waiting'])
})

it('given an owner and obstacles, then they go along, each with a sentence that says from where', () => {
  const world = inFlight('A B C', 'A X C')
  world.ask('blocker.raise', { on: 'i/B', kind: 'external', owner: 'eve', notes: 'no icons' })
  world.ask('blocker.raise', { on: 'i/A', kind: 'people', owner: 'eve', notes: 'stays' })
  world.ask('blocker.raise', { on: 'i/C', kind: 'people', owner: 'eve', notes: 'goes' })
  world.ask('blocker.raise', { on: 'i', kind: 'people', owner: 'eve', notes: 'on all of it' })
  const [on, other, gone] = [...world.state.blockers.keys()]
  world.ask('blocker.raise', { on: 'i/B', kind: 'people', owner: 'eve', notes: 'over' })
  world.ask('blocker.clear', { blocker: [...world.state.blockers.keys()].at(-1) ?? '', notes: 'done' })
  world.ask('owner.transfer', { on: 'i/B', to: 'eve', why: 'she knows it' })
  expect(other).not.toBe(gone)
  const head = world.state.seq
  given(world)
    .when('workflow.migrate', migrate('A=A', 'B=X', 'C='))
    .then(
      'step.changed',
      'step.changed',
      ['step.retired', { step: 'i/B' }],
      'steps.added',
      'steps.carried',
      'run.widened',
      ['ownership.transferred', { item: 'i', step: 'i/X', from: '', to: 'eve', why: 'B is X in wf@2', by: 'ada' }],
      ['blocker.cleared', { blocker: on ?? '', by: 'ada', notes: 'B is X in wf@2' }],
      [
        'blocker.raised',
        { blocker: `blocker-${head + 9}`, item: 'i', step: 'i/X', kind: 'external', owner: 'eve', notes: 'no icons' },
      ],
      ['blocker.cleared', { blocker: gone ?? '', by: 'ada', notes: 'wf@2 has no step for C' }],
      ['workflow.migrated', { mapping: maps('A=A', 'B=X', 'C='), why: 'so agreed' }],
    )
  expect(world.state.seq).toBe(head + 11)
  expect(world.state.blockers.get(`blocker-${head + 9}`)).toMatchObject({ step: 'i/X', notes: 'no icons' })
})

it('given a run of chosen steps, then it goes on with what they have become, and takes in nothing else', () => {
  const world = inFlight('A B C', 'X Y Z', { include: ['A'] })
  const facts = world.ask('workflow.migrate', migrate('A=X', 'B=Y', 'C='))
  expect(facts.find(({ type }) => type === 'run.widened')?.data).toEqual({
    run: [...world.state.runs.keys()][0],
    item: 'i',
    steps: ['X'],
  })
  const none = inFlight('A B', 'A Y', { include: ['A'] })
  expect(none.ask('workflow.migrate', migrate('A=A', 'B=Y')).map(({ type }) => type)).not.toContain('run.widened')
})

it('given a run that is over, or none of it moves, then nothing is widened or carried', () => {
  const world = inFlight('A B', 'A B')
  given(world)
    .when('workflow.migrate', migrate('A=A', 'B=B'))
    .then('step.changed', 'step.changed', ['workflow.migrated', { from: 'wf@1', to: 'wf@2' }])
  const over = inFlight('A B', 'A X')
  over.ask('run.cancel', { item: 'i', why: 'over' })
  const types = over.ask('workflow.migrate', migrate('A=A', 'B=X')).map(({ type }) => type)
  expect(types).toContain('steps.carried')
  expect(types).not.toContain('run.widened')
})

it('given an item that is over, then it is said that it is, and why', () => {
  const world = inFlight('A', 'A')
  world.ask('run.cancel', { item: 'i', why: 'over' })
  world.tell(fact('item.closed', 'i', { id: 'i', why: 'not wanted' }))
  given(world)
    .when('workflow.migrate', migrate('A=A'))
    .refused('conflict', /it is over: not wanted/)
})

it('given more steps than a sentence has room for, then twenty are named and the others counted', () => {
  const keys = Array.from({ length: 21 }, (_, at) => `S${at}`)
  const world = inFlight(keys.join(' '), 'A')
  given(world)
    .when('workflow.migrate', migrate('S0=A'))
    .refused('invalid', /what becomes of S1, S2, .*S20$/)
  const more = inFlight([...keys, 'T'].join(' '), 'A')
  given(more)
    .when('workflow.migrate', migrate('S0=A'))
    .refused('invalid', /what becomes of S1, .*S20 and 1 more$/)
})

it('given an item whose release is signed, then it stays under its version', () => {
  const world = inFlight('A', 'A')
  world.tick()
  world.done('A')
  world.tick()
  world.ask('item.integrate', { item: 'i', force: true })
  const gate = [...world.state.gates.values()].find(({ kind }) => kind === 'release')?.id ?? ''
  world.ask('gate.answer', { gate, answer: 'approve', reasons: ['out'] })
  given(world)
    .when('workflow.migrate', migrate('A=A'))
    .refused('conflict', /its release is signed/)
})
