// What a ladder of models would have solved, for how much money and in how long, on a table of outcomes or on this record's own.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { byCost, type Compared, compare } from '../../core/routing/compare.ts'
import { OutcomeBook } from '../../core/routing/outcomes.ts'
import { type Cascade, type CheckRates, type OutcomeTable, playThrough, tasksOf } from '../../core/routing/replay.ts'
import { quoted } from '../../core/text/neutral.ts'
import { chanceFrom } from '../chance.ts'
import { reads } from '../method.ts'
import { readSpending } from './reading.ts'

const name = z.string().min(1).max(200)
const rate = z.number().min(0).max(1)
/** What else a published table says of a try is passed over. */
const tried = z.object({
  resolved: z.boolean(),
  cost: z.number().min(0).max(1e9),
  ms: z.number().min(0).max(1e12).optional(),
  api_calls: z.number().min(0).max(1e9).optional(),
})
const models = z.record(name, z.record(name, z.union([tried, z.array(tried).min(1).max(1000)])))
export const outcomes = z.object({ models })

export interface CostPlayed extends Compared {
  /** Whether the outcomes were given, or are those of this record. */
  readonly from: 'table' | 'record'
  readonly ladder: readonly string[]
  readonly tries: number
  readonly check: CheckRates
  readonly lastIsTaken: boolean
  readonly mends: number
  /** Tries in the table, and those of them of which nobody knows what they cost. */
  readonly outcomes: { readonly tries: number; readonly unpriced: number }
  /** Absent when the table does not say how long a try took. */
  readonly makespan?: { readonly slots: number; readonly makespanMs: number; readonly boundMs: number }
}

const mostTries = 2_000_000

export const costSimulate = reads({
  name: 'cost/simulate',
  needs: 'read',
  caption:
    'A ladder of models on a table of outcomes, or on this record: solved, money, time. Simulated, nothing runs.',
  params: z.strictObject({
    outcomes: z.union([z.literal('record'), outcomes]),
    ladder: z.array(name).min(1).max(20).optional(),
    tries: z.int().min(1).max(10).default(1),
    check: z.strictObject({ right: rate, wrong: rate }).default({ right: 1, wrong: 0 }),
    lastIsTaken: z.boolean().default(false),
    mends: rate.default(0),
    slots: z.int().min(1).max(1024).default(4),
    callMs: z.number().min(0).max(1e9).optional(),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
  }),
  read: async (house: House, params): Promise<CostPlayed | Refusal> => {
    const { tries, check, lastIsTaken, mends, slots, seed } = params
    const book = params.outcomes === 'record' ? await ownRecord(house) : given(params.outcomes, params.callMs)
    const ladder = params.ladder ?? byCost(book.table)
    const wrong = unfit(book, ladder)
    if (wrong !== undefined) return wrong
    const cascade: Cascade = { ladder, tries, check, lastIsTaken, mends }
    const chance = chanceFrom(seed)
    const time = playThrough(book.table, cascade, tasksOf(book.table, ladder), { slots, chance })
    return {
      from: params.outcomes === 'record' ? 'record' : 'table',
      ...cascade,
      outcomes: { tries: book.tries, unpriced: book.unpriced },
      ...compare(book.table, cascade),
      ...(time === undefined ? {} : { makespan: { slots, ...time } }),
    }
  },
})

interface Book {
  readonly table: OutcomeTable
  readonly tries: number
  readonly unpriced: number
}

function given(found: z.output<typeof outcomes>, callMs: number | undefined): Book {
  let tries = 0
  const timed = (one: z.output<typeof tried>) => {
    tries += 1
    const ms = one.ms ?? (callMs === undefined || one.api_calls === undefined ? undefined : one.api_calls * callMs)
    return { resolved: one.resolved, costUsd: one.cost, ...(ms === undefined ? {} : { ms }) }
  }
  const table = new Map(
    Object.entries(found.models).map(([model, tasks]) => [
      model,
      new Map(Object.entries(tasks).map(([task, one]) => [task, [one].flat().map(timed)])),
    ]),
  )
  return { table, tries, unpriced: 0 }
}

async function ownRecord(house: House): Promise<Book> {
  const book = new OutcomeBook()
  await readSpending(house, undefined, (spending) => book.add(spending))
  return book
}

function unfit({ table, tries }: Book, ladder: readonly string[]): Refusal | undefined {
  const known = [...table.keys()].map((model) => quoted(model)).join(', ')
  if (tries === 0)
    return refuse('not-found', 'outcomes', 'nothing was tried yet', 'run a plan first, or give a table of outcomes')
  if (tries > mostTries)
    return refuse('invalid', 'outcomes', `it has more than ${mostTries} tries`, 'give a part of it')
  if (new Set(ladder).size < ladder.length)
    return refuse(
      'invalid',
      'ladder',
      'a model is on it twice',
      'name each model once; tries says how often it may try',
    )
  const strange = ladder.find((model) => !table.has(model))
  if (strange === undefined) return undefined
  return refuse('not-found', `model ${quoted(strange)}`, 'the outcomes do not name it', `name one of: ${known}`)
}
