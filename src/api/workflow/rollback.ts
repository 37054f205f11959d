// The version of a workflow that is in force is taken back, and the one before holds again.
import { z } from 'zod'
import type { Facts } from '../../core/facts.ts'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { itemId, sentence } from '../words.ts'

export interface WorkflowRolledBack extends Done {
  readonly name: string
  readonly version: string
  /** The version that holds now; absent when there is none. */
  readonly current?: string
}

export const workflowRollback = wishes({
  name: 'workflow/rollback',
  needs: 'approve',
  caption:
    'The version of a workflow that is in force is taken back, and the one before holds again; open items stay where they are.',
  params: z.strictObject({ name: itemId, why: sentence, impact: sentence }),
  wish: ({ name, why, impact }, caller) => wish('workflow.roll-back', caller.name, { name, why, impact }),
  result: (answer, { name }): WorkflowRolledBack => {
    const [said] = answer.facts.filter(({ type }) => type === 'workflow.rolled-back')
    const { version = '', to } = (said?.data ?? {}) as Partial<Facts['workflow.rolled-back']>
    return { ...done(answer), name, version, ...(to === undefined ? {} : { current: to }) }
  },
})
