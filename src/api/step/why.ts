// Why a step is where it is, what would end that, and who can; now or at any past entry.
import { z } from 'zod'
import type { Hold } from '../../core/nouns/decision.ts'
import type { Refusal } from '../../core/refusals.ts'
import { itemOf, stepOf } from '../../core/state.ts'
import { statusOf } from '../../core/status.ts'
import { why } from '../../core/why.ts'
import { views } from '../method.ts'
import { missingStep } from '../status/step.ts'
import { seq, stepId } from '../words.ts'

export interface WhyView extends Hold {
  readonly seq: number
  readonly title: string
  readonly status: string
}

export const stepWhy = views({
  name: 'step/why',
  tool: 'why',
  needs: 'read',
  caption: 'Why a step is where it is, what would end that, and who can.',
  params: z.strictObject({ step: stepId, at: seq.optional() }),
  about: (params) => params.step,
  at: (params) => params.at,
  view: (state, now, params): WhyView | Refusal => {
    const step = stepOf(state, params.step)
    const item = itemOf(state, params.step)
    const hold = why(state, params.step, now)
    if (step === undefined || item === undefined || hold === undefined) return missingStep(params.step)
    return { ...hold, seq: state.seq, title: step.spec.title, status: statusOf(item, step) }
  },
})
