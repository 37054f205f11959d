// Shows that a budget hears in time what an attempt uses, and not more often than it must.
import { expect, it } from 'vitest'
import type { Attempt, Used } from '../../core/nouns/attempt.ts'
import { nothingUsed } from '../../core/nouns/attempt.ts'
import type { Shop } from '../work/shop.ts'
import { Using } from './using.ts'

function stage() {
  let now = 0
  const timers = new Set<{ readonly at: number; then(): void }>()
  const said: number[] = []
  const clock = {
    monotonic: () => now,
    after: (ms: number, then: () => void) => {
      const timer = { at: now + ms, then }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const submit = async (_: string, { used }: { readonly used: Used }): Promise<void> => void said.push(used.tokensIn)
  const shop = { parts: { clock }, submit } as unknown as Shop
  const using = new Using(shop, { id: 'i/A/1', fence: 1 } as Attempt, undefined, true)
  return {
    said,
    using,
    timers,
    hear: (tokensIn: number) => using.hear({ ...nothingUsed, tokensIn }),
    pass: (ms: number) => {
      now += ms
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer)
        timer.then()
      }
    },
  }
}

it('says the first at once, and the last of each second when it is over', async () => {
  const { said, hear, pass } = stage()
  for (const tokens of [1, 2, 3]) await hear(tokens)
  expect(said).toEqual([1])
  pass(1000)
  expect(said).toEqual([1, 3])
  pass(5000)
  expect(said).toEqual([1, 3])
  await hear(4)
  expect(said).toEqual([1, 3, 4])
})

it('leaves nothing to be said after the end', async () => {
  const { said, using, hear, pass, timers } = stage()
  await hear(1)
  await hear(2)
  expect(using.last(nothingUsed).tokensIn).toBe(2)
  expect(timers.size).toBe(0)
  pass(2000)
  expect(said).toEqual([1])
})
