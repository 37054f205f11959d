// How much an item, a step or a day in a workspace may take, in place of what trusted configuration says; nothing named is no limit.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { path, sentence } from '../words.ts'

const most = 1e12

export const budgetSet = wishes({
  name: 'budget/set',
  needs: 'approve',
  caption:
    'How much an item, a step or a day in a workspace may take, in place of what baton.yaml says; with nothing named, as much as it takes.',
  params: z.strictObject({
    scope: z.enum(['step', 'item', 'day']),
    of: path,
    costUsd: z.number().min(0).max(most).optional(),
    tokens: z.int().min(0).max(most).optional(),
    workMs: z.int().min(0).max(most).optional(),
    why: sentence.default('a person said so'),
  }),
  wish: ({ scope, of, why, costUsd, tokens, workMs }, caller) => {
    const limits = {
      ...(costUsd === undefined ? {} : { costUsd }),
      ...(tokens === undefined ? {} : { tokens }),
      ...(workMs === undefined ? {} : { ms: workMs }),
    }
    return wish('budget.set', caller.name, { scope, id: of, limits, why })
  },
  result: (answer): Done => done(answer),
})
