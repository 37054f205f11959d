// Shows when an attempt takes too long or is silent for too long, in a time of our own.
import { expect, it } from 'vitest'
import { Watch } from './watch.ts'

function stage(timeoutMs: number, silenceMs: number) {
  let now = 0
  let timers: { at: number; then: () => void }[] = []
  const over: string[] = []
  let held = false
  const time = {
    monotonic: () => now,
    after: (ms: number, then: () => void) => {
      const timer = { at: now + ms, then }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
  }
  const watch = new Watch({
    time,
    timeoutMs,
    silenceMs,
    held: () => held,
    over: (what) => over.push(`${what} at ${now}`),
  })
  const pass = (ms: number): void => {
    const until = now + ms
    for (;;) {
      const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      timers = timers.filter((one) => one !== next)
      now = next.at
      next.then()
    }
    now = until
  }
  const hold = (is: boolean): void => {
    held = is
  }
  return { watch, pass, over, hold, timers: () => timers.length }
}

it('ends what takes too long, however much is heard of it', () => {
  const { watch, pass, over } = stage(100, 30)
  for (let at = 0; at < 20; at += 1) {
    pass(10)
    watch.heard()
  }
  expect(over).toEqual(['timeout at 100'])
})

it('ends what is silent for too long, counted from the last word', () => {
  const { watch, pass, over } = stage(1000, 30)
  pass(20)
  watch.heard()
  pass(29)
  expect(over).toEqual([])
  pass(500)
  expect(over).toEqual(['stalled at 50'])
})

it('takes 0 for no limit on silence', () => {
  const { pass, over } = stage(1000, 0)
  pass(999)
  expect(over).toEqual([])
})

it('lets no time pass while a person is asked, for two questions as for one', () => {
  const { watch, pass, over, timers } = stage(100, 30)
  pass(20)
  watch.pause()
  pass(5000)
  watch.pause()
  expect(timers()).toBe(0)
  pass(5000)
  watch.resume()
  pass(10_000)
  watch.resume()
  pass(29)
  expect(over).toEqual([])
  watch.heard()
  pass(29)
  watch.heard()
  pass(29)
  expect(over).toEqual(['timeout at 20100'])
})

it('takes nobody for silent whom we hold back', () => {
  const { pass, over, hold } = stage(1000, 30)
  hold(true)
  pass(500)
  expect(over).toEqual([])
  hold(false)
  pass(60)
  expect(over).toHaveLength(1)
})

it('rings no more once it has ended, or was ended', () => {
  const ended = stage(100, 0)
  ended.watch.end()
  ended.pass(1000)
  expect([ended.over, ended.timers()]).toEqual([[], 0])
  const rung = stage(100, 50)
  rung.pass(1000)
  expect([rung.over.length, rung.timers()]).toEqual([1, 0])
})
