// An agent declares what stands in the way of its step: it is not tried again until somebody has removed that.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { attemptOf } from '../../core/state.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must } from '../replies.ts'
import { attemptId, sentence, word } from '../words.ts'
import { missingAttempt } from './brief.ts'

export interface Declared {
  readonly blocker: string
  readonly next: string
}

const openAtOnce = 10
const next = 'end your turn if you cannot go on: the step is not tried again before somebody has removed this'

export const attemptBlock = deeds({
  name: 'attempt/block',
  tool: 'declare_blocker',
  needs: 'run',
  forAgents: true,
  caption: 'Declares what stands in the way of your step, and who can remove it; the step waits until it is gone.',
  params: z.strictObject({
    attempt: attemptId,
    kind: word.default('external'),
    notes: sentence,
    owner: sentence.max(200).default('whoever runs Baton'),
  }),
  about: (params) => params.attempt,
  act: async (house: House, { attempt, kind, notes, owner }, caller: Caller): Promise<Declared | Refusal> => {
    const found = attemptOf(house.state, attempt)
    if (found === undefined) return missingAttempt(attempt)
    if (found.attempt.endedAt !== undefined || found.step.phase !== 'running')
      return refuse('conflict', `attempt ${attempt}`, 'it has ended', 'end your turn')
    const open = [...house.state.blockers.values()].filter(
      (one) => one.step === found.step.id && one.endAt === undefined,
    )
    const known = open.find((one) => one.kind === kind && one.notes === notes)
    if (known !== undefined) return { blocker: known.id, next }
    if (open.length >= openAtOnce)
      return refuse('policy', `step ${found.step.id}`, `${openAtOnce} obstacles are declared already`, 'end your turn')
    const answer = await must(house, wish('blocker.raise', caller.name, { on: found.step.id, kind, owner, notes }))
    const raised = answer.facts.find((entry) => entry.type === 'blocker.raised')?.data
    const id = typeof raised === 'object' && raised !== null && 'blocker' in raised ? String(raised.blocker) : ''
    return { blocker: id, next }
  },
})
