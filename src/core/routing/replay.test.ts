import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byCost, compare } from './compare.ts'
import { OutcomeBook } from './outcomes.ts'
import { type Cascade, type Outcomes, type OutcomeTable, oracle, perfectCheck, playThrough, replay } from './replay.ts'

const plain: Cascade = { ladder: ['mini', 'large'], tries: 1, check: perfectCheck, lastIsTaken: false, mends: 0 }
const tasks = ['easy', 'odd', 'hard', 'none']

/** What each model makes of the four, one digit a task: mini solves easy and odd, large easy and hard. */
const table = tableOf({ mini: ['1100', 1], large: ['1010', 10] })

function tableOf(rows: Record<string, readonly [string, number]>, ms?: number): OutcomeTable {
  const one = (mark: string, costUsd: number): Outcomes[] => [
    { resolved: mark === '1', costUsd, ...(ms === undefined ? {} : { ms: ms * costUsd }) },
  ]
  return new Map(
    Object.entries(rows).map(([model, [marks, cost]]) => [
      model,
      new Map([...marks].map((mark, at) => [tasks[at] ?? `t${at}`, one(mark, cost)])),
    ]),
  )
}

describe('a ladder on a table of outcomes', () => {
  it('asks the next model only for what the check refuses', () => {
    const all = replay(table, plain, tasks)
    expect(all).toEqual({ tasks: 4, unknown: 0, solved: 3, wrong: 0, costUsd: 24, unsolvedUsd: 11, tries: 6 })
    expect(replay(table, { ...plain, ladder: ['large'] }, tasks)).toMatchObject({ solved: 2, costUsd: 40 })
  })

  it('weighs every way by how often the check errs', () => {
    // Of right work 9 of 10 pass, of wrong work 2 of 10; the rest goes on to the other model, whose work is held to the same.
    const found = replay(table, { ...plain, check: { right: 0.9, wrong: 0.2 } }, tasks)
    const [easy, odd, hard] = [0.9 + 0.1 * 0.9, 0.9, 0.8 * 0.9]
    expect(found.solved).toBeCloseTo(easy + odd + hard, 12)
    expect(found.wrong).toBeCloseTo(0.1 * 0.2 + 0.2 + (0.2 + 0.8 * 0.2), 12)
    expect(found.costUsd).toBeCloseTo(4 + 10 * (0.1 + 0.1 + 0.8 + 0.8), 12)
    const taken = replay(table, { ...plain, check: { right: 0.9, wrong: 0.2 }, lastIsTaken: true }, tasks)
    expect(taken.solved).toBeCloseTo(1 + 0.9 + 0.8, 12)
    expect(taken.costUsd).toBeCloseTo(found.costUsd, 12)
    expect(taken.solved + taken.wrong).toBeCloseTo(4, 12)
  })

  it('tries again where the table has a second try, and by a chance where it has none', () => {
    const again: OutcomeTable = new Map([
      [
        'mini',
        new Map([
          [
            'a',
            [
              { resolved: false, costUsd: 1 },
              { resolved: true, costUsd: 2 },
            ],
          ],
        ]),
      ],
    ])
    const two = { ...plain, ladder: ['mini'], tries: 2 }
    expect(replay(again, two, ['a'])).toMatchObject({ solved: 1, costUsd: 3, tries: 2 })
    expect(replay(table, two, ['hard'])).toMatchObject({ solved: 0, costUsd: 2, tries: 2 })
    expect(replay(table, { ...two, mends: 0.25 }, ['hard'])).toMatchObject({
      solved: 0.25,
      costUsd: 2,
      unsolvedUsd: 1.5,
    })
  })

  it('leaves out what the table does not say, and no more', () => {
    const holes: OutcomeTable = new Map([
      [
        'mini',
        new Map([
          ['a', [{ resolved: true, costUsd: 1 }]],
          ['b', [{ resolved: false, costUsd: 1 }]],
        ]),
      ],
      ['large', new Map<string, Outcomes[]>()],
    ])
    expect(replay(holes, plain, ['a', 'b', 'c'])).toMatchObject({ tasks: 1, unknown: 2, solved: 1, costUsd: 1 })
    expect(replay(holes, { ...plain, check: { right: 0.9, wrong: 0 } }, ['a'])).toMatchObject({ tasks: 0, unknown: 1 })
  })

  it('is beaten by nobody who knows beforehand', () => {
    const outcome = fc.record({ resolved: fc.boolean(), costUsd: fc.integer({ min: 1, max: 50 }) })
    const rows = fc.array(fc.tuple(outcome, outcome, outcome), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(rows, (found) => {
        const names = found.map((_, at) => `t${at}`)
        const models = ['a', 'b', 'c']
        const made: OutcomeTable = new Map(
          models.map((model, at) => [model, new Map(found.map((row, n) => [`t${n}`, [row[at] as Outcomes]]))]),
        )
        const best = oracle(made, models, names)
        const cascade = replay(made, { ...plain, ladder: models }, names)
        expect(cascade.solved).toBe(best.solved)
        expect(cascade.costUsd).toBeGreaterThanOrEqual(best.costUsd)
        const loose = replay(made, { ...plain, ladder: models, check: { right: 0.7, wrong: 0.3 } }, names)
        expect(loose.solved + loose.wrong).toBeLessThanOrEqual(names.length + 1e-9)
        expect(loose.unsolvedUsd).toBeLessThanOrEqual(loose.costUsd + 1e-9)
      }),
    )
  })
})

describe('how long it takes', () => {
  const timed = tableOf({ mini: ['1100', 1], large: ['1010', 10] }, 1000)
  const never = (): number => {
    throw new Error('a perfect check needs no chance')
  }

  it('is known when every try says it', () => {
    const half = (): number => 0.5
    const all = { slots: 2, chance: half }
    // easy 1, odd 1, hard 11, none 11: the two long ones run beside each other.
    expect(playThrough(timed, plain, tasks, all)).toEqual({ makespanMs: 12_000, boundMs: 12_000 })
    expect(playThrough(timed, plain, tasks, { ...all, slots: 100 })).toEqual({ makespanMs: 11_000, boundMs: 11_000 })
    expect(playThrough(table, plain, tasks, { slots: 1, chance: never })).toBeUndefined()
  })
})

describe('a ladder beside others', () => {
  it('is held to the strongest alone under the same check', () => {
    const found = compare(table, plain)
    expect(found.policy).toMatchObject({ name: 'mini > large', solvedShare: 0.75, perTaskUsd: 6, perSolveUsd: 8 })
    expect(found.alone.map((one) => [one.name, one.solved])).toEqual([
      ['mini', 2],
      ['large', 2],
    ])
    expect(found.oracle).toMatchObject({ solved: 3, costUsd: 13 })
    expect(found.against).toEqual({ model: 'large', tasks: 4, costRatio: 0.6, solvedMore: 0.25 })
    expect(compare(table, { ...plain, ladder: ['mini'] }).against).toBeUndefined()
  })

  it('is put in order by cost when nobody says which is strong', () => {
    expect(byCost(tableOf({ b: ['11', 2], a: ['11', 2], cheap: ['11', 1] }))).toEqual(['cheap', 'a', 'b'])
  })
})

describe('a record as a table', () => {
  const spending = { step: 'i/a', item: 'i', agent: 'codex', model: 'mini', at: 0, fate: 'landed' } as const
  const used = { tokensIn: 1, tokensOut: 1, cachedIn: 0, cost: 2, ms: 3 }

  it('holds what says something of a model, and nothing else', () => {
    const book = new OutcomeBook()
    const add = (attempt: string, more: object): void =>
      book.add({ ...spending, attempt, used, landedAs: 'i/a/9', reason: undefined, ...more })
    add('i/a/1', { reason: 'checks-failed' })
    for (const reason of ['quota', 'network', 'cancelled', 'conflict', 'dropped', undefined]) add('i/a/2', { reason })
    add('i/a/9', {})
    add('i/b/1', { step: 'i/b', model: undefined, reason: 'sent-back', used: { ...used, unpriced: true } })
    expect([...book.table]).toEqual([
      [
        'mini',
        new Map([
          [
            'i/a',
            [
              { resolved: false, costUsd: 2, ms: 3 },
              { resolved: true, costUsd: 2, ms: 3 },
            ],
          ],
        ]),
      ],
      ['codex', new Map([['i/b', [{ resolved: false, costUsd: 2, ms: 3 }]]])],
    ])
    expect([book.tries, book.unpriced]).toEqual([3, 1])
  })
})
