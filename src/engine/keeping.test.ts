import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isRefusal } from '../core/decide/answer.ts'
import { decide } from '../core/decide/index.ts'
import { evolve } from '../core/evolve/index.ts'
import type { CheckpointPlace, Clock } from '../core/ports.ts'
import { emptyState } from '../core/state.ts'
import { type Wish, wish } from '../core/wishes.ts'
import { MemoryStore } from '../stores/memory.ts'
import { generateSigner } from './journal/note.ts'
import { openJournal } from './journal/open.ts'
import { Keeping, keepEvery } from './keeping.ts'
import { Signing } from './signing.ts'

const origin = 'example.com/baton'
const signer = generateSigner(origin, join(mkdtempSync(join(tmpdir(), 'baton-keeping-')), 'key.pem'))
const keys = { current: () => signer, waiting: () => undefined, next: () => signer, promote: () => undefined }

/** A place in memory that fails while it is told to, or takes for ever. */
class Shelf implements CheckpointPlace {
  readonly name = 'shelf'
  text = ''
  trouble = ''
  stuck = false
  tries = 0
  read = async () => this.text
  add = async (notes: string, after: string | undefined) => {
    this.tries += 1
    if (this.stuck) await new Promise(() => undefined)
    if (this.trouble !== '') throw new Error(this.trouble)
    if (after !== this.text) throw new Error('changed')
    this.text += notes
  }
}

async function desk() {
  const store = new MemoryStore()
  const journal = await openJournal(store)
  const state = emptyState()
  const timers: { ms: number; then: () => void }[] = []
  const clock: Clock = {
    now: () => 1000,
    monotonic: () => 1000,
    after: (ms, then) => {
      const timer = { ms, then }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0)
    },
    chance: () => 'x',
  }
  const facts: string[] = []
  const submit = async (asked: Wish) => {
    const decided = decide(state, asked, 1000)
    if (isRefusal(decided)) return { ok: false as const, refusal: decided }
    const rest = { at: 1000, by: asked.by, because: '', version: 1 }
    const entries = await journal.append(decided.map((one) => ({ ...one, ...rest })))
    for (const entry of entries) evolve(state, entry)
    facts.push(...entries.map(({ type }) => type))
    keeping.saw(entries)
    return { ok: true as const, seq: state.seq, facts: entries }
  }
  const shelf = new Shelf()
  const signing = new Signing({ keys, origin, journal, state, submit, steady: async () => undefined })
  const sign = () => signing.sign()
  const keeping: Keeping = new Keeping({
    places: [shelf],
    keys,
    origin,
    store,
    clock,
    sign,
    submit,
    resting: () => false,
  })
  const say = (times: number) =>
    Promise.all(Array.from({ length: times }, () => submit(wish('house.close', 'ada', { why: 'x' }))))
  /** Timers that are due within so many milliseconds. */
  const pass = (ms: number) => {
    for (const { then } of timers.filter((one) => one.ms <= ms)) then()
  }
  return { keeping, shelf, facts, say, pass, timers, submit, state }
}

it('keeps one after so many entries, and none for what the keeping itself has recorded', async () => {
  const { keeping, shelf, facts, say } = await desk()
  await say(keepEvery - 1)
  expect(await keeping.places()).toEqual([{ place: 'shelf', size: 0 }])
  await say(1)
  const [{ size } = { size: 0 }] = await keeping.places()
  expect(size).toBeGreaterThanOrEqual(keepEvery)
  expect(shelf.tries).toBe(1)
  expect(facts.filter((type) => type.startsWith('checkpoint.'))).toEqual(['checkpoint.signed', 'checkpoint.kept'])
  await keeping.close()
  expect(shelf.tries).toBe(1)
})

it('says one trouble once, tries again later and later, and records that it was kept after all', async () => {
  const { keeping, shelf, facts, say, pass, timers } = await desk()
  shelf.trouble = 'no such folder'
  await say(keepEvery)
  expect(await keeping.places()).toEqual([{ place: 'shelf', size: 0, why: 'no such folder' }])
  expect(timers.map(({ ms }) => ms)).toEqual([1000])
  pass(1000)
  await keeping.places()
  expect(timers.map(({ ms }) => ms)).toEqual([5000])
  expect(facts.filter((type) => type === 'checkpoint.missed')).toHaveLength(1)
  shelf.trouble = ''
  pass(5000)
  const [{ why, size } = { why: 'none', size: 0 }] = await keeping.places()
  expect([why, size > 0, timers.length]).toEqual([undefined, true, 0])
  expect(facts.at(-1)).toBe('checkpoint.kept')
})

it('waits for no place for ever', async () => {
  const { keeping, shelf, say, pass, timers } = await desk()
  shelf.stuck = true
  await say(1)
  const closed = keeping.close()
  while (timers.length === 0) await new Promise((resolve) => setImmediate(resolve))
  pass(20_000)
  await closed
  expect(await keeping.places()).toEqual([{ place: 'shelf', size: 0, why: 'it took longer than 20 s' }])
})
