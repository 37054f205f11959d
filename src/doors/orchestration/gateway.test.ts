import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { everything } from '../../api/scopes.ts'
import { isRefusal } from '../../core/decide/answer.ts'
import { decide } from '../../core/decide/index.ts'
import { evolve } from '../../core/evolve/index.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import type { Answer, House } from '../../core/ports/house.ts'
import { emptyState } from '../../core/state.ts'
import { type Wish, wish } from '../../core/wishes.ts'
import { Gateway, type GatewayLimits } from './gateway.ts'

const ann = { name: 'ann', folder: '/', may: everything }
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A house of counts alone whose followers wait for what comes, and a clock that goes when it is told to. */
function desk(limits: Partial<GatewayLimits> = {}) {
  const state = emptyState()
  const entries: Entry[] = []
  const wakes = new Set<() => void>()
  let [now, closed, followers] = [1_000_000, false, 0]
  let timers: { at: number; then: () => void }[] = []
  const clock = {
    now: () => now,
    monotonic: () => now,
    after: (ms: number, then: () => void) => {
      const timer = { at: now + ms, then }
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
    for (const { type, stream, data } of decided) {
      const entry = { seq: state.seq + 1, stream, type, data, at: now, by: asked.by, because: '', version: 1, prev: '' }
      evolve(state, entry)
      entries.push(entry)
    }
    for (const wake of wakes) wake()
    return { ok: true, seq: state.seq, facts: [] }
  }
  async function* follow(after: number): AsyncGenerator<Entry> {
    followers += 1
    for (let at = after; !closed; ) {
      const next = entries[at]
      if (next === undefined) await new Promise<void>((resolve) => wakes.add(resolve))
      else {
        at += 1
        yield next
      }
    }
  }
  const house = { state, readOnly: undefined, submit, follow, steady: async () => undefined } as unknown as House
  const gateway = new Gateway(house, clock, limits)
  const connect = () => {
    const said: { event: string; data: Record<string, unknown> }[] = []
    const ended: string[] = []
    let reading = true
    const socket = Object.assign(new EventEmitter(), {
      writable: true,
      destroyed: false,
      writableNeedDrain: false,
      writableLength: 0,
      bytesWritten: 0,
      destroy: () => gone(),
    })
    const gone = (): void => {
      Object.assign(socket, { writable: false, destroyed: true })
      socket.emit('close')
    }
    let pings = 0
    const listener = gateway.enter(gateway.seat(ann), {
      socket: socket as unknown as Socket,
      write: (frame) => said.push(JSON.parse(String(frame))),
      end: (event, why) => ended.push(`${event}: ${why}`),
      reading: (on) => {
        reading = on
      },
      ping: () => {
        pings += 1
      },
    })
    return {
      listener,
      ended,
      gone,
      take: () =>
        said.splice(0).map(({ event, data }) => `${event} ${data.running ?? ''} ${data.desired ?? ''}`.trim()),
      say: (event: string, workspaceId: string) => listener.hear(JSON.stringify({ event, data: { workspaceId } })),
      full: (on: boolean) => {
        socket.writableNeedDrain = on
        socket.writableLength = on ? 100 : 0
        if (!on) socket.emit('drain')
      },
      reading: () => reading,
      pings: () => pings,
    }
  }
  return {
    state,
    gateway,
    entries,
    connect,
    followers: () => followers,
    timers: () => timers.length,
    want: (path: string, desired: number) => submit(wish('workspace.want', 'ann', { path, desired })),
    sweep: () => submit(wish('count.sweep', 'baton', {})),
    close: () => {
      closed = true
      for (const wake of wakes) wake()
    },
    /** Time goes by and nothing is woken. */
    leap: (ms: number) => {
      now += ms
    },
    pass: async (ms: number) => {
      const until = now + ms
      await turn()
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        timers = timers.filter((one) => one !== next)
        now = next.at
        next.then()
        await turn()
      }
      now = until
      await turn()
    },
  }
}

it('tells all of a sum that changed, also when the clock changed it, and nobody of what stayed', async () => {
  const { connect, want, sweep, pass, leap, followers } = desk()
  await want('/a', 3)
  const [one, other] = [connect(), connect()]
  expect([one.take(), other.take()]).toEqual([['orchestration.global 0 3'], ['orchestration.global 0 3']])
  one.say('subscribe', '/a')
  expect(one.take()).toEqual(['subscribed', 'orchestration.workspace 0 3'])
  await want('/a', 3)
  await pass(100)
  expect([one.take(), other.take()]).toEqual([[], []])
  one.say('unsubscribe', '/a')
  one.take()
  leap(8 * 24 * 3_600_000)
  await sweep()
  await pass(100)
  expect([one.take(), other.take()]).toEqual([['orchestration.global 0 0'], ['orchestration.global 0 0']])
  expect(followers()).toBe(1)
})

it('tells once what changes in one rest, and the first change at once', async () => {
  const { connect, want, pass } = desk()
  const ear = connect()
  await pass(100)
  ear.take()
  await want('/a', 1)
  await pass(0)
  expect(ear.take()).toEqual(['orchestration.global 0 1'])
  for (let desired = 2; desired < 50; desired += 1) await want('/a', desired)
  await pass(19)
  expect(ear.take()).toEqual([])
  await pass(1)
  expect(ear.take()).toEqual(['orchestration.global 0 49'])
})

it('keeps nothing for whoever does not read: then tells how it is, and reads no questions meanwhile', async () => {
  const { connect, want, pass } = desk()
  const ear = connect()
  for (const path of ['/a', '/b']) ear.say('subscribe', path)
  await pass(100)
  ear.take()
  ear.full(true)
  for (let desired = 1; desired < 9; desired += 1) {
    await want('/a', desired)
    await pass(100)
  }
  expect(ear.take()).toEqual([])
  ear.say('subscribe', '/b')
  expect([ear.reading(), ear.take()]).toEqual([false, ['subscribed', 'orchestration.workspace 0 0']])
  ear.full(false)
  expect(ear.take()).toEqual(['orchestration.global 0 8', 'orchestration.workspace 0 8'])
  expect(ear.reading()).toBe(true)
})

it('cuts whoever takes nothing for long, with a word, and pings the others', async () => {
  const { connect, pass } = desk()
  const [slow, quick] = [connect(), connect()]
  slow.full(true)
  slow.take()
  await pass(29_000)
  expect(slow.ended).toEqual([])
  await pass(2500)
  expect(slow.ended).toEqual(['cut: nothing was read for 30 s'])
  expect(slow.take()).toEqual(['error'])
  expect([quick.ended, quick.pings(), slow.pings()]).toEqual([[], 2, 0])
})

it('serves so many and no more, and follows nothing while nobody listens', async () => {
  const { connect, gateway, pass, want, timers, followers } = desk({ mostListeners: 1 })
  const ear = connect()
  expect(() => gateway.seat(ann)).toThrow(/1 listeners/)
  ear.gone()
  await pass(0)
  expect(timers()).toBe(0)
  const again = connect()
  again.take()
  await want('/a', 1)
  await pass(100)
  expect(again.take()).toEqual(['orchestration.global 0 1'])
  expect(followers()).toBeLessThanOrEqual(2)
})

it('calls seen what is listened to, hourly, and by the name of who listens', async () => {
  const { connect, want, leap, pass, entries, sweep } = desk()
  await want('/a', 1)
  const ear = connect()
  ear.say('subscribe', '/a')
  ear.say('subscribe', '/never-spoken-of')
  for (let hour = 0; hour < 30; hour += 1) {
    leap(3_599_000)
    await pass(2000)
  }
  await sweep()
  expect(new Set(entries.slice(1).map(({ type, stream, by }) => `${type} ${stream} ${by}`))).toEqual(
    new Set(['count.seen /a ann']),
  )
  expect(entries.length).toBeGreaterThan(25)
})

it('says goodbye when the server closes, and when the record does', async () => {
  const first = desk()
  const ear = first.connect()
  first.gateway.leave()
  expect(ear.ended).toEqual(['bye: the server closes'])
  const second = desk()
  const other = second.connect()
  await second.pass(0)
  second.close()
  await second.pass(0)
  expect(other.ended).toEqual(['bye: the record was closed'])
})
