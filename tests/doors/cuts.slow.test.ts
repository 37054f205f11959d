// A stream that is cut after every byte, and readers that hardly read.
import { expect, it } from 'vitest'
import type { Ear } from './feed.ears.ts'
import { hear, open } from './feed.open.ts'
import { growingHouse, until } from './feed.stage.ts'

const count = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)
const attempt = '001-a/T1/1'

it('gives every entry and every word once and in order, wherever the stream is cut', async () => {
  const house = growingHouse()
  const on = await open(house, { feed: { frameBytes: 400, pollMs: 10 } })
  house.grow(6, 5)
  house.speak(attempt, 'one', 'two', 'three', 'four', 'fünf')
  house.finish(attempt)
  const path = `/events?after=0&transcript=${attempt}@0`
  const done = (ear: Ear): boolean => ear.seqs().at(-1) === 6 && ear.of('said').at(-1)?.data.done === true
  const whole = hear(on, path)
  await until(() => done(whole))
  const words = (all: readonly Ear[]) => all.flatMap((ear) => ear.of('said').flatMap(({ data }) => data.parts))
  const length = whole.bytes().length
  const resumed = async (cut: number): Promise<void> => {
    const first = hear(on, path, { cutAfter: cut })
    await until(() => first.ended || (cut === length && done(first)))
    const rest = hear(on, path, first.lastId() === '' ? {} : { lastId: first.lastId() })
    const both = [first, rest]
    await until(() => words(both).length >= 5 && both.flatMap((ear) => ear.seqs()).length >= 6)
    expect(both.flatMap((ear) => ear.seqs())).toEqual(count(1, 6))
    expect(words(both)).toEqual(words([whole]))
    expect(rest.of('reload')).toEqual([])
    for (const ear of both) ear.close()
  }
  for (let cut = 0; cut <= length; cut += 40) await Promise.all(count(cut, Math.min(length, cut + 39)).map(resumed))
  expect(length).toBeGreaterThan(500)
}, 60_000)

it('goes on after a restart of the server with the ids of the one before', async () => {
  const house = growingHouse()
  house.grow(300)
  const before = await open(house)
  const first = hear(before, '/events?after=0', { cutAfter: 9000 })
  await until(() => first.ended)
  const after = await open(house, { feed: { ringEntries: 10 } })
  const rest = hear(after, '/events', { lastId: first.lastId() === '' ? '0@paper.test' : first.lastId() })
  await until(() => rest.seqs().at(-1) === 300)
  expect([...first.seqs(), ...rest.seqs()]).toEqual(count(1, 300))
})

it('queues nothing for fifty readers that take a byte a second, serves the others, and cuts the slow ones with a reason', async () => {
  const house = growingHouse()
  const on = await open(house, { feed: { stallMs: 1500, graceMs: 30_000 } })
  const slow = Array.from({ length: 50 }, () => hear(on, '/events?after=0', { paused: true, deaf: true }))
  const drips = setInterval(() => {
    for (const ear of slow) ear.socket.read(1)
  }, 1000)
  const quick = hear(on)
  await until(() => quick.heard.length === 1 && on.feed.held().readers === 51)
  let most = 0
  // Far more than the kernel's own buffers take.
  for (let n = 0; n < 120 && slow.some((ear) => !ear.ended); n += 1) {
    house.grow(10, 20_000)
    await until(() => quick.seqs().at(-1) === house.entries.length)
    most = Math.max(most, on.feed.held().waiting)
  }
  // Two frames each at most, while each was owed 24 MB.
  expect(most).toBeLessThan(51 * 2 * 70_000)
  await until(() => on.feed.held().readers === 1, 15_000)
  clearInterval(drips)
  for (const ear of slow) ear.socket.resume()
  await until(() => slow.every((ear) => ear.ended))
  for (const ear of slow)
    expect(ear.bytes().toString()).toMatch(/\nevent: cut\ndata: {"why":"nothing was read for 1.5 s"}\n\n$/)
  expect(quick.seqs()).toEqual(count(1, house.entries.length))
  expect(quick.of('cut')).toEqual([])
}, 60_000)

it('lets a slow reader that does read have everything', async () => {
  const house = growingHouse()
  const on = await open(house, { feed: { stallMs: 2000, ringEntries: 200 } })
  const ear = hear(on, '/events', { paused: true })
  await until(() => on.feed.held().readers === 1)
  for (let n = 0; n < 60; n += 1) {
    house.grow(100, 2000)
    ear.socket.resume()
    await new Promise((resolve) => setTimeout(resolve, 3))
    ear.socket.pause()
  }
  ear.socket.resume()
  await until(() => ear.seqs().at(-1) === 6000)
  expect(ear.seqs()).toEqual(count(1, 6000))
}, 30_000)
