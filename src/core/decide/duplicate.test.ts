import { expect, it } from 'vitest'
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
  settle('j').then('duplicate.settled', ['item.closed', { id: 'i' }])
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
