// How often one may ask, on a clock that stands still until it is moved.
import { expect, it } from 'vitest'
import { Counts } from './rates.ts'

it('lets so many through in a minute, each caller for itself, and begins anew', () => {
  let now = 0
  const counts = new Counts({ monotonic: () => now })
  const ask = (who: string) => counts.waits(who, 3)
  expect([ask('a'), ask('a'), ask('a')]).toEqual([0, 0, 0])
  now = 20_000
  expect([ask('a'), ask('b')]).toEqual([40_000, 0])
  now = 60_000
  expect([ask('a'), ask('a'), ask('a'), ask('a')]).toEqual([0, 0, 0, 60_000])
})

it('holds no more than some thousand callers, and forgets the one whose minute began first', () => {
  const counts = new Counts({ monotonic: () => 0 })
  expect([counts.waits('first', 1), counts.waits('first', 1)]).toEqual([0, 60_000])
  for (let n = 0; n < 5000; n += 1) counts.waits(`address ${n}`, 1)
  expect(counts.waits('first', 1)).toBe(0)
  expect(counts.waits('address 4999', 1)).toBe(60_000)
})
