import { expect, it } from 'vitest'
import { countOf } from '../../core/counts.ts'
import { isRefusal } from '../../core/decide/answer.ts'
import { decide } from '../../core/decide/index.ts'
import { evolve } from '../../core/evolve/index.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import type { Answer } from '../../core/ports/house.ts'
import { emptyState } from '../../core/state.ts'
import { type Wish, wish } from '../../core/wishes.ts'
import { Counting } from './counting.ts'

/** A house of counts alone, with a clock that goes when it is told to. */
function desk() {
  const state = emptyState()
  let now = 1_700_000_000_000
  let timers: { at: number; then: () => void }[] = []
  let armed = 0
  const entries: Entry[] = []
  const clock = {
    now: () => now,
    monotonic: () => now,
    after: (ms: number, then: () => void) => {
      const timer = { at: now + ms, then }
      armed += 1
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    chance: () => 'x',
  }
  const submit = async (asked: Wish): Promise<Answer> => {
    const decided = decide(state, asked, now)
    if (isRefusal(decided)) return { ok: false, refusal: decided }
    const facts = decided.map(({ type, stream, data }) => {
      const entry = { seq: state.seq + 1, stream, type, data, at: now, by: asked.by, because: '', version: 1, prev: '' }
      evolve(state, entry)
      return entry
    })
    entries.push(...facts)
    counting.saw(facts)
    return { ok: true, seq: state.seq, facts }
  }
  let counting = new Counting({ state, clock, submit })
  return {
    state,
    say: (type: 'count.report' | 'workspace.want', path: string, number: number) =>
      submit(wish(type, 'ada', { path, desired: number, running: number })),
    told: () => entries.splice(0).map(({ type, stream }) => `${type} ${stream}`),
    timers: () => timers.length,
    armed: () => armed,
    restart: () => {
      counting.close()
      counting = new Counting({ state, clock, submit })
      counting.takeUp()
    },
    close: () => counting.close(),
    sleep: (ms: number) => {
      now += ms
    },
    pass: (ms: number) => {
      const until = now + ms
      for (;;) {
        const [next] = timers.sort((a, b) => a.at - b.at)
        if (next === undefined || next.at > until) break
        timers = timers.slice(1)
        now = Math.max(now, next.at)
        next.then()
      }
      now = until
    },
  }
}

const day = 24 * 3_600_000

it('lets each report lapse after a minute, by one timer', async () => {
  const { state, say, told, pass, timers } = desk()
  await say('workspace.want', '/a', 3)
  await say('count.report', '/a', 2)
  pass(30_000)
  await say('count.report', '/b', 1)
  expect(timers()).toBe(1)
  told()
  pass(29_000)
  expect(told()).toEqual([])
  pass(1000)
  expect(told()).toEqual(['count.lapsed /a'])
  pass(30_000)
  expect(told()).toEqual(['count.lapsed /b'])
  expect(countOf(state, '/a')).toMatchObject({ running: 0, desired: 3 })
  expect(timers()).toBe(1)
})

it('comes to the nearer moment first, whatever it waited for before', async () => {
  const { say, told, pass } = desk()
  await say('workspace.want', '/old', 1)
  pass(2 * day)
  expect(told()).toEqual(['workspace.desired /old', 'count.went-stale /old'])
  await say('workspace.want', '/new', 1)
  pass(day)
  expect(told()).toEqual(['workspace.desired /new', 'count.went-stale /new'])
  await say('count.report', '/new', 1)
  pass(60_000)
  expect(told()).toEqual(['count.reported /new', 'count.lapsed /new'])
  pass(4 * day)
  expect(told()).toEqual(['count.went-stale /new', 'count.removed /old'])
  pass(10 * day)
  expect(told()).toEqual(['count.removed /new'])
})

it('is not woken anew by each renewal', async () => {
  const { say, pass, armed, told } = desk()
  await say('count.report', '/a', 2)
  for (let at = 0; at < 20; at += 1) {
    pass(10_000)
    await say('count.report', '/a', 2)
  }
  expect(armed()).toBeLessThan(6)
  expect(told().every((one) => one === 'count.reported /a')).toBe(true)
})

it('takes up what is overdue when the house is opened again', async () => {
  const { say, told, sleep, restart } = desk()
  await say('count.report', '/a', 2)
  await say('workspace.want', '/b', 2)
  sleep(61_000)
  told()
  restart()
  expect(told()).toEqual(['count.lapsed /a'])
  sleep(7 * day)
  restart()
  expect(told()).toEqual(['count.removed /a', 'count.removed /b'])
})

it('sleeps when there is nothing to wait for, and when it is closed', async () => {
  const { say, timers, pass, close, restart } = desk()
  restart()
  expect(timers()).toBe(0)
  await say('workspace.want', '/a', 1)
  close()
  expect(timers()).toBe(0)
  await say('count.report', '/b', 1)
  pass(day)
  expect(timers()).toBe(0)
})
