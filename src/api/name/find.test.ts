// What a short name stands for, to somebody who leads several repositories from one home.
import { expect, it } from 'vitest'
import { itemOf, planOf, trusted, type World } from '../../core/testing.ts'
import { isRefusal } from '../refusal.ts'
import { type NameKind, nameFind } from './find.ts'

/** Two repositories whose plans lie at the same path, and have steps of the same keys. */
function two(): World {
  const world = trusted()
  world.ask('workspace.open', { path: '/lead/books', baseBranch: 'main' })
  world.ask('plan.import', { ...planOf(itemOf('a b d', { id: 'album' })), source: 'flow.yaml' })
  world.ask('plan.import', { ...planOf(itemOf('a b', { id: 'books' }), '/lead/books'), source: 'flow.yaml' })
  return world
}

function found(world: World, name: string, kind: NameKind, workspace?: string): string {
  const said = nameFind.view(world.state, world.now, {
    name,
    kinds: [kind],
    ...(workspace === undefined ? {} : { workspace }),
  })
  return isRefusal(said) ? `${said.what}: ${said.why}` : said.id
}

it('given two repositories with a plan at the same path, when one stands in one of them, then the plan of that one is meant', () => {
  const world = two()
  expect(found(world, 'flow.yaml', 'item', '/lead/books')).toBe('books')
  expect(found(world, 'flow.yaml', 'item', '/lead/books/src/deep')).toBe('books')
  expect(found(world, 'flow.yaml', 'item', '/w')).toBe('album')
  expect(found(world, 'flow.yaml/a', 'step', '/w')).toBe('album/a')
  expect(found(world, 'a', 'step', '/lead/books')).toBe('books/a')
})

it('given a plan that is open elsewhere alone, when one stands in another repository, then its path means nothing here', () => {
  const world = trusted()
  world.ask('workspace.open', { path: '/lead/books', baseBranch: 'main' })
  world.ask('plan.import', { ...planOf(itemOf('a', { id: 'album' })), source: 'flow.yaml' })
  expect(found(world, 'flow.yaml', 'item', '/lead/books')).toContain('nothing that is open has this name')
  expect(found(world, 'album', 'item', '/lead/books')).toBe('album')
  expect(found(world, 'a', 'step', '/lead/books')).toBe('album/a')
})

it('given nobody who stands in a repository, when a name is shared, then all that have it are named', () => {
  const world = two()
  for (const folder of [undefined, '/somewhere/else', '/lead/books-2'])
    expect(found(world, 'b', 'step', folder)).toBe('step b: 2 have this name: album/b, books/b')
  expect(found(world, 'd', 'step', '/somewhere/else')).toBe('album/d')
})

it('says what it looked for in words that people use', () => {
  const { view } = nameFind
  const world = two()
  expect(view(world.state, 0, { name: 'nosuch', kinds: ['item', 'closed'] })).toMatchObject({
    what: 'item nosuch',
    why: 'nothing, open or over, has this name',
  })
  expect(view(world.state, 0, { name: 'nosuch', kinds: ['closed'] })).toMatchObject({ what: 'item nosuch' })
})
