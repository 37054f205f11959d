import { expect, it } from 'vitest'
import { isRefusal } from '../decide/answer.ts'
import { decide } from '../decide/index.ts'
import { duties } from '../duties.ts'
import type { TrustedPolicy } from '../nouns/workspace.ts'
import { freeze, thaw } from '../snapshot.ts'
import { given, green, play, policy, red, running, type World } from '../testing.ts'
import { type Wishes, wish } from '../wishes.ts'

const keys = ['A', 'B', 'C'] as const

const batch = (
  over: readonly string[] = keys,
  more: Partial<Wishes['landing.batch']> = {},
): Wishes['landing.batch'] => ({
  item: 'i',
  expected: 'tip',
  batch: over.map((key) => ({ attempt: `i/${key}/1`, commit: `c${key}`, tree: `t${key}` })),
  verdicts: [green],
  ...more,
})

/** A, B and C have ended well, in this order, and none has been checked. */
function line(steps = 'A B C', over: Partial<TrustedPolicy> = {}, ends = 'A ended; B ended; C ended'): World {
  const world = running(steps)
  const trust = policy(over)
  world.ask('workspace.trust', { path: world.state.items.get('i')?.workspace ?? '', digest: 'd1', policy: trust })
  play(world, `tick; A began; B began; C began; ${ends}`)
  return world
}

const owed = (world: World): string[] => {
  const item = world.state.items.get('i')
  return item === undefined ? [] : duties(world.state, item).map((duty) => duty.key)
}

it('says of each its own commit and where it was checked, and orders one move from the tip to the last', () => {
  const world = line()
  given(world)
    .when('landing.batch', batch())
    .then(
      ['attempt.checked', { attempt: 'i/A/1', tip: 'tip', commit: 'cA', tree: 'tA', on: 'cC', passed: true }],
      ['attempt.checked', { attempt: 'i/B/1', tip: 'cA', commit: 'cB', tree: 'tB', on: 'cC', passed: true }],
      ['attempt.checked', { attempt: 'i/C/1', tip: 'cB', commit: 'cC', tree: 'tC', on: 'cC', passed: true }],
      [
        'landing.ordered',
        {
          attempt: 'i/A/1',
          ref: 'refs/heads/baton/i',
          expected: 'tip',
          commit: 'cC',
          tree: 'tC',
          batch: keys.map((key) => ({ attempt: `i/${key}/1`, commit: `c${key}` })),
        },
      ],
    )
  expect(world.phases()).toMatchObject({ A: 'landing', B: 'landing', C: 'landing' })
  expect(owed(world)).toEqual(['move i/A/1'])
  given(world)
    .when('landing.settle', { attempt: 'i/A/1' })
    .then(...keys.map((key) => ['landing.done', { attempt: `i/${key}/1`, commit: `c${key}` }] as const))
  expect(world.tip()).toBe('cC')
  expect(world.phases()).toMatchObject({ A: 'done', B: 'done', C: 'done' })
  expect(world.state.items.get('i')?.landing).toBeUndefined()
})

it('keeps what the checks printed once', () => {
  const world = line()
  const said = world.ask('landing.batch', batch(keys, { verdicts: [{ ...green, evidence: 'long' }] }))
  const evidence = said.map((one) => (one.type === 'attempt.checked' ? one.data.verdicts[0]?.evidence : undefined))
  expect(evidence).toEqual(['', '', 'long', undefined])
})

it('takes only the first in line, in their order, from the tip as it is, and each for a commit of its own', () => {
  const world = line()
  const refuses = (data: Wishes['landing.batch'], why: RegExp): void =>
    void given(world).when('landing.batch', data).refused('conflict', why)
  refuses(batch(['A']), /fewer than two/)
  refuses(batch([]), /fewer than two/)
  refuses(batch(['B', 'C']), /not the first in line/)
  refuses(batch(['A', 'C']), /not the first in line/)
  refuses(batch(['B', 'A', 'C']), /not the first in line/)
  refuses(batch(keys, { expected: 'else' }), /moved since/)
  refuses(
    batch(keys, { batch: keys.map((key) => ({ attempt: `i/${key}/1`, commit: 'cA', tree: 't' })) }),
    /lands nothing/,
  )
  refuses(batch(keys, { verdicts: [red] }), /did not pass/)
  refuses(batch(keys, { verdicts: [] }), /did not pass/)
  refuses(batch(keys, { verdicts: [{ ...green, check: 'other' }] }), /did not pass/)
  given(world)
    .when('landing.batch', { ...batch(), item: 'x' })
    .refused('not-found', /./)
  world.ask('run.pause', { item: 'i', why: 'a break' })
  refuses(batch(), /paused/)
  world.ask('run.resume', { item: 'i', why: 'on' })
  world.ask('landing.batch', batch(['A', 'B']))
  refuses(batch(['A', 'B']), /is landing/)
})

it.each([
  ['a gate of its own', 'A B!review C', {}],
  ['a gate by a rule', 'A B C', { rules: [{ match: 'B', gate: 'review' }] }],
  [
    'other checks by a rule',
    'A B C',
    { rules: [{ match: 'B', checks: [{ kind: 'command', name: 'test', argv: ['other'] }] }] },
  ],
  ['no checks by a rule', 'A B C', { rules: [{ match: 'B', checks: [] }] }],
  ['an answer and no change', 'A B? C', {}],
  [
    'checks that ask which step they judge',
    'A B C',
    { checks: [{ kind: 'command', name: 'test', argv: ['sh', '-c', 'ls out/$BATON_KEY'] }] },
  ],
] as const)('never takes what has %s', (_, steps, over) => {
  const ends = steps.includes('?') ? 'A ended; C ended' : 'A ended; B ended; C ended'
  const world = line(steps, over as Partial<TrustedPolicy>, ends)
  if (steps.includes('?')) world.end('B', { changed: false })
  const [item] = world.state.items.values()
  const lane = (item?.lane ?? []).map((id) => id.split('/')[1] ?? '')
  given(world)
    .when('landing.batch', batch(lane))
    .refused('conflict', /same checks/)
})

it('never takes what touched protected paths', () => {
  const world = line('A B C', {}, 'A ended')
  world.end('B', { protectedPaths: ['package.json'] })
  world.end('C')
  given(world)
    .when('landing.batch', batch())
    .refused('conflict', /same checks/)
})

it('is past cancelling once it is ordered, all of it', () => {
  const world = line()
  world.ask('landing.batch', batch())
  for (const key of keys)
    given(world)
      .when('step.cancel', { step: `i/${key}`, why: '' })
      .refused('conflict', /landing has been ordered/)
})

it('judges all of them again when the branch turns out to be elsewhere, and trusts no verdict on what did not land', () => {
  const world = line()
  world.ask('landing.batch', batch())
  world.ask('landing.refuse', { attempt: 'i/A/1', kind: 'foreign', why: 'moved', paths: [] })
  expect(world.phases()).toMatchObject({ A: 'verifying', B: 'verifying', C: 'verifying' })
  const [gate] = [...world.state.gates.values()]
  world.ask('gate.answer', { gate: gate?.id ?? '', answer: 'adopt', reasons: [] })
  given(world)
    .when('landing.order', { attempt: 'i/A/1', expected: 'tip', commit: 'cA' })
    .refused('conflict', /very commit/)
})

it('stays ordered while a working tree is in its way', () => {
  const world = line()
  world.ask('landing.batch', batch())
  world.ask('landing.refuse', { attempt: 'i/A/1', kind: 'held', why: 'in the way', paths: ['x'] })
  expect(owed(world)).toEqual(['move i/A/1'])
})

it('goes on from a snapshot, and from a record that ends in the middle of what has landed', () => {
  const world = line()
  world.ask('landing.batch', batch())
  const thawed = thaw(JSON.parse(JSON.stringify(freeze(world.state))))
  expect(thawed?.items.get('i')?.landing).toEqual(world.state.items.get('i')?.landing)
  const half = line()
  half.ask('landing.batch', batch())
  const done = decide(half.state, wish('landing.settle', 'baton', { attempt: 'i/A/1' }), 1)
  if (isRefusal(done)) throw new Error(done.why)
  half.tell(...done.slice(0, 1))
  expect(owed(half)).toEqual(['move i/B/1'])
  given(half)
    .when('landing.settle', { attempt: 'i/B/1' })
    .then(...['B', 'C'].map((key) => ['landing.done', { attempt: `i/${key}/1`, commit: `c${key}` }] as const))
  expect(half.tip()).toBe('cC')
})
