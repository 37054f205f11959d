// Which items are said to be like a new one: of its own repository, the likest first, five at most, and each pair once.
import { expect, it } from 'vitest'
import { fact } from '../facts.ts'
import { itemOf, planOf, spec, trusted, type World } from '../testing.ts'
import { openReviews, suspicionsOf } from './reviews.ts'
import { alikeTo } from './suspect.ts'

const brief = 'Sort photographs into albums by the day on which they were taken'
const said = { title: 'Photo albums', brief, steps: [] }
const read = (world: World, id: string, more: { title?: string; brief?: string } = {}, steps = [spec('A', 0)]) =>
  world.ask('plan.import', planOf(itemOf(steps, { id, title: said.title, brief, ...more })))
const like = (world: World, id = 'new', workspace = '/w') => alikeTo(world.state, workspace, id, said)

it('given items of two repositories, then only those of its own are looked at, and never itself', () => {
  const world = trusted()
  read(world, 'one')
  expect(like(world)).toEqual([
    { of: 'one', likeness: 1, why: 'both speak of photo, albums, sort, photographs, day, which, they, were' },
  ])
  expect(like(world, 'one')).toEqual([])
  expect(like(world, 'new', '/elsewhere')).toEqual([])
})

it('given many that are alike, then the five likest are said, by name where they are equal, and how alike in hundredths', () => {
  const world = trusted()
  for (const id of ['f', 'e', 'd', 'c', 'b']) read(world, id)
  read(world, 'a', { brief: `${brief}, newest before older` })
  expect(like(world).map(({ of }) => of)).toEqual(['b', 'c', 'd', 'e', 'f'])
  const other = trusted()
  read(other, 'a', { brief: `${brief}, newest before older` })
  // Nine words here, twelve there, nine in common; the titles are the same.
  expect(like(other)).toMatchObject([{ of: 'a', likeness: 0.93 }])
})

it('given the titles of steps, then those that are left out do not count', () => {
  const named = (title: string, at: number) => ({ ...spec(`S${at}`, at), title })
  const steps = ['Mow meadows', 'Feed horses', 'Bake bread', 'Mend fences'].map(named)
  const world = trusted()
  read(world, 'one', {}, steps)
  const [before] = like(world)
  expect(before?.likeness).toBeLessThan(1)
  for (const { key } of steps) world.tell(fact('step.retired', 'one', { step: `one/${key}`, why: 'left out' }))
  expect(like(world)).toMatchObject([{ of: 'one', likeness: 1 }])
})

it('given a pair that somebody has spoken of, whichever was first, then it is not said again', () => {
  const world = trusted()
  read(world, 'one')
  read(world, 'two')
  expect(suspicionsOf(world.state, 'one')).toEqual(suspicionsOf(world.state, 'two'))
  expect(suspicionsOf(world.state, 'one')).toHaveLength(1)
  expect(like(world, 'two')).toEqual([])
  expect(like(world, 'one')).toEqual([])
  read(world, 'three', { title: 'Tea timer', brief: 'Ring a bell' })
  world.tell(fact('item.changed', 'three', { id: 'three', title: said.title, brief }))
  for (const id of ['one', 'two']) expect(like(world, id).map(({ of }) => of)).toEqual(['three'])
})

it('given a pair that was settled, when both are over and one is opened again, then it is not said again; one that was not is', () => {
  const world = trusted()
  for (const id of ['one', 'two', 'three']) read(world, id)
  const [first, second] = suspicionsOf(world.state, 'two').map(({ id }) => id)
  world.ask('duplicate.settle', { duplicate: first ?? '', verdict: 'overturned', rationale: 'two things' })
  expect(world.state.suspicions.get(second ?? '')?.settled).toBeUndefined()
  for (const id of ['one', 'two', 'three']) world.tell(fact('item.closed', id, { id, why: 'integrated' }))
  expect(like(world, 'one').map(({ of }) => of)).toEqual(['three'])
  expect(like(world, 'two').map(({ of }) => of)).toEqual(['three'])
})

it('given items that are over, then they are looked at by the words that are kept of them, in their own repository', () => {
  const world = trusted()
  world.ask('workspace.open', { path: '/v', baseBranch: 'main' })
  world.ask('plan.import', planOf(itemOf('A', { id: 'far', title: said.title, brief }), '/v'))
  read(world, 'one')
  for (const id of ['one', 'far']) world.tell(fact('item.closed', id, { id, why: 'integrated' }))
  expect(like(world).map(({ of }) => of)).toEqual(['one'])
  expect(like(world, 'new', '/v').map(({ of }) => of)).toEqual(['far'])
})

it('given questions of every kind, then only open ones about a likeness of this very item are reviews', () => {
  const world = trusted()
  read(world, 'one')
  read(world, 'two', { title: 'Tea timer', brief: 'Ring a bell' })
  const ask = (gate: string, more: object) =>
    world.tell(
      fact('gate.opened', 'one', {
        ...{ gate, kind: 'intake', item: 'one', asks: 'Go on?', options: ['approve'], usual: 'approve' },
        ...more,
      }),
    )
  ask('gate-1', { suspects: [] })
  ask('gate-2', {})
  ask('gate-3', { suspects: [], item: 'two' })
  ask('gate-4', { suspects: [] })
  world.tell(fact('gate.mooted', 'one', { gate: 'gate-4', why: 'gone' }))
  expect(openReviews(world.state, 'one').map(({ id }) => id)).toEqual(['gate-1'])
})
