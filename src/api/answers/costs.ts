// Answers about money: what was spent, and what a ladder of models would have.
import { z } from 'zod'
import { costKeys } from '../../core/spending/sums.ts'
import { count, head, texts } from '../parts/measures.ts'

const usd = z.number().min(0).describe('Dollars.')
const share = z.number().describe('A part of 1.')

const costLine = z
  .strictObject({
    key: z.string().describe('The item, step, agent, model or day; "" for a model that the agent chose itself.'),
    attempts: count,
    landed: count.describe('Steps whose work landed.'),
    tokensIn: count,
    tokensOut: count,
    cachedIn: count.describe('Of `tokensIn`: read again from a cache.'),
    costUsd: usd,
    ms: z.number().describe('Time of agents at work, added up, in milliseconds.'),
    unpriced: count.describe('Tokens of attempts of which some have no known price: their cost is not in `costUsd`.'),
    abandonedUsd: usd.describe('Of `costUsd`: on work that will not land.'),
    abandonedTokens: count,
    openUsd: usd.describe('Of `costUsd`: on work that is still under way.'),
    cachedShare: share.describe('`cachedIn` over `tokensIn`.'),
    abandonedShare: share.describe('`abandonedUsd` over `costUsd`.'),
    perLandedUsd: usd.exactOptional().describe('`costUsd` over `landed`; absent when nothing landed.'),
  })
  .meta({ id: 'CostLine', description: 'What was spent on one thing.' })

const row = z
  .strictObject({
    name: z.string(),
    tasks: count,
    unknown: count.describe(
      'Tasks that came to a model which the outcomes do not say of; they are in no other number.',
    ),
    solved: z.number().describe('As expected: a check that errs makes it no whole number.'),
    wrong: z.number().describe('Wrong, and let pass all the same.'),
    costUsd: usd,
    unsolvedUsd: usd.describe('Of `costUsd`: on tasks that were not solved.'),
    tries: z.number(),
    solvedShare: share,
    unsolvedShare: share,
    perTaskUsd: usd,
    perSolveUsd: usd.exactOptional().describe('`costUsd` over `solved`; absent when nothing was solved.'),
  })
  .meta({ id: 'CostRow', description: 'What one way of choosing models would have solved, and for how much.' })

const rate = z.number().min(0).max(1)

export const costAnswers = {
  'cost/show': z.strictObject({
    seq: head,
    by: z.enum(costKeys),
    item: z.string().exactOptional(),
    total: costLine,
    lines: z.array(costLine),
    more: count.describe('How many more lines there are; what they add up to is in `total`.'),
  }),
  'cost/simulate': z.strictObject({
    from: z.enum(['table', 'record']).describe('Whether the outcomes were given, or are those of this record.'),
    ladder: texts,
    tries: count,
    check: z.strictObject({ right: rate, wrong: rate }),
    lastIsTaken: z.boolean(),
    mends: rate,
    outcomes: z.strictObject({ tries: count, unpriced: count.describe('Tries of which nobody knows what they cost.') }),
    policy: row,
    alone: z.array(row).describe('Each model of the ladder by itself, under the same check.'),
    oracle: row.describe('If it were known beforehand who solves what for least: no policy gets below it.'),
    against: z
      .strictObject({
        model: z.string(),
        tasks: count,
        costRatio: z
          .number()
          .exactOptional()
          .describe('Below 1 the ladder is cheaper; absent when the model costs nothing.'),
        solvedMore: z.number().describe('By how much more the ladder solves, of 1; below 0 when it is less.'),
      })
      .exactOptional()
      .describe('The ladder over its strongest model alone, on the tasks of which the outcomes know both.'),
    makespan: z
      .strictObject({ slots: count, makespanMs: z.number(), boundMs: z.number() })
      .exactOptional()
      .describe('Absent when the outcomes do not say how long a try took.'),
  }),
}
