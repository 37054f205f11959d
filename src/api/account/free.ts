// What keeps an account from being used is over: somebody has logged in, paid, or installed what was missing.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { anyName, sentence } from '../words.ts'

export const accountFree = wishes({
  name: 'account/free',
  needs: 'approve',
  caption: 'What keeps an account from being used is over: its agents are given steps again.',
  params: z.strictObject({ account: anyName, why: sentence.default('a person said so') }),
  wish: (params, caller) => wish('account.free', caller.name, params),
  result: (answer): Done => done(answer),
})
