import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/core/nouns/entry.ts'
import { statusOf } from '../../src/core/portfolio/life.ts'
import { Lives } from '../../src/core/portfolio/lives.ts'
import { type Measures, measureAll, merged, noMeasures, type Window } from '../../src/core/portfolio/measures.ts'
import { grouped, select } from '../../src/core/portfolio/select.ts'
import { spread } from '../../src/core/portfolio/spread.ts'
import { throughput } from '../../src/core/portfolio/throughput.ts'
import { Ledger } from '../../src/core/spending/ledger.ts'
import { Journal, journalOf, moves } from './journals.ts'
import { Naive } from './naive.ts'

const hour = 3_600_000

function read(entries: readonly Pick<Entry, 'type' | 'data' | 'at' | 'stream'>[], to: number, keep = true): Lives {
  const lives = new Lives(to, keep)
  for (const entry of entries) lives.add(entry)
  return lives
}

/** In an order of their own: which of two came first is not what is asked. */
function inOrder(one: Measures): object {
  const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
  return { ...one, leads: sorted(one.leads), cycles: sorted(one.cycles) }
}

describe('what is measured in one pass', () => {
  it.each([
    ['all of their steps kept', true, 40],
    ['a few numbers of each that is over', false, 80],
  ])(
    'is what a computation finds that holds all entries and asks them again for each number, with %s',
    (_, keep, numRuns) => {
      fc.assert(
        fc.property(moves, fc.nat(60), fc.nat(200), (some, from, long) => {
          const entries = journalOf(some)
          const window: Window = { from: from * hour, to: (from + long) * hour }
          const lives = read(entries, window.to, keep)
          const naive = new Naive(entries, window)
          expect([...lives.all.keys()]).toEqual(naive.items())
          for (const life of lives.all.values()) {
            expect(inOrder(measureAll([life], window)), life.id).toEqual(inOrder(naive.measures([life.id])))
            expect(statusOf(life), life.id).toBe(naive.status(life.id))
          }
          const all = [...lives.all.values()]
          expect(inOrder(measureAll(all, window))).toEqual(inOrder(naive.measures(naive.items())))
          for (const { keys, sum } of grouped(all, ['day'], window))
            expect(inOrder(sum), keys.join()).toEqual(inOrder(naive.day(keys[0] ?? '')))
        }),
        { numRuns },
      )
    },
  )

  it('counts for whoever had the item or the step when it happened', () => {
    fc.assert(
      fc.property(moves, fc.nat(60), fc.nat(200), (some, from, long) => {
        const entries = journalOf(some)
        const window: Window = { from: from * hour, to: (from + long) * hour }
        const lives = [...read(entries, window.to, false).all.values()]
        const naive = new Naive(entries, window)
        const nothing = inOrder(noMeasures())
        const groups = new Map(grouped(lives, ['owner'], window).map(({ keys, sum }) => [keys[0] ?? '', sum]))
        for (const who of new Set([...naive.owners(), ...groups.keys()])) {
          const sum = groups.get(who)
          const found = sum === undefined ? nothing : inOrder(sum)
          expect(found, who).toEqual(inOrder(naive.measures(naive.items(), { who })))
        }
        for (const { keys, sum } of grouped(lives, ['owner', 'day'], window))
          expect(inOrder(sum), keys.join()).toEqual(inOrder(naive.day(keys[1] ?? '', keys[0])))
      }),
      { numRuns: 40 },
    )
  })

  it('gives the whole when its groups are added up', () => {
    fc.assert(
      fc.property(moves, (some) => {
        const window = { from: 0, to: 5000 * hour }
        const lives = [...read(journalOf(some), window.to).all.values()]
        const all = measureAll(lives, window)
        const keys = ['item', 'owner', 'workflow', 'workspace', 'day'] as const
        const ways = [...keys.map((by) => [by]), ...keys.flatMap((by) => keys.map((other) => [by, other]))]
        for (const by of ways) {
          const groups = grouped(lives, by, window).map(({ sum }) => sum)
          for (const field of added)
            expect(
              groups.reduce((sum, one) => sum + one[field], 0),
              `${field} by ${by.join()}`,
            ).toBe(all[field])
          const days = by.includes('day') ? { lives, to: window.to } : undefined
          expect(inOrder(merged(groups, days)), by.join()).toEqual(inOrder(all))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('never finds more blocked time than there was time', () => {
    fc.assert(
      fc.property(moves, fc.nat(100), (some, from) => {
        const window = { from: from * hour, to: 5000 * hour }
        for (const life of read(journalOf(some), window.to).all.values()) {
          const one = measureAll([life], window)
          const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
          expect(one.leadBlockedMs).toBeLessThanOrEqual(sum(one.leads))
          expect(one.cycleBlockedMs).toBeLessThanOrEqual(sum(one.cycles))
          const kinds = [...one.blockedBy.values()]
          expect(sum(kinds.map(({ ms }) => ms))).toBeGreaterThanOrEqual(one.blockedMs)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('spends what the ledger of costs has spent', () => {
    fc.assert(
      fc.property(moves, (some) => {
        const entries = journalOf(some)
        let [cost, attempts] = [0, 0]
        const ledger = new Ledger(({ used }) => {
          cost += used.cost
          attempts += 1
        })
        for (const entry of entries) ledger.add(entry)
        ledger.rest()
        const window = { from: 0, to: 5000 * hour }
        const all = measureAll(read(entries, window.to, false).all.values(), window)
        expect([all.costUsd, all.attempts]).toEqual([cost, attempts])
      }),
      { numRuns: 60 },
    )
  })

  it('shows days without anything, and what was done on the others', () => {
    fc.assert(
      fc.property(moves, fc.nat(200), (some, from) => {
        const window = { from: from * hour, to: (from + 300) * hour }
        const lives = [...read(journalOf(some), window.to).all.values()]
        const days = new Map(grouped(lives, ['day'], window).map(({ keys, sum }) => [keys[0] ?? '', sum]))
        const shown = throughput(lives, window, 1000)
        for (const { day, ...done } of shown) {
          const { opened = 0, landed = 0, integrated = 0 } = days.get(day) ?? {}
          expect(done, day).toEqual({ opened, landed, integrated })
        }
        const all = measureAll(lives, window)
        expect(shown.reduce((sum, { landed }) => sum + landed, 0)).toBe(all.landed)
        expect(throughput(lives, window, 3)).toEqual(shown.slice(-3))
      }),
      { numRuns: 60 },
    )
  })
})

const added = [
  ...(['opened', 'integrated', 'closed', 'duplicates', 'reverted', 'landed', 'reworks', 'attempts'] as const),
  ...(['openMs', 'blockedMs', 'leadBlockedMs', 'cycleBlockedMs', 'gateMs'] as const),
]

describe('an item', () => {
  const window = { from: 0, to: 1000 * hour }

  it('that is opened again has a clock of its own, and its first span stays', () => {
    const journal = new Journal()
    journal.open('i')
    journal.at = 10 * hour
    journal.say('integration.done', 'i', { item: 'i', ref: '', commit: '', by: '' })
    journal.say('item.closed', 'i', { id: 'i', why: '' })
    journal.at = 20 * hour
    journal.say('integration.reverted', 'i', { item: 'i', ref: '', commit: '', of: '', by: '' })
    journal.at = 100 * hour
    journal.open('i', 'item.reopened')
    journal.at = 103 * hour
    journal.say('item.closed', 'i', { id: 'i', why: '' })
    const found = measureAll(read(journal.entries, window.to).all.values(), window)
    expect(found).toMatchObject({ opened: 2, integrated: 1, closed: 1, reverted: 1, leads: [10 * hour, 3 * hour] })
  })

  it('that was taken back is to be done again', () => {
    const journal = new Journal()
    journal.open('i')
    journal.say('integration.done', 'i', { item: 'i', ref: '', commit: '', by: '' })
    journal.say('item.closed', 'i', { id: 'i', why: '' })
    const status = () => [...read(journal.entries, window.to).all.values()].map(statusOf)
    expect(status()).toEqual(['completed'])
    journal.say('integration.reverted', 'i', { item: 'i', ref: '', commit: '', of: '', by: '' })
    expect(status()).toEqual(['rework'])
  })

  it('keeps the clock of a step that was renumbered, and begins one anew for other work', () => {
    const journal = new Journal()
    journal.open('i')
    journal.start('i/a', 1)
    journal.start('i/b', 1)
    journal.at = 2 * hour
    const carried = [{ from: 'a', to: 'b' }]
    journal.say('steps.carried', 'i', { item: 'i', carried, renewed: ['a'] })
    journal.at = 5 * hour
    journal.land('i/b/2')
    journal.start('i/a', 2)
    journal.at = 6 * hour
    journal.land('i/a/2')
    expect(measureAll(read(journal.entries, window.to).all.values(), window).cycles).toEqual([hour, 5 * hour])
  })

  it('that is over takes in nothing more, but that it was taken back', () => {
    const journal = new Journal()
    journal.open('i')
    journal.start('i/a', 1)
    journal.at = hour
    journal.say('item.closed', 'i', { id: 'i', why: '' })
    journal.at = 9 * hour
    journal.end('i/a/1', 5)
    journal.land('i/a/1')
    journal.say('gate.opened', 'i', { gate: 'g', kind: 'approval', item: 'i', asks: '', options: [], usual: '' })
    journal.say('integration.reverted', 'i', { item: 'i', ref: '', commit: '', of: '', by: '' })
    const { costUsd, landed, gateMs, reverted } = measureAll(read(journal.entries, window.to).all.values(), window)
    expect({ costUsd, landed, gateMs, reverted }).toEqual({ costUsd: 0, landed: 0, gateMs: 0, reverted: 1 })
  })

  it('stands still in time while the clock of its machine is set back', () => {
    const journal = new Journal()
    journal.at = 10 * hour
    journal.open('i')
    journal.at = 5 * hour
    journal.say('blocker.raised', 'i', { blocker: 'b', item: 'i', kind: 'external', owner: '', notes: '' })
    journal.start('i/a', 1)
    journal.at = 8 * hour
    journal.say('blocker.cleared', 'i', { blocker: 'b', by: '', notes: '' })
    journal.at = 12 * hour
    journal.land('i/a/1')
    journal.say('item.closed', 'i', { id: 'i', why: '' })
    const found = measureAll(read(journal.entries, window.to).all.values(), window)
    expect(found).toMatchObject({ blockedMs: 0, leads: [2 * hour], cycles: [2 * hour], openMs: 2 * hour })
  })

  it('is found by owner, workflow with and without a version, workspace, status and time', () => {
    const journal = new Journal()
    journal.open('i')
    journal.at = 50 * hour
    journal.open('j')
    const { all } = read(journal.entries, window.to)
    const ids = (wanted: Parameters<typeof select>[1], within = window) =>
      select(all.values(), wanted, within).map(({ id }) => id)
    expect(ids({ owner: 'owner-j' })).toEqual(['j'])
    expect(ids({ workflow: 'direct' })).toEqual(['i', 'j'])
    expect(ids({ workflow: 'direct@2' })).toEqual([])
    expect(ids({ workspace: '/w', status: 'queued' })).toEqual(['i', 'j'])
    expect(ids({ status: 'completed' })).toEqual([])
    expect(ids({}, { from: 0, to: 50 * hour })).toEqual(['i'])
  })
})

it('says how values are spread, and nothing of none', () => {
  expect(spread([])).toBeUndefined()
  expect(spread([3, 1, 2])).toMatchObject({ medianMs: 2, p90Ms: 3 })
  expect(spread([4])).toEqual({ count: 1, meanMs: 4, medianMs: 4, p90Ms: 4, maxMs: 4 })
  expect(spread([10, 1, 2, 3, 9, 8, 7, 6, 5, 4])).toMatchObject({ meanMs: 5.5, medianMs: 5, p90Ms: 9, maxMs: 10 })
})

it('reads 100,000 entries in a moment', () => {
  const journal = new Journal()
  for (let index = 0; journal.entries.length < 100_000; index += 1) {
    const item = `i${index % 500}`
    journal.at = index * 1000
    if (index < 500) journal.open(item)
    else if (index % 2 === 0) journal.start(`${item}/k${index % 40}`, index)
    else journal.land(`${item}/k${(index - 1) % 40}/${index - 1}`)
  }
  const from = performance.now()
  const lives = read(journal.entries, Number.MAX_SAFE_INTEGER)
  const sum = measureAll(lives.all.values(), { from: 0, to: journal.at })
  const ms = performance.now() - from
  expect(sum.items).toBe(500)
  expect(ms).toBeLessThan(5000)
})
