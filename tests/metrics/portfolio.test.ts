import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Facts, type FactType, fact } from '../../src/core/facts.ts'
import { nothingUsed } from '../../src/core/nouns/attempt.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'
import { statusOf } from '../../src/core/portfolio/life.ts'
import { Lives } from '../../src/core/portfolio/lives.ts'
import { measureAll, measureDays, type Window } from '../../src/core/portfolio/measures.ts'
import { grouped, select } from '../../src/core/portfolio/select.ts'
import { spread } from '../../src/core/portfolio/spread.ts'
import { Naive, type Said } from './naive.ts'

const hour = 3_600_000

class Journal {
  readonly entries: Said[] = []
  at = 0

  say<K extends FactType>(type: K, item: string, data: Facts[K]): void {
    this.entries.push({ ...fact(type, item, data), at: this.at })
  }

  open(id: string, type: 'item.opened' | 'item.reopened' = 'item.opened'): void {
    const words = { title: id, brief: '', owner: `owner-${id}`, workflow: 'direct@1', branch: '', base: '', source: '' }
    const rest = { workspace: '/w', priority: 1, policy: 'graph', format: '', tickFile: '' } as const
    const opened = { id, ...words, ...rest }
    if (type === 'item.opened') this.say(type, id, opened)
    else this.say(type, id, { ...opened, attempts: 1, why: '', by: '' })
  }

  start(step: string, number: number): void {
    const rest = { agent: 'sh', executor: 'shell', base: '', because: '' }
    this.say('attempt.started', step.split('/')[0] ?? '', { attempt: `${step}/${number}`, step, number, ...rest })
  }

  end(attempt: string, cost = 1): void {
    const used = { ...nothingUsed, cost, ms: 10 }
    this.say('attempt.ended', attempt.split('/')[0] ?? '', { attempt, outcome: { kind: 'succeeded', why: '' }, used })
  }

  land(attempt: string): void {
    this.say('landing.done', attempt.split('/')[0] ?? '', { attempt, ref: '', commit: '' })
  }
}

/** Any journal that keeps the order of things: nothing of an item before it is opened, no end of what never began. */
function journalOf(moves: readonly (readonly [number, number, number, number])[]): Said[] {
  const journal = new Journal()
  const open = new Map<
    string,
    { tries: number; gates: string[]; blockers: string[]; running: string[]; begun: Set<string> }
  >()
  const over = new Set<string>()
  moves.forEach(([what, which, key, after], index) => {
    journal.at += after * hour
    const item = `i${which}`
    const step = `${item}/k${key}`
    const found = open.get(item)
    if (found === undefined) {
      if (over.has(item) && what < 3)
        journal.say('integration.reverted', item, { item, ref: '', commit: '', of: '', by: '' })
      journal.open(item, over.has(item) ? 'item.reopened' : 'item.opened')
      open.set(item, { tries: 0, gates: [], blockers: [], running: [], begun: new Set() })
      return
    }
    const last = `${step}/${found.tries}`
    if (what < 4) {
      found.tries = index + 1
      found.begun.add(step)
      journal.start(step, found.tries)
      found.running.push(`${step}/${found.tries}`)
    } else if (what < 7) {
      const attempt = found.running.pop()
      if (attempt !== undefined) journal.end(attempt, key)
    } else if (what < 10 && found.begun.has(step)) journal.land(last)
    else if (what < 12) journal.say('step.reworked', item, { step, why: '', by: '' })
    else if (what === 12) journal.say('step.skipped', item, { step, why: '', by: '' })
    else if (what === 13) journal.say('step.failed', item, { step, reason: 'timeout', why: '' })
    else if (what < 17) {
      const blocker = `blocker-${index}`
      found.blockers.push(blocker)
      const where = key === 0 ? {} : { step }
      journal.say('blocker.raised', item, { blocker, item, kind: `kind${key}`, owner: '', notes: '', ...where })
    } else if (what < 20) {
      const blocker = found.blockers.shift()
      if (blocker !== undefined) journal.say('blocker.cleared', item, { blocker, by: '', notes: '' })
    } else if (what < 22) {
      const gate = `gate-${index}`
      found.gates.push(gate)
      journal.say('gate.opened', item, { gate, kind: 'approval', item, asks: '', options: [], usual: '' })
    } else if (what < 24) {
      const gate = found.gates.pop()
      const review = { by: '', at: 0, answer: 'approve', reasons: [] }
      if (gate !== undefined && key === 0) journal.say('gate.mooted', item, { gate, why: '' })
      else if (gate !== undefined) journal.say('gate.answered', item, { gate, review })
    } else if (what === 24) {
      const to = `owner-${key}`
      journal.say('ownership.transferred', item, {
        item,
        from: '',
        to,
        why: '',
        by: '',
        ...(key === 0 ? { step } : {}),
      })
    } else {
      if (what === 25) journal.say('integration.done', item, { item, ref: '', commit: '', by: '' })
      journal.say('item.closed', item, { id: item, why: '' })
      open.delete(item)
      over.add(item)
    }
  })
  return journal.entries
}

const moves = fc.array(fc.tuple(fc.nat(26), fc.nat(1), fc.nat(1), fc.nat(9)), {
  minLength: 1,
  maxLength: 80,
  size: 'max',
})

function read(entries: readonly Pick<Entry, 'type' | 'data' | 'at' | 'stream'>[], to: number): Lives {
  const lives = new Lives(to)
  for (const entry of entries) lives.add(entry)
  lives.rest()
  return lives
}

describe('what is measured in one pass', () => {
  it('is what a computation finds that holds all entries and asks them again for each number', () => {
    fc.assert(
      fc.property(moves, fc.nat(60), fc.nat(200), (some, from, long) => {
        const entries = journalOf(some)
        const window: Window = { from: from * hour, to: (from + long) * hour }
        const lives = read(entries, window.to)
        const naive = new Naive(entries, window)
        expect([...lives.all.keys()]).toEqual(naive.items())
        for (const life of lives.all.values()) {
          expect(measureAll([life], window), life.id).toEqual(naive.measures([life.id]))
          expect(statusOf(life), life.id).toBe(naive.status(life.id))
        }
        const all = [...lives.all.keys()]
        const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
        const [sum, same] = [measureAll(lives.all.values(), window), naive.measures(all)]
        expect({ ...sum, leads: sorted(sum.leads), cycles: sorted(sum.cycles) }).toEqual({
          ...same,
          ...{ leads: sorted(same.leads), cycles: sorted(same.cycles) },
        })
        for (const [day, line] of measureDays([...lives.all.values()], window))
          expect({ ...line, leads: sorted(line.leads), cycles: sorted(line.cycles) }, day).toEqual(naive.day(day))
      }),
      { numRuns: 100 },
    )
  })

  it('gives the whole when its groups are added up', () => {
    fc.assert(
      fc.property(moves, (some) => {
        const window = { from: 0, to: 5000 * hour }
        const lives = [...read(journalOf(some), window.to).all.values()]
        const all = measureAll(lives, window)
        for (const by of ['item', 'owner', 'workflow', 'workspace', 'day'] as const) {
          const groups = grouped(lives, by, window).map(([, one]) => one)
          for (const field of ['opened', 'integrated', 'landed', 'reworks', 'attempts', 'blockedMs', 'gateMs'] as const)
            expect(
              groups.reduce((sum, one) => sum + one[field], 0),
              `${field} by ${by}`,
            ).toBe(all[field])
        }
      }),
      { numRuns: 60 },
    )
  })
})

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
