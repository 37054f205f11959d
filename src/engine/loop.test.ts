import { describe, expect, it } from 'vitest'
import type { Entry, Part } from '../core/nouns/entry.ts'
import type { Clock } from '../core/ports.ts'
import { emptyState } from '../core/state.ts'
import { wish } from '../core/wishes.ts'
import { JournalStopped } from './journal/journal.ts'
import { Loop } from './loop.ts'

/** A ledger that writes when it is told to, and a clock that moves when it is told to. */
function desk(options: { most?: number; hands?: boolean } = {}) {
  const written: Entry[] = []
  const durable: Entry[][] = []
  const held: (() => void)[] = []
  const timers: (() => void)[] = []
  const state = emptyState()
  let fails: Error | undefined
  let holding = false
  const clock: Clock = {
    now: () => 1000,
    monotonic: () => 1000,
    after: (_, then) => {
      timers.push(then)
      return () => {}
    },
    chance: () => 'x',
  }
  const ledger = {
    append: async (parts: readonly Part[]) => {
      if (holding) await new Promise<void>((go) => held.push(go))
      if (fails !== undefined) throw fails
      const entries = parts.map((part, i) => ({ ...part, seq: written.length + i + 1, prev: '' }))
      written.push(...entries)
      return entries
    },
    resume: async () => {
      if (fails !== undefined) throw fails
    },
  }
  let broken = ''
  let rests = 0
  const loop = new Loop({
    ledger,
    state,
    clock,
    hands: options.hands ?? true,
    rested: () => {
      rests += 1
    },
    durable: (entries) => durable.push([...entries]),
    broken: (why) => {
      broken = why
    },
    ...(options.most === undefined ? {} : { most: options.most }),
  })
  return {
    loop,
    state,
    written,
    durable,
    fail: (error: Error | undefined) => {
      fails = error
    },
    hold: () => {
      holding = true
    },
    release: () => {
      holding = false
      for (const go of held.splice(0)) go()
    },
    passTime: () => {
      for (const then of timers.splice(0)) then()
    },
    broken: () => broken,
    rests: () => rests,
  }
}

const open = (path: string) => wish('workspace.open', 'ann', { path, baseBranch: 'main' })
const full = () => new JournalStopped('The disk is full. Nothing was lost: mend that, then resume.', true)

describe('the loop', () => {
  it('answers only when the facts are on the disk, and tells of them in order', async () => {
    const at = desk()
    at.hold()
    const answers: string[] = []
    const first = at.loop.submit(open('/a')).then(() => answers.push('a'))
    const second = at.loop.submit(open('/b')).then(() => answers.push('b'))
    await Promise.resolve()
    expect(answers).toEqual([])
    expect(at.state.workspaces.size).toBe(2)
    at.release()
    await Promise.all([first, second])
    expect(answers).toEqual(['a', 'b'])
    expect(at.durable.flat().map((entry) => entry.seq)).toEqual([1, 2])
  })

  it('answers a refusal at once, and writes nothing', async () => {
    const at = desk()
    const answer = await at.loop.submit(wish('run.pause', 'ann', { item: 'none', why: '' }))
    expect(answer).toMatchObject({ ok: false, refusal: { kind: 'not-found' } })
    expect(at.written).toEqual([])
  })

  it('answers a wish that changes nothing only after what it was decided on is on the disk', async () => {
    const at = desk()
    at.hold()
    let answered = false
    const first = at.loop.submit(open('/a'))
    const same = at.loop.submit(open('/a')).then(() => {
      answered = true
    })
    await Promise.resolve()
    expect(answered).toBe(false)
    at.release()
    await Promise.all([first, same])
    expect(at.written).toHaveLength(1)
  })

  it('turns wishes away when too many wait', async () => {
    const at = desk({ most: 1 })
    at.hold()
    const first = at.loop.submit(open('/a'))
    expect(await at.loop.submit(open('/b'))).toMatchObject({ ok: false, refusal: { kind: 'busy' } })
    at.release()
    expect(await first).toMatchObject({ ok: true })
  })

  it('keeps the order and loses nothing when the disk is full for a while', async () => {
    const at = desk()
    at.fail(full())
    const first = at.loop.submit(open('/a'))
    await new Promise((go) => setImmediate(go))
    expect(await at.loop.submit(open('/b'))).toMatchObject({ ok: false, refusal: { kind: 'busy' } })
    const own = at.loop.submit(wish('key.publish', 'baton', { name: 'k', key: '1' }))
    at.passTime()
    await new Promise((go) => setImmediate(go))
    expect(at.written).toEqual([])
    at.fail(undefined)
    at.passTime()
    expect(await first).toMatchObject({ ok: true, seq: 1 })
    expect(await own).toMatchObject({ ok: true, seq: 2 })
    expect(at.loop.trouble).toBe('')
  })

  it('stops for good, says why and answers everyone when the journal breaks', async () => {
    const at = desk()
    at.fail(new Error('The medium is gone.'))
    expect(await at.loop.submit(open('/a'))).toMatchObject({
      ok: false,
      refusal: { kind: 'defect', why: 'The medium is gone.' },
    })
    at.fail(undefined)
    expect(await at.loop.submit(open('/b'))).toMatchObject({ ok: false, refusal: { kind: 'defect' } })
    expect(at.broken()).toBe('The medium is gone.')
  })

  it('is steady once nothing waits', async () => {
    const at = desk()
    at.hold()
    let steady = false
    void at.loop.submit(open('/a'))
    const waiting = at.loop.steady().then(() => {
      steady = true
    })
    await Promise.resolve()
    expect(steady).toBe(false)
    at.release()
    await waiting
    expect(at.loop.pending).toBe(0)
  })

  it('tells that it rests, also when the last answer changed nothing', async () => {
    const at = desk()
    at.hold()
    const first = at.loop.submit(open('/a'))
    const same = at.loop.submit(open('/a'))
    expect(at.rests()).toBe(0)
    at.release()
    await Promise.all([first, same])
    expect(at.loop.pending).toBe(0)
    expect(at.rests()).toBe(1)
  })

  it('tells that it rests when there is no room, and when it breaks', async () => {
    const at = desk()
    at.fail(full())
    void at.loop.submit(open('/a'))
    await new Promise((go) => setImmediate(go))
    expect(at.rests()).toBe(1)
    at.fail(new Error('The medium is gone.'))
    at.passTime()
    await new Promise((go) => setImmediate(go))
    expect(at.rests()).toBe(2)
  })
})
