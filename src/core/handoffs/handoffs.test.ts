// What each end owes, what is composed of it, and what is no handoff.
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fact } from '../facts.ts'
import { freeze, thaw } from '../snapshot.ts'
import { running, type World } from '../testing.ts'
import { wish } from '../wishes.ts'
import type { Handoff } from './artifact.ts'
import { entryOf, handedOn, handoffOf, isoOf, textOf } from './compose.ts'
import { pathOf } from './place.ts'
import { handoff10, handoff11, isHandoff, readHandoff, validateHandoff } from './schema.ts'

function recorded(steps: string, policy: 'graph' | 'document' = 'graph'): World {
  const world = running(steps, { policy })
  world.ask('record.begin', { path: '/w' })
  return world
}

function item(world: World) {
  const found = world.state.items.get('i')
  if (found === undefined) throw new Error('The item is closed.')
  return found
}

const owed = (world: World) => item(world).owes.map((one) => `${one.event} ${one.attempt ?? '-'} ${one.outcome}`)
const composed = (world: World): Handoff[] => item(world).owes.map((one) => handoffOf(world.state, item(world), one))

it('owes nothing where the record has not begun', () => {
  const world = running('A B<A')
  world.tick()
  world.done('A')
  expect(item(world).owes).toEqual([])
})

it('owes a handoff for a failure, a red check, a landing, work sent back and every answer to a gate', () => {
  const world = recorded('A B<A')
  world.tick()
  world.begin('A')
  world.fail('A', 'crashed')
  world.now += 600_000
  world.tick()
  world.begin('A')
  world.end('A')
  world.check('A', [{ check: 'lint', passed: false, why: 'bad', evidence: '', ms: 1 }])
  world.now += 600_000
  world.tick()
  world.done('A')
  world.tell(fact('step.reworked', 'i', { step: 'i/A', why: 'too\u202e slow\nreally', by: 'ada' }))
  expect(owed(world)).toEqual([
    'attempt-failed i/A/1 crashed: it was crashed',
    'attempt-rejected i/A/2 it fails its checks: lint',
    `attempt-completed i/A/3 its result has landed on ${item(world).branch}`,
    'attempt-rejected i/A/3 it was sent back: too\\u{202e} slow really',
  ])
})

it('composes what the published schemas take, and names the entry, the commit and the words', () => {
  const world = recorded('A B<A C<A')
  world.tick()
  world.begin('A')
  world.end('A', { summary: 'a'.repeat(64) })
  world.check('A')
  world.order('A')
  world.settle('A')
  const [one] = composed(world)
  if (one === undefined) throw new Error('Nothing is owed.')
  expect(new Ajv({ validateFormats: false }).validate(handoff10, one)).toBe(true)
  expect(validateHandoff(one)).toEqual([])
  expect(one).toMatchObject({ workItemId: 'i', eventType: 'attempt-completed', attemptId: 'i/A/1', actor: 'alpha' })
  expect(one.workflow).toEqual({ name: 'direct', version: '1' })
  expect(one.nextAction).toBe('what waits for A: B, C')
  expect(one.links).toEqual([
    `baton:journal/${item(world).owes[0]?.of}`,
    'git:landed-i/A/1',
    'git:commit-i/A/1',
    `baton:blob/${'a'.repeat(64)}`,
  ])
  expect(entryOf(one)).toBe(item(world).owes[0]?.of)
  expect(handedOn(one)).toContain('git:landed-i/A/1')
})

it('names who goes on from it in the order of the document too', () => {
  const world = recorded('A B* C* D', 'document')
  world.tick()
  world.done('A')
  expect(composed(world)[0]?.nextAction).toBe('what waits for A: B, C')
})

it('names each file so that every platform can hold it, and no two alike', () => {
  const world = recorded('A')
  world.tick()
  world.done('A')
  const [one] = composed(world)
  if (one === undefined) throw new Error('Nothing is owed.')
  expect(pathOf(one, 7)).toBe(`handoff/1970-01-01/i/${isoOf(world.now).replace(/[:.]/g, '-')}-i-A-1-7.json`)
  const hostile = { ...one, workItemId: '../..', step: { key: '../a:b\\c', order: 1 } }
  expect(pathOf(hostile, 7)).toMatch(/^handoff\/1970-01-01\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\.json$/)
  expect(isoOf(1_700_000_000_123)).toBe(new Date(1_700_000_000_123).toISOString())
})

it('keeps what an item still owes when it closes, takes it back when it is opened again, and forgets what is written', () => {
  const world = recorded('A')
  world.tick()
  world.done('A')
  const of = item(world).owes[0]?.of ?? 0
  const opened = { ...planWords(world), id: 'i' }
  world.tell(fact('item.closed', 'i', { id: 'i', why: 'it is over' }))
  expect(world.state.closed.get('i')?.owes.map((one) => [one.of, one.handoff.eventType])).toEqual([
    [of, 'attempt-completed'],
  ])
  world.tell(fact('item.reopened', 'i', { ...opened, attempts: 1, why: 'again', by: 'ada' }))
  expect(item(world).due?.map((one) => one.of)).toEqual([of])
  expect(thaw(JSON.parse(JSON.stringify(freeze(world.state))))?.items.get('i')?.due).toEqual(item(world).due)
  world.ask('handoff.write', {
    item: 'i',
    commit: 'c',
    files: [{ of, event: 'attempt-completed', path: 'handoff/a.json', digest: 'd' }],
  })
  expect(item(world).due).toBeUndefined()
})

function planWords(world: World) {
  const { workspace, title, brief, owner, priority, policy, workflow, branch, base, source, format, tickFile } =
    item(world)
  return { workspace, title, brief, owner, priority, policy, workflow, branch, base, source, format, tickFile }
}

it('tells the attempt where its newest handoff lies, and records nothing twice', () => {
  const world = recorded('A B<A')
  world.tick()
  world.done('A')
  const of = item(world).owes[0]?.of ?? 0
  const file = { of, event: 'attempt-completed', path: 'handoff/a.json', digest: 'd', attempt: 'i/A/1' } as const
  expect(world.ask('handoff.write', { item: 'i', commit: 'c', files: [file] })).toHaveLength(1)
  expect(world.ask('handoff.write', { item: 'i', commit: 'c', files: [file] })).toEqual([])
  expect(world.step('A').attempts[0]?.handoff).toEqual({ path: 'handoff/a.json', digest: 'd', commit: 'c' })
  expect(item(world).owes).toEqual([])
})

it('leaves a revert of a closed item by the schema that knows of it', () => {
  const world = recorded('A')
  world.tick()
  world.done('A')
  world.tell(fact('item.closed', 'i', { id: 'i', why: 'it is over' }))
  world.tell(fact('reversion.decided', 'i', { item: 'i', commit: 'm', why: 'it broke the shop', by: 'ada' }))
  world.tell(fact('integration.reverted', 'i', { item: 'i', ref: 'refs/heads/main', commit: 'r', of: 'm', by: 'ada' }))
  const last = world.state.closed.get('i')?.owes.at(-1)?.handoff
  expect(last).toMatchObject({ eventType: 'baseline-reverted', schemaVersion: '1.1', actor: 'ada' })
  expect(new Ajv({ validateFormats: false }).validate(handoff11, last)).toBe(true)
  expect(validateHandoff(last)).toEqual([])
  expect(validateHandoff({ ...last, schemaVersion: '1.0' })).toHaveLength(1)
})

it('raises a blocker that names the remedy when a predecessor has no handoff, and charges no try', () => {
  const world = recorded('A B<A')
  world.tick()
  world.done('A')
  world.tick()
  const facts = world.end('B', { outcome: { kind: 'failed', reason: 'no-handoff', why: 'handoff/a.json is gone.' } })
  const raised = facts.find((one) => one.type === 'blocker.raised')
  expect(raised?.data).toMatchObject({
    kind: 'handoff',
    step: 'i/B',
    notes: expect.stringMatching(/handoff\/a.json is gone.*baton handoff repair i/),
  })
  expect([...world.state.blockers.keys()]).toEqual([`blocker-${world.state.seq}`])
  expect([world.step('B').tries, world.tick()]).toEqual([0, []])
})

it('lets a step go on without it when a person clears that blocker, and not when a repair does', () => {
  const held = (): World => {
    const world = recorded('A B<A')
    world.tick()
    world.done('A')
    world.tick()
    world.end('B', { outcome: { kind: 'failed', reason: 'no-handoff', why: 'handoff/a.json is gone.' } })
    return world
  }
  const [person, repair] = [held(), held()]
  const blocker = [...person.state.blockers.keys()][0] ?? ''
  person.ask('blocker.clear', { blocker, notes: 'it is lost, and B does not need it' })
  repair.try(wish('blocker.clear', 'baton', { blocker, notes: 'written back' }))
  expect([person.step('B').waived, repair.step('B').waived]).toEqual([true, undefined])
  expect([person.tick(), repair.tick()]).toEqual([['B'], ['B']])
})

it('judges any value as a validator of the published schema does, and never throws', () => {
  const world = recorded('A')
  world.tick()
  world.done('A')
  const [one] = composed(world)
  const ajv = new Ajv({ validateFormats: false })
  const [is10, is11] = [ajv.compile(handoff10), ajv.compile(handoff11)]
  const odd = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.constant('1.1'),
    fc.constant('baseline-reverted'),
    fc.array(fc.string()),
    fc.object(),
  )
  const broken = fc.tuple(fc.constantFrom(...Object.keys(one ?? {})), odd).filter(([name]) => name !== 'timestamp')
  fc.assert(
    fc.property(
      fc.oneof(
        broken.map(([name, value]) => ({ ...one, [name]: value })),
        odd,
      ),
      (value) => {
        expect(validateHandoff(value).length === 0).toBe(is10(value) || is11(value))
        expect(isHandoff(readHandoff(JSON.stringify(value)))).toBe(validateHandoff(value).length === 0)
      },
    ),
    { numRuns: 300 },
  )
  expect(one === undefined ? [] : readHandoff(textOf(one))).toEqual(one)
  expect(readHandoff('{"workItemId"')).toEqual([expect.stringMatching(/no JSON/)])
})
