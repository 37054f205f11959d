import { describe, expect, it } from 'vitest'
import { fact } from '../facts.ts'
import { nothingUsed, type Outcome } from '../nouns/attempt.ts'
import { asked, given, green, play, policy, red, running, type World } from '../testing.ts'

const well: Outcome = { kind: 'succeeded', why: 'fine' }
const begin = { clone: '/c', isolation: 'none', inputs: 'd' } as const
const end = { outcome: well, used: nothingUsed, tree: 't', commit: 'c', changed: true }

function started(steps = 'A', item = {}) {
  const world = running(steps, item)
  world.tick()
  return { world, fence: world.step('A').attempts[0]?.fence ?? 0 }
}

it('begins an attempt once, and only for the holder of its claim', () => {
  const { world, fence } = started()
  given(world)
    .when('attempt.begin', { attempt: 'i/X/1', fence, ...begin })
    .refused('not-found', /no such attempt/)
  given(world)
    .when('attempt.begin', { attempt: 'i/A/2', fence, ...begin })
    .refused('not-found', /no such attempt/)
  given(world)
    .when('attempt.begin', { attempt: 'i/A/1', fence: fence - 1, ...begin })
    .refused('conflict', /no longer holds/)
  given(world)
    .when('attempt.begin', { attempt: 'i/A/1', fence, ...begin })
    .then(['attempt.began', { clone: '/c' }])
  given(world)
    .when('attempt.begin', { attempt: 'i/A/1', fence, ...begin, clone: '/other' })
    .refused('conflict', /begun it already/)
})

it('ends an attempt once; what comes late or twice is kept and never applied', () => {
  const { world, fence } = started()
  given(world)
    .when('attempt.end', { attempt: 'i/A/1', fence, ...end })
    .then(['attempt.ended', { tree: 't', commit: 'c' }], ['claim.released', { attempt: 'i/A/1' }])
  expect(world.phases()).toEqual({ A: 'verifying' })
  const before = JSON.stringify(world.state.items.get('i'))
  const failed: Outcome = { kind: 'failed', reason: 'crashed', why: 'late' }
  given(world)
    .when('attempt.end', { attempt: 'i/A/1', fence, ...end, outcome: failed })
    .then(['attempt.late', { attempt: 'i/A/1', fence, outcome: failed, why: /after its claim had ended/ }])
  expect(JSON.stringify(world.state.items.get('i'))).toBe(before)
})

it('turns an earlier attempt and a wrong fence away while a later attempt holds the claim', () => {
  const { world, fence } = started()
  world.fail('A', 'crashed')
  world.tick()
  const later = world.step('A').attempts[1]?.fence ?? 0
  expect(later).toBeGreaterThan(fence)
  given(world)
    .when('attempt.end', { attempt: 'i/A/1', fence, ...end })
    .then('attempt.late')
  given(world)
    .when('attempt.end', { attempt: 'i/A/2', fence, ...end })
    .then('attempt.late')
  given(world)
    .when('attempt.end', { attempt: 'i/A/1', fence: later, ...end })
    .then('attempt.late')
  expect(world.phases()).toEqual({ A: 'running' })
  given(world)
    .when('attempt.end', { attempt: 'i/A/2', fence: later, ...end })
    .then('attempt.ended', 'claim.released')
  given(world)
    .when('attempt.end', { attempt: 'i/A/9', fence, ...end })
    .refused('not-found', /no such attempt/)
})

it('keeps what late work left: its tree, its commit and its words are named in the record', () => {
  const { world, fence } = started()
  world.ask('step.cancel', { step: 'i/A', why: 'enough' })
  given(world)
    .when('attempt.end', { attempt: 'i/A/1', fence, ...end, transcript: 'said' })
    .then(['attempt.late', { attempt: 'i/A/1', tree: 't', commit: 'c', transcript: 'said' }])
  expect(world.step('A').attempts[0]?.commit).toBeUndefined()
})

it('keeps late work of an item that is closed, and lets a person discard its clone by name alone', () => {
  const { world, fence } = started()
  world.ask('step.cancel', { step: 'i/A', why: 'enough' })
  world.tell({ type: 'item.closed', stream: 'i', data: { id: 'i', why: 'integrated' } })
  given(world)
    .when('attempt.end', { attempt: 'i/A/1', fence, ...end })
    .then(['attempt.late', { attempt: 'i/A/1', commit: 'c', why: /its item is closed: integrated/ }])
  given(world)
    .when('clone.discard', { attempt: 'i/A/1', why: '', named: false })
    .refused('policy', /has not landed/)
  given(world)
    .when('clone.discard', { attempt: 'i/A/1', why: 'seen', named: true })
    .then(['clone.discarded', { attempt: 'i/A/1', why: 'seen' }])
  given(world)
    .when('attempt.end', { attempt: 'x/A/1', fence, ...end })
    .refused('not-found', /no such attempt/)
})

it('turns away a report that comes after a cancel, a skip of it, and a restart of the run', () => {
  const { world, fence } = started()
  world.ask('step.cancel', { step: 'i/A', why: 'enough' })
  given(world)
    .when('attempt.end', { attempt: 'i/A/1', fence, ...end })
    .then('attempt.late')
  expect(world.phases()).toEqual({ A: 'cancelled' })
})

it('believes the tree, not the exit code', () => {
  const { world, fence } = started()
  given(world)
    .when('attempt.end', { attempt: 'i/A/1', fence, ...end, changed: false })
    .then(['attempt.ended', { outcome: { kind: 'failed', reason: 'no-change' } }], 'claim.released', [
      'step.requeued',
      { reason: 'no-change', counted: true, notBefore: 0 },
    ])
})

describe('FR-010: done again although its work is on the branch', () => {
  const again = (): World => {
    const world = running('A B<A')
    world.tick()
    world.done('A').tick()
    world.done('B').tick()
    world.ask('run.start', { ...asked, include: ['A'], force: true })
    world.tick()
    return world
  }
  const quiet = { changed: false }
  const judged = (world: World) => world.end('A', quiet).find(({ type }) => type === 'attempt.ended')?.data

  it('it may find nothing to change, and is judged and done on the tip as it is', () => {
    const world = again()
    expect(judged(world)).toMatchObject({
      attempt: 'i/A/2',
      outcome: { kind: 'succeeded', why: expect.stringContaining('stands') },
    })
    const check = { attempt: 'i/A/2', tip: world.tip(), commit: world.tip(), tree: 'tree', verdicts: [green] }
    const tip = world.tip()
    given(world)
      .when('attempt.check', check)
      .then('attempt.checked', ['landing.done', { commit: tip }])
    expect([world.phases(), world.tip()]).toEqual([{ A: 'done', B: 'done' }, tip])
    expect(world.step('A').stands).toBeUndefined()
  })

  it('it must change something when it was sent back, when its words are other ones, and when the branch was moved', () => {
    const spec = again().step('A').spec
    for (const met of [
      fact('step.changed', 'i', { step: 'i/A', spec: { ...spec, title: 'Something else', brief: 'Something else' } }),
      fact('branch.adopted', 'i', { item: 'i', from: 'tip', commit: 'other', why: 'moved' }),
    ]) {
      const world = again()
      world.tell(met)
      expect(judged(world)).toMatchObject({ outcome: { kind: 'failed', reason: 'no-change' } })
    }
    const world = again()
    world.end('A')
    world.tell(fact('step.reworked', 'i', { step: 'i/A', why: 'too short', by: 'ada' }))
    world.tick()
    expect(judged(world)).toMatchObject({ outcome: { kind: 'failed', reason: 'no-change' } })
  })
})

it('expects no change of a step that only reads, and takes one for bad output', () => {
  const quiet = started('A?')
  given(quiet.world)
    .when('attempt.end', { attempt: 'i/A/1', fence: quiet.fence, ...end, changed: false })
    .then(['attempt.ended', { outcome: { kind: 'succeeded' } }], 'claim.released')
  const loud = started('A?')
  given(loud.world)
    .when('attempt.end', { attempt: 'i/A/1', fence: loud.fence, ...end, changed: true })
    .then(['attempt.ended', { outcome: { kind: 'failed', reason: 'bad-output' } }], 'claim.released', 'step.requeued')
})

it('takes a reason that nobody knows for bad output', () => {
  for (const reason of ['__proto__', 'constructor', 'nonsense'] as never[]) {
    const { world, fence } = started()
    given(world)
      .when('attempt.end', { attempt: 'i/A/1', fence, ...end, outcome: { kind: 'failed', reason, why: '' } })
      .then(['attempt.ended', { outcome: { reason: 'bad-output' } }], 'claim.released', 'step.requeued')
  }
})

it('fails a step for good when its tries are used up', () => {
  const { world } = started()
  for (let time = 1; time < 3; time++) {
    expect(world.fail('A', 'crashed').at(-1)?.type).toBe('step.requeued')
    world.tick()
  }
  expect(world.fail('A', 'crashed').at(-1)).toMatchObject({
    type: 'step.failed',
    data: { why: expect.stringMatching(/3 of 3 tries/) },
  })
})

it.each(['quota', 'rate-limited'] as const)('never burns a try on %s, however often', (reason) => {
  const { world } = started()
  for (let time = 0; time < 60; time++) {
    const until = world.now + 1000
    const facts = world.fail('A', reason, until)
    expect(facts.find(({ type }) => type === 'account.barred')?.data).toMatchObject({ kind: reason, until })
    expect(facts.at(-1)).toMatchObject({ type: 'step.requeued', data: { counted: false, notBefore: 0 } })
    expect(world.tick()).toEqual([])
    world.now = until
    expect(world.tick()).toEqual(['A'])
  }
  expect(world.step('A').tries).toBe(0)
})

it('waits a while when a quota says nothing, or a time that has passed', () => {
  for (const until of [undefined, 0, 999_999]) {
    const { world } = started()
    const facts = world.fail('A', 'quota', until)
    const barred = facts.find(({ type }) => type === 'account.barred')?.data
    expect(barred).toMatchObject({ until: world.now + 15 * 60_000 })
  }
})

it('waits longer each time the network fails, and does not wait for ever', () => {
  const { world } = started()
  const waits: number[] = []
  for (let time = 0; time < 22; time++) {
    const last = world.fail('A', 'overloaded').at(-1)
    if (last?.type !== 'step.requeued') throw new Error('it gave up early')
    waits.push(last.data.notBefore - world.now)
    world.now = last.data.notBefore
    world.tick()
  }
  expect(waits.slice(0, 4)).toEqual([2000, 4000, 8000, 16_000])
  expect(Math.max(...waits)).toBe(300_000)
  expect(world.fail('A', 'overloaded').at(-1)?.type).toBe('step.failed')
})

it.each(['sandbox-missing', 'budget', 'defect'] as const)('does not try again by itself after %s', (reason) => {
  const { world } = started()
  expect(world.fail('A', reason).at(-1)).toMatchObject({ type: 'step.failed', data: { reason } })
})

it('lets checked work queue for landing', () => {
  const { world } = started()
  play(world, 'A began; A ended; A checked')
  expect(world.phases()).toEqual({ A: 'landing' })
  expect(world.state.items.get('i')?.lane).toEqual(['i/A/1'])
})

it('gives work back whose checks failed, with what they said', () => {
  const { world } = started()
  play(world, 'A began; A ended')
  given(world)
    .when('attempt.check', { attempt: 'i/A/1', tip: 'tip', commit: 'm', tree: 'm', verdicts: [green, red] })
    .then(
      ['attempt.checked', { passed: false }],
      ['step.requeued', { reason: 'checks-failed', why: 'test: one fails' }],
    )
  expect(world.tick()).toEqual(['A'])
  given(world)
    .when('attempt.check', { attempt: 'i/A/1', tip: 'tip', commit: 'm', tree: 'm', verdicts: [] })
    .refused('conflict', /its step is running/)
  given(world)
    .when('attempt.check', { attempt: 'i/X/1', tip: 'tip', commit: 'm', tree: 'm', verdicts: [] })
    .refused('not-found', /no such attempt/)
})

it('opens a gate where nothing checked the work, unless the step only reads', () => {
  const { world } = started()
  play(world, 'A began; A ended')
  const facts = world.check('A', [])
  expect(facts.at(-1)).toMatchObject({
    type: 'gate.opened',
    data: { kind: 'check', asks: expect.stringMatching(/nothing checked A/) },
  })
  expect(world.phases()).toEqual({ A: 'gated' })
  expect(world.state.items.get('i')?.lane).toEqual([])
  const reads = started('A?')
  reads.world.end('A', { changed: false })
  reads.world.check('A', [])
  expect(reads.world.phases()).toEqual({ A: 'landing' })
})

it('lands nothing, not even what changed nothing, while a question about the whole item is open', () => {
  const { world } = started('A?')
  world.end('A', { changed: false })
  const gate = { gate: 'g', item: 'i', asks: 'Start all the same?', options: ['approve'], usual: 'approve' }
  world.tell(fact('gate.opened', 'i', { kind: 'intake', ...gate }))
  const check = { attempt: 'i/A/1', tip: 'tip', commit: 'tip', tree: 'tree', verdicts: [green] }
  given(world).when('attempt.check', check).then('attempt.checked')
  const order = { attempt: 'i/A/1', expected: 'tip', commit: 'tip' }
  given(world)
    .when('landing.order', order)
    .refused('conflict', /a question about the whole item/)
  world.ask('gate.answer', { gate: 'g', answer: 'approve', reasons: [] })
  given(world).when('landing.order', order).then('landing.done')
})

it('opens a gate where the work touched protected paths, and where the plan or trusted rules name one', () => {
  const touched = started()
  touched.world.end('A', { protectedPaths: ['package.json'] })
  expect(touched.world.check('A').at(-1)).toMatchObject({
    data: { kind: 'approval', asks: expect.stringMatching(/protected paths: package.json/) },
  })
  const named = started('A!review')
  named.world.end('A')
  expect(named.world.check('A').at(-1)).toMatchObject({
    data: { kind: 'approval', asks: expect.stringMatching(/gate "review"/) },
  })
  const ruled = running('A')
  ruled.ask('workspace.trust', { path: '/w', digest: 'n', policy: policy({ rules: [{ match: 'A', gate: 'owner' }] }) })
  ruled.tick()
  ruled.end('A')
  expect(ruled.check('A').at(-1)).toMatchObject({ data: { asks: expect.stringMatching(/gate "owner"/) } })
})

it('asks one question when there are several reasons to', () => {
  const { world } = started('A!review')
  world.end('A', { protectedPaths: ['a', 'b'] })
  const facts = world.check('A', [])
  expect(facts).toHaveLength(2)
  expect(facts[1]).toMatchObject({ data: { asks: expect.stringMatching(/review.*nothing checked.*protected/) } })
})

it('takes red work out of the lane, and judges nothing that is already being landed', () => {
  const { world } = started()
  play(world, 'A began; A ended; A checked; A ordered')
  given(world)
    .when('attempt.check', { attempt: 'i/A/1', tip: 'tip', commit: 'm', tree: 'm', verdicts: [red] })
    .refused('conflict', /its step is landing/)
  const again = started()
  play(again.world, 'A began; A ended; A red')
  expect(again.world.phases()).toEqual({ A: 'waiting' })
  expect(again.world.state.items.get('i')?.lane).toEqual([])
})
