// What agents say, over the event stream: at a position, for those who watch, and for the attempt's own key.
import { expect, it } from 'vitest'
import type { Ear } from './feed.ears.ts'
import { hear, open as opened } from './feed.open.ts'
import { type GrowingHouse, growingHouse, owner, type Stage, type StageOptions, until } from './feed.stage.ts'

const open = (house: GrowingHouse, options: StageOptions = {}): Promise<Stage> =>
  opened(house, { ...options, feed: { pollMs: 10, ...options.feed } })
const mine = '001-a/T1/1'
const other = '001-a/T2/1'
const words = (ear: Ear): unknown[] =>
  ear.of('said').flatMap(({ data }) => (data.parts as { text: string }[]).map(({ text }) => text))

it('gives what was said from a position on, and says when nothing more comes', async () => {
  const house = growingHouse()
  house.speak(mine, 'a', 'b', 'c', 'd', 'e')
  house.finish(mine)
  const on = await open(house)
  const ear = hear(on, `/events?transcript=${mine}@2`)
  await until(() => ear.of('said').at(-1)?.data.done === true)
  expect(words(ear)).toEqual(['c', 'd', 'e'])
  expect(ear.of('said').map(({ id }) => id)).toEqual(['0+5@paper.test', '0+5@paper.test'])
  expect(ear.of('said')[0]?.data).toMatchObject({ attempt: mine, next: 5, done: false })
  const again = hear(on, `/events?transcript=${mine}@0`, { lastId: '0+4@paper.test' })
  await until(() => words(again).length === 1)
  expect(words(again)).toEqual(['e'])
})

it('keeps one position for each transcript, in the order of the asking, beside that of the facts', async () => {
  const house = growingHouse()
  house.speak(mine, 'a', 'b')
  house.speak(other, 'x')
  house.grow(3)
  const on = await open(house)
  const ear = hear(on, `/events?after=0&transcript=${mine}@0&transcript=${other}@0`)
  await until(() => ear.lastId() === '3+2+1@paper.test')
  const back = hear(on, `/events?transcript=${mine}@0&transcript=${other}@0`, { lastId: '2+1+1@paper.test' })
  await until(() => back.seqs().length === 1 && words(back).length === 1)
  expect(words(back)).toEqual(['b'])
  const wrong = hear(on, `/events?transcript=${mine}@0`, { lastId: '2+1+1@paper.test' })
  await until(() => wrong.of('reload').length === 1)
})

it('looks at each attempt once for all who watch, and at none when nobody does', async () => {
  const house = growingHouse()
  let looks = 0
  const { transcript } = house
  Object.assign(house, {
    transcript: (attempt: string, from: number) => {
      looks += 1
      return transcript(attempt, from)
    },
  })
  // So that it is not taken for over.
  house.state.items.set('001-a', {
    id: '001-a',
    steps: [{ id: mine.slice(0, -2), key: 'T1', attempts: [{ id: mine }] }],
    keys: new Map([['T1', 0]]),
  } as never)
  const on = await open(house, { feed: { pollMs: 20 } })
  const all = Array.from({ length: 20 }, () => hear(on, `/events?transcript=${mine}@0`))
  await until(() => on.feed.held().readers === 20)
  house.speak(mine, 'hello')
  await until(() => all.every((ear) => words(ear).length === 1))
  const before = looks
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(looks - before).toBeLessThan(20)
  for (const ear of all) ear.close()
  await until(() => on.feed.held().readers === 0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const after = looks
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(looks).toBe(after)
})

it('gives a key that is bound to an attempt what is said in it, and no facts', async () => {
  const house = growingHouse()
  house.speak(mine, 'a')
  const caller = { ...owner, may: new Set(['read'] as const), attempt: mine }
  const on = await open(house, { caller, feed: { beatMs: 30 } })
  const ear = hear(on, `/events?after=0&transcript=${mine}@0`)
  await until(() => words(ear).length === 1)
  house.grow(5)
  house.speak(mine, 'b')
  // Beats come after what is told.
  await until(() => ear.bytes().toString().split(': beat').length > 3)
  expect(ear.of('facts')).toEqual([])
  for (const query of ['', '?after=0', `?transcript=${other}@0`, `?transcript=${mine}@0&transcript=${other}@0`]) {
    const refused = await fetch(`${on.url}/events${query}`)
    expect([query, refused.status, ((await refused.json()) as { kind: string }).kind]).toEqual([query, 400, 'auth'])
  }
})

it('cuts a reader whose transcript cannot be read, with the reason', async () => {
  const house = growingHouse()
  Object.assign(house, { transcript: async () => Promise.reject(new Error('the disk is gone')) })
  const ear = hear(await open(house), `/events?transcript=${mine}@0`)
  await until(() => ear.ended)
  expect(ear.of('cut')[0]?.data).toEqual({ why: 'the disk is gone' })
})
