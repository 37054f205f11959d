// What is given away names nobody else: items by their whole names, repositories by their folders, wherever in an entry they stand.
import { describe, expect, it } from 'vitest'
import { fact } from '../../core/facts.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import { itemOf, planOf, trusted } from '../../core/testing.ts'
import { namesAnother, type Share } from './naming.ts'
import { shareOf } from './sharing.ts'

const items = new Map([
  ['mine', '/srv/tea'],
  ['001-albums', '/srv/photo'],
  ['direct', '/srv/photo'],
])
const known = { items, folders: new Set(['/srv/tea', '/srv/photo', '/']) }
const share = { streams: new Set(['mine', '/srv/tea']), folder: '/srv/tea' }
const names = (data: unknown, more: Partial<Entry> = {}, of: Share = share): boolean => {
  const entry = { seq: 1, stream: 'mine', at: 0, by: 'ada', because: 'plan.import', type: 'x', version: 1, prev: '' }
  return namesAnother({ ...entry, data, ...more }, of, known)
}

describe('an item of somebody else', () => {
  it.each([
    ['alone', '001-albums'],
    ['in a sentence, before a full stop', 'the same as 001-albums.'],
    ['with its step', '001-albums/T001/1'],
    ['in a place of a list of objects', [{ of: ['x', 'see 001-albums'] }]],
    ['as a key', { '001-albums': 1 }],
  ])('is named %s', (_, data) => {
    expect(names({ why: data })).toBe(true)
  })

  it('is named by who did it and because of what', () => {
    expect(names({}, { by: '001-albums' })).toBe(true)
    expect(names({}, { because: 'because of 001-albums' })).toBe(true)
    expect(names({})).toBe(false)
  })

  it('is not named by a longer or a shorter word, nor by its own items', () => {
    for (const word of ['001-albums-two', '001', 'x001-albums', 'mine', 'mine/T001'])
      expect(names({ why: word }), word).toBe(false)
  })

  it('is not meant by a word of a closed list that is called the same, and is everywhere else', () => {
    for (const key of ['workflow', 'policy', 'kind', 'format', 'executor', 'agent', 'role'])
      expect(names({ [key]: 'direct' }), key).toBe(false)
    expect(names({ why: 'direct' })).toBe(true)
    expect(names({ kind: { of: 'direct' } })).toBe(true)
    expect(names({ why: 3, of: null, more: [true, undefined] })).toBe(false)
  })
})

describe('a repository of somebody else', () => {
  it('is named by its folder and by whatever lies in it, not by a folder that only begins like it', () => {
    expect(names({ why: '/srv/photo' })).toBe(true)
    expect(names({ why: 'in /srv/photo/src/a.ts' })).toBe(true)
    expect(names({ why: '/srv/photo2 and /srv/photo-old' })).toBe(false)
    expect(names({ why: '/srv/photo2 and /srv/photo' })).toBe(true)
  })

  it('is not named by its own folder, in which another folder may lie; the root of all is no name', () => {
    expect(names({ why: '/srv/tea/src' })).toBe(false)
    const inner = { ...known, folders: new Set(['/srv', '/srv/tea', '/']) }
    const entry = { seq: 1, stream: 'mine', at: 0, by: '', because: '', type: 'x', version: 1, prev: '' }
    expect(namesAnother({ ...entry, data: { why: '/srv/tea/src' } }, share, inner)).toBe(false)
    expect(namesAnother({ ...entry, data: { why: '/srv/other' } }, share, inner)).toBe(true)
  })

  it('is every one, where what is given away lies in none', () => {
    expect(names({ why: '/srv/tea' }, {}, { streams: new Set(['mine']), folder: undefined })).toBe(true)
  })
})

describe('what goes together', () => {
  const world = trusted()
  world.ask('workspace.open', { path: '/v', baseBranch: 'main' })
  world.ask('plan.import', planOf(itemOf('A', { id: 'one' })))
  world.ask('plan.import', planOf(itemOf('A', { id: 'over' })))
  world.ask('plan.import', planOf(itemOf('A', { id: 'far' }), '/v'))
  world.tell(fact('item.closed', 'over', { id: 'over', why: 'not wanted' }))
  world.tell(fact('count.reported', '/counted', { path: '/counted', running: 1 }))

  it('is an item by itself, with the folder that it lies in, open or over', () => {
    for (const id of ['one', 'over'])
      expect(shareOf(world.state, id).share).toEqual({ streams: new Set([id]), folder: '/w' })
  })

  it('is a repository with all of its items and no other', () => {
    expect(shareOf(world.state, '/w').share).toEqual({ streams: new Set(['/w', 'one', 'over']), folder: '/w' })
    expect(shareOf(world.state, '/counted').share).toEqual({ streams: new Set(['/counted']), folder: '/counted' })
  })

  it('knows every item and every folder, so that none of them slips through', () => {
    expect(shareOf(world.state, 'one').known).toEqual({
      items: new Map([
        ['one', '/w'],
        ['far', '/v'],
        ['over', '/w'],
      ]),
      folders: new Set(['/w', '/v', '/counted']),
    })
  })

  it('is nothing of a name that the record does not have', () => {
    expect(() => shareOf(world.state, 'none')).toThrow(/the record has no item or repository of this name/)
  })
})
