import { expect, it } from 'vitest'
import { hear, open } from './feed.open.ts'
import { growingHouse, owner, type StageOptions, until } from './feed.stage.ts'

const count = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)

it('says hello first, then what happens, each entry once and in order', async () => {
  const house = growingHouse()
  house.grow(3)
  const ear = hear(await open(house))
  await until(() => ear.heard.length === 1)
  expect(ear.heard[0]).toMatchObject({ event: 'hello', data: { record: 'paper.test', head: 3, beatMs: 15000 } })
  expect(ear.head()).toMatch(/^HTTP\/1.1 200 .*content-type: text\/event-stream\r\ncache-control: no-store/s)
  expect(ear.head()).not.toMatch(/access-control/i)
  house.grow(2)
  await until(() => ear.seqs().length === 2)
  expect(ear.of('facts')).toEqual([{ event: 'facts', id: '5@paper.test', data: house.entries.slice(3) }])
  house.grow(1)
  await until(() => ear.seqs().length === 3)
  expect(ear.seqs()).toEqual([4, 5, 6])
})

it('begins after a position, and after the id of the last frame, which wins', async () => {
  const house = growingHouse()
  house.grow(9)
  const on = await open(house)
  const all = [
    hear(on, '/events?after=0'),
    hear(on, '/events?after=7'),
    hear(on, '/events?after=2', { lastId: '8@paper.test' }),
    hear(on, '/events?after=2&last=6@paper.test'),
  ]
  await until(() => all.every((ear) => ear.seqs().at(-1) === 9))
  expect(all.map((ear) => ear.seqs()[0])).toEqual([1, 8, 9, 7])
  expect(all[0]?.seqs()).toEqual(count(1, 9))
})

it('takes an ancient id up again entry by entry, up to a limit, and then says reload', async () => {
  const house = growingHouse()
  house.grow(5000)
  const on = await open(house, { feed: { mostBehind: 4000, ringEntries: 100 } })
  const near = hear(on, '/events?last=1000@paper.test')
  const far = hear(on, '/events?last=999@paper.test')
  await until(() => near.seqs().at(-1) === 5000 && far.of('reload').length === 1)
  expect(near.seqs()).toEqual(count(1001, 5000))
  expect(far.of('reload')[0]).toMatchObject({ id: '5000@paper.test', data: { record: 'paper.test', head: 5000 } })
  house.grow(1)
  await until(() => far.seqs().length === 1)
  expect(far.seqs()).toEqual([5001])
})

it.each([
  'x',
  '@',
  '-1@paper.test',
  '1e3@paper.test',
  '3@another.record',
  '3',
  '9@paper.test',
  '9007199254740992@paper.test',
  '9007199254740993@paper.test',
  '99999999999999999999999@paper.test',
  '3+1@paper.test',
  '3@paper.test@paper.test',
  `${'9'.repeat(10_000)}@paper.test`,
  '\u00ff\u00fe',
])('answers the id %.40s with a reload, and goes on', async (lastId) => {
  const house = growingHouse()
  house.grow(4)
  const on = await open(house)
  const ear = hear(on, '/events?after=0', { lastId })
  const query = hear(on, `/events?after=0&last=${encodeURIComponent(lastId)}`)
  await until(() => ear.of('reload').length + query.of('reload').length === 2)
  expect(ear.heard.map((one) => one.event)).toEqual(['hello', 'reload'])
  expect(ear.of('reload')[0]?.id).toBe('4@paper.test')
  house.grow(1)
  await until(() => ear.seqs().length === 1 && query.seqs().length === 1)
  expect(ear.seqs()).toEqual([5])
})

it.each(['-1', 'x', '1.5', '9', '9007199254740993', ''])('answers after=%s with a reload', async (after) => {
  const house = growingHouse()
  house.grow(4)
  const ear = hear(await open(house), `/events?after=${after}`)
  await until(() => ear.of('reload').length === 1)
})

it('gives one stream alone, and a new id at the next beat when only others spoke', async () => {
  const house = growingHouse()
  const on = await open(house, { feed: { beatMs: 50 } })
  house.grow(6, 20, ['001-a', '/repo'])
  const ear = hear(on, '/events?after=0&stream=001-a')
  const other = hear(on, `/events?after=0&stream=${encodeURIComponent('/repo')}`)
  await until(() => ear.seqs().length === 3 && other.seqs().length === 3)
  expect([ear.seqs(), other.seqs()]).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ])
  house.grow(4, 20, ['/repo'])
  await until(() => ear.lastId() === '10@paper.test')
  expect(ear.of('facts').at(-1)?.data).toEqual([])
  await until(() => ear.bytes().includes(': beat\n\n'))
  expect(ear.seqs()).toEqual([1, 3, 5])
})

it('serves different positions and streams from one follower, and follows nobody when nobody listens', async () => {
  const house = growingHouse()
  house.grow(20, 20, ['a', 'b'])
  const on = await open(house)
  expect(house.followers()).toBe(0)
  const all = hear(on, '/events?after=10')
  const a = hear(on, '/events?after=4&stream=a')
  await until(() => all.seqs().at(-1) === 20 && a.seqs().at(-1) === 19)
  expect(all.seqs()).toEqual(count(11, 20))
  expect(a.seqs()).toEqual(count(5, 20).filter((seq) => seq % 2 === 1))
  expect(house.followers()).toBe(1)
  house.grow(2, 20, ['a', 'b'])
  await until(() => all.seqs().at(-1) === 22 && a.seqs().at(-1) === 21)
  all.close()
  a.close()
  await until(() => house.followers() === 0)
  expect(on.feed.held()).toMatchObject({ outlets: 0, readers: 0 })
})

it('takes a burst of ten thousand in order, in frames of at most 64 KiB', async () => {
  const house = growingHouse()
  const on = await open(house, { feed: { ringEntries: 500 } })
  const all = Array.from({ length: 5 }, () => hear(on))
  await until(() => all.every((ear) => ear.heard.length === 1))
  for (let n = 0; n < 10; n += 1) {
    house.grow(1000, 100)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => all.every((ear) => ear.seqs().at(-1) === 10_000))
  for (const ear of all) expect(ear.seqs()).toEqual(count(1, 10_000))
  const frames = all[0]?.bytes().toString().split('\n\n') ?? []
  expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThan(64 * 1024 + 100)
  expect(frames.length).toBeLessThan(10_000 / 50)
})

it('gives an entry larger than a frame whole, in a frame of its own', async () => {
  const house = growingHouse()
  const ear = hear(await open(house))
  await until(() => ear.heard.length === 1)
  house.grow(1)
  house.grow(1, 3_000_000)
  house.grow(1)
  await until(() => ear.seqs().length === 3)
  expect(ear.of('facts').map((one) => one.data.length)).toEqual([1, 1, 1])
})

it('says reload, and goes on, where the record cannot be read', async () => {
  const house = growingHouse()
  house.grow(10)
  const read = house.read
  Object.assign(house, {
    read: async (after: number, limit: number) =>
      after < 5 ? Promise.reject(new Error('Entry 3 is malformed')) : read(after, limit),
  })
  const ear = hear(await open(house), '/events?after=0')
  await until(() => ear.of('reload').length === 1)
  expect(ear.of('reload')[0]?.data.why).toMatch(/Entry 3 is malformed/)
  house.grow(1)
  await until(() => ear.seqs().length === 1)
  expect(ear.seqs()).toEqual([11])
})

it('says bye when the server closes, and when the record is closed', async () => {
  const house = growingHouse()
  const on = await open(house)
  const ear = hear(on)
  await until(() => ear.heard.length === 1)
  on.leave()
  await until(() => ear.ended)
  expect(ear.of('bye')[0]?.data).toEqual({ why: 'the server closes' })
  const next = hear(on)
  await until(() => next.heard.length === 1)
  house.end()
  await until(() => next.ended)
  expect(next.of('bye')[0]?.data).toEqual({ why: 'the record was closed' })
})

it('refuses one more than it serves, whoever may not read, and what it cannot understand', async () => {
  const house = growingHouse()
  const on = await open(house, { feed: { mostReaders: 2 } })
  const two = [hear(on), hear(on)]
  await until(() => two.every((ear) => ear.heard.length === 1))
  const third = await fetch(`${on.url}/events`)
  expect(third.status).toBe(503)
  expect(await third.json()).toMatchObject({ kind: 'busy' })
  two[0]?.close()
  await until(() => on.feed.held().outlets === 1)
  const again = hear(on)
  await until(() => again.heard.length === 1)
  const answer = async (caller: StageOptions['caller'], path: string) =>
    ((await (await fetch((await open(house, { caller })).url + path)).json()) as { kind: string }).kind
  expect(await answer({ ...owner, may: new Set(['run']) }, '/events')).toBe('auth')
  expect(await answer(undefined, '/events')).toBe('auth')
  expect(await answer(owner, '/events?transcript=nonsense')).toBe('invalid')
  expect(await answer(owner, '/events?transcript=../../etc@0')).toBe('invalid')
  expect(await answer(owner, `/events?${'transcript=a/b/1@0&'.repeat(9)}`)).toBe('invalid')
  expect(await answer(owner, '/events?stream=--x')).toBe('invalid')
  expect(await answer(owner, '/events?stream=a&stream=b')).toBe('invalid')
})
