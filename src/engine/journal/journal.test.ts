// The journal keeps order, shares transactions, stops when it must, and lets no reader miss anything.
import { expect, it } from 'vitest'
import { part } from '../../../tests/cases/store.sample.ts'
import type { Entry, ReadEntry } from '../../core/nouns/entry.ts'
import { HeadMoved, type Row, type Store, StoreFailed } from '../../core/ports.ts'
import { noHash } from './entry.ts'
import type { Journal } from './journal.ts'
import { type JournalOptions, openJournal } from './open.ts'
import { verify } from './verify.ts'

/** A store in memory whose next appends can be made to fail or to wait. */
function scripted() {
  const rows: Row[] = []
  const batches: number[] = []
  const failures: Error[] = []
  const never = () => Promise.reject(new Error('not asked for'))
  const store: Store = {
    append: async (more, after) => {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      if (rows.length !== after) throw new HeadMoved(rows.length, after)
      batches.push(more.length)
      rows.push(...more)
    },
    read: async (after, limit, stream) =>
      rows.filter((row) => row.seq > after && (stream === undefined || row.stream === stream)).slice(0, limit),
    head: async () => ({ seq: rows.at(-1)?.seq ?? 0, hash: rows.at(-1)?.hash ?? noHash }),
    leaves: async (after, limit) =>
      Buffer.from(
        rows
          .slice(after, after + limit)
          .map((row) => row.hash)
          .join(''),
        'hex',
      ),
    put: never,
    get: never,
    forget: never,
    digests: never,
    close: async () => {},
  }
  return { store, rows, batches, failures }
}

async function open(options?: JournalOptions) {
  const made = scripted()
  return { ...made, journal: await openJournal(made.store, options) }
}

async function take(from: AsyncIterable<ReadEntry>, count: number): Promise<number[]> {
  const seqs: number[] = []
  for await (const { seq } of from) {
    seqs.push(seq)
    if (seqs.length === count) break
  }
  return seqs
}

const seqs = (entries: readonly Entry[]) => entries.map(({ seq }) => seq)

it('shares one transaction among callers in flight, each contiguous, in the order of the calls', async () => {
  const { journal, batches, store } = await open()
  const answers = await Promise.all([
    journal.append([part(1), part(2)]),
    journal.append([]),
    journal.append([part(3)]),
    journal.append([part(4), part(5)]),
  ])
  expect(answers.map(seqs)).toEqual([[1, 2], [], [3], [4, 5]])
  expect(batches).toEqual([5])
  expect(await journal.read(0, 10)).toEqual(answers.flat())
  expect(await verify(store)).toMatchObject({ ok: true, size: 5, root: (await verify(store)).root })
  expect(journal.head()).toEqual({ seq: 5, hash: answers[3]?.[1] === undefined ? '' : (await store.head()).hash })
})

it('refuses a bad part for its caller alone', async () => {
  const { journal } = await open()
  const bad = journal.append([part(1), { ...part(2), data: () => 1 }])
  const good = journal.append([part(3)])
  await expect(bad).rejects.toThrow(/cannot be recorded/)
  expect(seqs(await good)).toEqual([1])
})

it('runs only by the hand that it is given', async () => {
  const hand: (() => void)[] = []
  const { journal, rows } = await open({ later: (flush) => void hand.push(flush) })
  const asked = journal.append([part(1)])
  await new Promise((resolve) => setImmediate(resolve))
  expect([rows.length, hand.length]).toEqual([0, 1])
  hand.shift()?.()
  expect(seqs(await asked)).toEqual([1])
})

it.each([
  ['another writer', new HeadMoved(5, 0), false, /Another writer has the journal/],
  ['a broken disk', new StoreFailed('broken', 'fsync failed.'), false, /fsync failed/],
  ['something unknown', new Error('odd'), false, /odd/],
  ['a full disk', new StoreFailed('full', 'No room.'), true, /resume/],
])('after %s refuses everything until told otherwise', async (_, failure, resumable, why) => {
  const { journal, failures, rows } = await open()
  await journal.append([part(1)])
  failures.push(failure)
  const inFlight = [journal.append([part(2)]), journal.append([part(3)])]
  for (const each of inFlight)
    await expect(each).rejects.toMatchObject({ name: 'JournalStopped', resumable, message: expect.stringMatching(why) })
  await expect(journal.append([part(4)])).rejects.toMatchObject({ name: 'JournalStopped' })
  expect(rows).toHaveLength(1)
  if (resumable) {
    await journal.resume()
    expect(seqs(await journal.append([part(5)]))).toEqual([2])
  } else {
    await expect(journal.resume()).rejects.toMatchObject({ name: 'JournalStopped' })
  }
})

it('does not resume over a store that went on without it', async () => {
  const { journal, failures, rows, store } = await open()
  failures.push(new StoreFailed('full', 'No room.'))
  await expect(journal.append([part(1)])).rejects.toThrow()
  const other = await openJournal(store)
  await other.append([part(9)])
  expect(rows).toHaveLength(1)
  await expect(journal.resume()).rejects.toMatchObject({ resumable: false })
})

it('lets a follower miss nothing and end while it waits', async () => {
  const { journal } = await open()
  await journal.append([part(1), part(2)])
  const follower = journal.follow(0)
  const seen = take(follower, 1_500)
  for (let n = 3; n <= 1_500; n++) void journal.append([part(n)])
  expect(await seen).toEqual(Array.from({ length: 1_500 }, (_, at) => at + 1))
  const waiting = journal.follow(1_500)
  const next = waiting.next()
  await new Promise((resolve) => setImmediate(resolve))
  await waiting.return?.()
  expect(await next).toEqual({ done: true, value: undefined })
})

it('follows one stream past what is not of it', async () => {
  const { journal } = await open()
  const seen = take(journal.follow(0, 'left'), 3)
  for (let n = 1; n <= 6; n++) await journal.append([part(n)])
  expect(await seen).toEqual([2, 4, 6])
})

it('settles, and ends everything when it is closed', async () => {
  const { journal } = await open()
  const settled = journal.settled(2)
  const never = journal.settled(9)
  const follower = journal.follow(0)
  const last = journal.append([part(1), part(2)])
  void never.catch(() => undefined)
  await settled
  await journal.close()
  expect(seqs(await last)).toEqual([1, 2])
  await expect(never).rejects.toThrow(/closed at 2/)
  await expect(journal.append([part(3)])).rejects.toThrow(/closed/)
  expect(await take(follower, 5)).toEqual([1, 2])
})

it('goes on from where another left off, by a snapshot of its tree or without', async () => {
  const { journal, store } = await open()
  for (let n = 1; n <= 5; n++) await journal.append([part(n)])
  const saved = JSON.parse(JSON.stringify(journal.tree()))
  await journal.append([part(6)])
  const cases = [
    [saved, 5],
    [undefined, 0],
    [{ ...saved, last: noHash }, 0],
    [{ ...saved, size: 99 }, 0],
  ] as const
  for (const [tree, from] of cases) {
    const seen: number[] = []
    const again: Journal = await openJournal(store, {
      ...(tree === undefined ? {} : { saved: tree }),
      each: ({ seq }) => void seen.push(seq),
    })
    expect(again.openedFrom).toBe(from)
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].slice(from))
    expect(again.tree()).toEqual(journal.tree())
  }
})

it('lifts old facts when reading and writes nothing over facts it does not know', async () => {
  const { journal, store } = await open()
  await journal.append([
    { ...part(1), type: 'old', version: 1, data: { n: 1 } },
    { ...part(2), type: 'new', version: 1 },
  ])
  const types = {
    knows: (type: string, version: number) => type === 'new' && version === 1,
    lifts: {
      'old@1': (fact: { data: unknown }) => ({
        type: 'old',
        version: 2,
        data: { ...(fact.data as object), more: true },
      }),
      'old@2': (fact: { data: unknown }) => ({ type: 'new', version: 1, data: fact.data }),
    },
  }
  const known = await openJournal(store, { types })
  expect((await known.read(0, 1))[0]).toMatchObject({ type: 'new', version: 1, data: { n: 1, more: true } })
  expect(known.stopped).toBeUndefined()
  await known.append([{ ...part(3), type: 'of tomorrow' }])
  const reopened = await openJournal(store, { types })
  expect(reopened.stopped?.message).toMatch(
    /Entry 3 is a fact that this Baton does not know \(of tomorrow@1\).*read-only/,
  )
  await expect(reopened.append([part(4)])).rejects.toThrow(/Upgrade Baton/)
  expect((await reopened.read(2, 1))[0]).toMatchObject({ seq: 3, type: 'of tomorrow', unknown: true })
})

it.each([
  [
    'a malformed entry',
    (rows: Row[]) => {
      rows[2] = { ...(rows[2] as Row), text: '{' }
    },
    /Entry 3 is malformed/,
  ],
  [
    'a missing entry',
    (rows: Row[]) => {
      rows.splice(2, 1)
    },
    /Entry 3 is missing/,
  ],
  [
    'a broken link',
    (rows: Row[]) => {
      const row = rows[2] as Row
      rows[2] = { ...row, text: row.text.replace((rows[1] as Row).hash, noHash) }
    },
    /Entry 3 is not linked/,
  ],
  [
    'a changed last entry',
    (rows: Row[]) => {
      const row = rows[4] as Row
      rows[4] = { ...row, text: row.text.replace('"at":5', '"at":6') }
    },
    /entry 5 do not give/,
  ],
])('opens over %s for reading only, and reads what it can', async (_, damage, why) => {
  const { journal, rows, store } = await open()
  for (let n = 1; n <= 5; n++) await journal.append([part(n)])
  damage(rows)
  const again = await openJournal(store)
  expect(again.stopped?.message).toMatch(why)
  await expect(again.append([part(6)])).rejects.toThrow(/read-only/)
  expect(seqs(await again.read(0, 2))).toEqual([1, 2])
  expect(seqs(await again.read(3, 10))).toEqual([4, 5])
  expect(rows.some(({ seq }) => seq === 6)).toBe(false)
})
