// What is kept at hand of a record says what reading all of it again would say, and only what is new is read.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confined } from '../../src/api/confined.ts'
import { type Metrics, metricsShow } from '../../src/api/metrics/show.ts'
import { isRefusal } from '../../src/api/refusal.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'
import { isoOf } from '../../src/core/portfolio/iso.ts'
import type { House } from '../../src/core/ports/house.ts'
import { emptyState } from '../../src/core/state.ts'
import { paperHouse } from '../cli/testing.ts'
import { journalOf, moves } from './journals.ts'
import type { Said } from './naive.ts'

const hour = 3_600_000

interface Told {
  readonly house: House
  /** Where each page began. */
  readonly reads: number[]
  tell(entries: readonly Said[]): void
}

/** A house that has been told these entries, one after another. */
function toldHouse(): Told {
  const entries: Entry[] = []
  const reads: number[] = []
  const state = emptyState()
  const house: House = {
    ...paperHouse(),
    state,
    now: () => state.at,
    read: async (after, limit, stream) => {
      reads.push(after)
      await Promise.resolve()
      return entries.filter((one) => one.seq > after && (stream === undefined || one.stream === stream)).slice(0, limit)
    },
  }
  const tell = (some: readonly Said[]): void => {
    for (const { at, type, stream, data } of some) {
      entries.push({ seq: entries.length + 1, at, type, stream, data, by: '', because: '', version: 1, prev: '' })
      state.seq = entries.length
      state.at = Math.max(state.at, at)
    }
  }
  return { house, reads, tell }
}

const caller = { name: 'ann', folder: '/', may: new Set<never>() }

async function ask(house: House, given: object = {}): Promise<Metrics> {
  const found = await metricsShow.read(house, metricsShow.params.parse(given), caller)
  if (isRefusal(found)) throw new Error(found.why)
  return found
}

const fresh = (entries: readonly Said[]): House => {
  const told = toldHouse()
  told.tell(entries)
  return told.house
}

/** A house that was told nothing that is not older than this, and has not been asked anything. */
function asOf(entries: readonly Said[], to: number): House {
  const { house, tell } = toldHouse()
  tell(entries.filter(({ at }) => at < to))
  return { ...house, now: () => to - 1 }
}

/** How far each has read is not what is compared. */
const said = ({ seq: _, ...rest }: Metrics): object => rest

describe('what is kept at hand', () => {
  it('says what is read anew, however much was asked before, up to now and up to any time before', async () => {
    await fc.assert(
      fc.asyncProperty(moves, fc.array(fc.nat(20), { maxLength: 8 }), fc.nat(100), async (some, steps, early) => {
        const entries = journalOf(some)
        const { house, tell } = toldHouse()
        let at = 0
        for (const step of [...steps, entries.length]) {
          tell(entries.slice(at, at + step))
          at = Math.min(entries.length, at + step)
          for (const by of ['item', 'owner', 'day'] as const) {
            const now = house.state.at
            expect(said(await ask(house, { by }))).toEqual(said(await ask(asOf(entries.slice(0, at), now + 1), { by })))
            const to = (early + 1) * hour
            if (to > now) continue
            expect(said(await ask(house, { by, to }))).toEqual(said(await ask(asOf(entries.slice(0, at), to), { by })))
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('reads only what is new, once for all who ask at the same time, through whatever view of the house', async () => {
    const entries = journalOf([...Array(60).keys()].map((n) => [n % 30, n % 2, n % 3, 1]))
    const { house, reads, tell } = toldHouse()
    tell(entries.slice(0, 40))
    await Promise.all([ask(house), ask(confined(house)), ask(house, { by: 'day' })])
    expect(reads).toEqual([0])
    await ask(confined(house))
    expect(reads).toEqual([0])
    tell(entries.slice(40))
    const found = await ask(house)
    expect(reads).toEqual([0, 40])
    expect(found.seq).toBe(entries.length)
  })

  it('misses nothing of what came while somebody else was reading', async () => {
    const entries = journalOf([...Array(60).keys()].map((n) => [n % 30, n % 2, n % 3, 1]))
    const { house, tell } = toldHouse()
    tell(entries.slice(0, 40))
    const before = ask(house)
    tell(entries.slice(40))
    const [one, two] = await Promise.all([before, ask(house)])
    expect(one.seq).toBeGreaterThanOrEqual(40)
    expect(two).toEqual(await ask(fresh(entries)))
  })

  it('is read anew when reading it failed half-way', async () => {
    const entries = journalOf([...Array(60).keys()].map((n) => [n % 30, n % 2, n % 3, 1]))
    const { house, reads, tell } = toldHouse()
    tell(entries.slice(0, 30))
    await ask(house)
    tell(entries.slice(30))
    const { read } = house
    house.read = async () => {
      throw new Error('the disk is gone')
    }
    await expect(ask(house)).rejects.toThrow('the disk is gone')
    house.read = read
    expect(await ask(house)).toEqual(await ask(fresh(entries)))
    expect(reads).toEqual([0, 0])
  })

  it('reads one item alone when one is asked for', async () => {
    const entries = journalOf([...Array(60).keys()].map((n) => [n % 30, n % 2, n % 3, 1]))
    const { house, tell } = toldHouse()
    tell(entries)
    house.state.items.set('i0', {} as never)
    const streams: (string | undefined)[] = []
    const { read } = house
    house.read = (after, limit, stream) => {
      streams.push(stream)
      return read(after, limit, stream)
    }
    const { item, total } = await ask(house, { item: 'i0' })
    expect(new Set(streams)).toEqual(new Set(['i0']))
    expect([item?.id, total.items]).toEqual(['i0', 1])
    expect(item?.history.entries).toBe(entries.filter(({ stream }) => stream === 'i0').length)
    expect(isoOf(item?.spans[0]?.openedAt ?? 0)).toBe(isoOf(entries[0]?.at ?? -1))
  })
})
