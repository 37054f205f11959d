import { expect, it } from 'vitest'
import { fact } from '../facts.ts'
import { asked, given, itemOf, planOf, spec, trusted, type World } from '../testing.ts'

const said = 'Sort photographs into albums by the day on which they were taken'
const items = {
  i: { title: 'Photo albums', brief: said },
  j: { title: 'Albums of photo', brief: `${said}, newest before older` },
  other: { title: 'Tea timer', brief: 'Brew leaves until minutes passed, then ring a bell softly' },
}
const read = (world: World, id: keyof typeof items, steps = 'A B<A') =>
  world.ask('plan.import', planOf(itemOf(steps, { id, ...items[id] })))

function both(): { world: World; duplicate: string } {
  const world = trusted()
  read(world, 'i')
  read(world, 'other')
  read(world, 'j')
  return { world, duplicate: [...world.state.suspicions.keys()][0] ?? '' }
}

it('suspects a new item that says what an open one says, once, and no other', () => {
  const { world, duplicate } = both()
  expect([...world.state.suspicions.values()]).toMatchObject([
    { id: duplicate, item: 'j', of: 'i', by: 'baton', why: expect.stringContaining('photo') },
  ])
  expect(world.entries.find(({ type }) => type === 'duplicate.suspected')?.seq).toBe(Number(duplicate.slice(10)))
  expect(read(world, 'j')).toEqual([])
})

it('suspects what an item that is over has said', () => {
  const { world, duplicate } = both()
  world.ask('duplicate.settle', { duplicate, verdict: 'closed', into: 'j', rationale: 'it is the same' })
  expect(world.state.closed.get('i')?.why).toMatch(/a duplicate of j: it is the same/)
  world.ask('plan.import', planOf(itemOf('A', { ...items.i, id: 'k' })))
  expect([...world.state.suspicions.values()].map(({ item, of }) => [item, of])).toEqual([
    ['j', 'i'],
    ['k', 'i'],
    ['k', 'j'],
  ])
})

it('suspects nothing where too little is said', () => {
  const world = trusted()
  for (const id of ['i', 'j']) world.ask('plan.import', planOf(itemOf('A B', { id, title: 'The same' })))
  expect(world.state.suspicions.size).toBe(0)
})

it('merges: one ends with its open questions, and the other goes on', () => {
  const { world, duplicate } = both()
  world.ask('blocker.raise', { on: 'j', kind: 'external', owner: 'eve', notes: 'no photos' })
  given(world)
    .when('duplicate.settle', { duplicate, verdict: 'merged', rationale: 'one is enough' })
    .then(['duplicate.settled', { verdict: 'merged', into: 'i', by: 'ada' }], 'blocker.cleared', [
      'item.closed',
      { id: 'j', why: 'merged into i: one is enough' },
    ])
  expect([...world.state.items.keys()]).toEqual(['i', 'other'])
})

it('ends nothing while work on it is under way', () => {
  const { world, duplicate } = both()
  world.ask('run.start', { ...asked, item: 'j' })
  const settle = (into?: string) =>
    given(world).when('duplicate.settle', {
      duplicate,
      verdict: 'merged',
      rationale: 'one is enough',
      ...(into === undefined ? {} : { into }),
    })
  settle().refused('conflict', /still active/)
  settle('other').refused('invalid', /is about j and i/)
  settle('j').then('duplicate.settled', 'gate.mooted', ['item.closed', { id: 'i' }])
})

it('links and overturns, a link too, each with its reason, and lets both go on', () => {
  const { world, duplicate } = both()
  const settle = (verdict: 'linked' | 'overturned' | 'merged', rationale = 'so it is') =>
    given(world).when('duplicate.settle', { duplicate, verdict, rationale })
  settle('linked', ' ').refused('invalid', /needs a rationale/)
  settle('linked').then('duplicate.settled')
  expect([world.state.items.get('i')?.links, world.state.items.get('j')?.links]).toEqual([['j'], ['i']])
  settle('merged').refused('conflict', /it is settled: linked by ada/)
  settle('overturned').then('duplicate.settled')
  expect(world.state.items.get('i')?.links).toEqual([])
  settle('overturned').refused('conflict', /it is settled/)
})

it('takes the word of a person, and refuses what makes no pair', () => {
  const { world } = both()
  const suspect = (item: string, of: string) => given(world).when('duplicate.suspect', { item, of, why: 'I think so' })
  suspect('other', 'i').then(['duplicate.suspected', { item: 'other', of: 'i', likeness: 1, by: 'ada' }])
  suspect('other', 'i').refused('conflict', /says so already/)
  suspect('i', 'i').refused('invalid', /duplicate of itself/)
  suspect('i', 'nothing').refused('not-found', /no plan with this name/)
  given(world)
    .when('duplicate.settle', { duplicate: 'duplicate-1', verdict: 'linked', rationale: 'x' })
    .refused('not-found', /nothing of this name/)
})

it('FR-003: holds the work on a suspected item until somebody has looked, and says what there was to see', () => {
  const { world, duplicate } = both()
  world.ask('run.start', { ...asked, item: 'j' })
  const gate = [...world.state.gates.values()].find((one) => one.phase === 'open')
  expect(gate).toMatchObject({ kind: 'intake', suspects: [duplicate], asks: expect.stringContaining('j looks like i') })
  expect(world.tick()).toEqual([])
  given(world)
    .when('gate.answer', { gate: gate?.id ?? '', answer: 'approve', reasons: ['two halves'] })
    .then('gate.answered', ['intake.reviewed', { item: 'j', by: 'ada', rationale: 'two halves', saw: [duplicate] }])
  expect(world.tick()).toEqual(['j/A'])
  expect(world.state.suspicions.get(duplicate)).not.toHaveProperty('settled')
})

it('FR-003: asks nothing of what was reviewed before, and reviews the same only once', () => {
  const { world, duplicate } = both()
  const review = () => given(world).when('intake.review', { item: 'j', rationale: 'I looked' })
  review().then(['intake.reviewed', { saw: [duplicate], by: 'ada' }])
  review().then()
  world.ask('run.start', { ...asked, item: 'j' })
  expect(world.tick()).toEqual(['j/A'])
})

it('FR-003: needs no look any more when the last suspicion is settled, nor where configuration says so', () => {
  const { world, duplicate } = both()
  world.ask('run.start', { ...asked, item: 'j' })
  given(world)
    .when('duplicate.settle', { duplicate, verdict: 'overturned', rationale: 'they are two' })
    .then('duplicate.settled', 'gate.mooted')
  expect(world.tick()).toEqual(['j/A'])
  const free = trusted({ intake: 'auto' })
  read(free, 'i')
  read(free, 'j')
  free.ask('run.start', { ...asked, item: 'j' })
  expect(free.tick()).toEqual(['j/A'])
})

it('FR-003: waits for a look at every item where configuration asks for one, and keeps it over a new reading', () => {
  const world = trusted({ intake: 'ask' })
  read(world, 'i')
  world.ask('run.start', { ...asked, item: 'i' })
  expect(world.tick()).toEqual([])
  world.ask('plan.import', planOf(itemOf([spec('A', 0), spec('B', 1), spec('C', 2)], { id: 'i', ...items.i })))
  expect([...world.state.gates.values()].map((gate) => gate.phase)).toEqual(['open'])
  given(world)
    .when('intake.review', { item: 'i', rationale: 'I looked' })
    .then(['gate.answered', { review: { answer: 'approve' } }], ['intake.reviewed', { saw: [] }])
  expect(world.tick()).toEqual(['A', 'B', 'C'])
})

it('ends the run of what is rejected', () => {
  const { world } = both()
  world.ask('run.start', { ...asked, item: 'j' })
  const gate = [...world.state.gates.keys()][0] ?? ''
  given(world)
    .when('gate.answer', { gate, answer: 'reject', reasons: ['no'] })
    .then('gate.answered', 'run.ended')
})

it('FR-003: needs no look any more when the other of the two has ended as its duplicate, only at what else is suspected', () => {
  const { world, duplicate } = both()
  world.ask('run.start', { ...asked, item: 'i' })
  const settle = { duplicate, verdict: 'merged', into: 'i', rationale: 'one is enough' } as const
  const gate = [...world.state.gates.keys()][0] ?? ''
  expect(world.tick()).toEqual([])
  given(world)
    .when('duplicate.settle', settle)
    .then(
      ['duplicate.settled', { into: 'i', rationale: 'one is enough' }],
      ['gate.mooted', { gate, why: `${duplicate}, which it was about, is settled` }],
      ['item.closed', { id: 'j', duplicateOf: 'i' }],
    )
  expect(world.tick()).toEqual(['A'])
  const more = both()
  more.world.ask('duplicate.suspect', { item: 'other', of: 'i', why: 'I think so' })
  more.world.ask('run.start', { ...asked, item: 'i' })
  given(more.world)
    .when('duplicate.settle', { ...settle, duplicate: more.duplicate })
    .then('duplicate.settled', 'item.closed')
  expect(more.world.tick()).toEqual([])
})

it('keeps what an open item is asked, and what stands in its way, when another ends as a duplicate', () => {
  const { world, duplicate } = both()
  const asks = { kind: 'approval', item: 'i', asks: 'Good?', options: ['approve'], usual: 'approve' } as const
  world.tell(fact('gate.opened', 'i', { ...asks, gate: 'gate-1' }))
  for (const gate of ['gate-2', 'gate-3']) world.tell(fact('gate.opened', 'j', { ...asks, item: 'j', gate }))
  world.tell(fact('gate.mooted', 'j', { gate: 'gate-3', why: 'gone' }))
  for (const on of ['i', 'j', 'j'])
    world.ask('blocker.raise', { on, kind: 'external', owner: 'eve', notes: 'no photos' })
  const [, stands, gone] = [...world.state.blockers.keys()]
  world.ask('blocker.clear', { blocker: gone ?? '', notes: 'done' })
  const why = `merged into i: ${'x'.repeat(200)}`
  given(world)
    .when('duplicate.settle', { duplicate, verdict: 'merged', rationale: 'x'.repeat(200) })
    .then(
      'duplicate.settled',
      ['gate.mooted', { gate: 'gate-2', why }],
      ['blocker.cleared', { blocker: stands ?? '', by: 'baton', notes: why }],
      ['item.closed', { id: 'j', why }],
    )
})

it('pairs no items of two repositories, and looks at no item that is not there', () => {
  const { world } = both()
  world.ask('workspace.open', { path: '/v', baseBranch: 'main' })
  world.ask('plan.import', planOf(itemOf('A', { id: 'far', ...items.i }), '/v'))
  const suspect = (item: string, of: string) => given(world).when('duplicate.suspect', { item, of, why: 'I think so' })
  suspect('far', 'i').refused('invalid', /two repositories/)
  suspect('none', 'i').refused('not-found', /it is not open here/)
  suspect('i', 'other').then(['duplicate.suspected', { why: 'I think so' }])
  given(world)
    .when('intake.review', { item: 'none', rationale: 'x' })
    .refused('not-found', /it is not open here/)
})

it('ends nothing that is over, that works outside, or that is on its way to the base branch', () => {
  const { world, duplicate } = both()
  const settle = (into?: string) =>
    given(world).when('duplicate.settle', { duplicate, verdict: 'closed', into: into ?? 'i', rationale: 'the same' })
  world.ask('intake.review', { item: 'j', rationale: 'I looked' })
  world.ask('step.claim', { step: 'j/A', executor: 'grace' })
  settle().refused('conflict', /still in flight/)
  world.ask('attempt.release', { attempt: 'j/A/1', executor: 'grace', rules: false, why: 'no time' })
  world.ask('run.start', { ...asked, item: 'j' })
  for (const key of ['j/A', 'j/B']) {
    world.tick()
    world.done(key)
  }
  world.tick()
  world.ask('item.integrate', { item: 'j', force: true })
  const gate = [...world.state.gates.values()].find(({ kind }) => kind === 'release')?.id ?? ''
  world.ask('gate.answer', { gate, answer: 'approve', reasons: ['out'] })
  settle().refused('conflict', /being integrated/)
  world.tell(fact('item.closed', 'j', { id: 'j', why: 'integrated' }))
  settle().refused('conflict', /it is over already/)
  settle('j').then('duplicate.settled', [
    'item.closed',
    { id: 'i', why: 'a duplicate of j: the same', duplicateOf: 'j' },
  ])
})

it('merges nothing in a circle: what goes on under an item does not end under those that ended for it', () => {
  const { world, duplicate } = both()
  world.ask('duplicate.settle', { duplicate, verdict: 'merged', into: 'i', rationale: 'one is enough' })
  const suspect = (item: string, of: string): string => {
    world.ask('duplicate.suspect', { item, of, why: 'it looks alike' })
    return [...world.state.suspicions.keys()].at(-1) ?? ''
  }
  const merge = (one: string, into: string) =>
    given(world).when('duplicate.settle', { duplicate: one, verdict: 'merged', into, rationale: 'the same' })
  const back = suspect('i', 'j')
  expect(merge(back, 'j').refused('conflict', /^end of i: j is over, and its work goes on as i$/).remedy).toBe(
    'let i go on',
  )
  world.ask('duplicate.settle', { duplicate: back, verdict: 'overturned', rationale: 'settled the other way round' })
  merge(suspect('i', 'other'), 'other').then('duplicate.settled', 'item.closed')
  merge(suspect('other', 'j'), 'j').refused('conflict', /its work goes on as other/)
  expect([...world.state.items.keys()]).toEqual(['other'])
})
