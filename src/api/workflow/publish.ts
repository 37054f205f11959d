// A version of a workflow is published from its committed file; from its time on, new items follow it.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { refuse } from '../../core/refusals.ts'
import { wish } from '../../core/wishes.ts'
import { findVersion, partsOf } from '../../core/workflows/current.ts'
import { patternOf } from '../../core/workflows/pattern.ts'
import { type Caller, deeds } from '../method.ts'
import { refuseErrors, refuseUncommitted } from '../plan/fit.ts'
import { placeIn } from '../plan/place.ts'
import { type Done, done, must, stop } from '../replies.ts'
import { path, sentence } from '../words.ts'

export interface WorkflowPublished extends Done {
  readonly name: string
  readonly version: string
  readonly steps: number
  readonly effectiveFrom: number
}

const latestMs = 8_640_000_000_000_000

export const workflowPublish = deeds({
  name: 'workflow/publish',
  needs: 'approve',
  caption: 'A version of a workflow is published from its committed file, with the reason and what it changes.',
  params: z.strictObject({
    plan: path,
    workspace: path.optional(),
    why: sentence,
    impact: sentence,
    effectiveFrom: z.int().min(0).max(latestMs).optional(),
  }),
  act: async (house: House, asked, caller: Caller): Promise<WorkflowPublished> => {
    const { root } = await house.repository(asked.workspace ?? caller.folder).look()
    const found = await house.plan(placeIn(root, caller.folder, asked.plan), root)
    refuseErrors(found)
    refuseUncommitted(found)
    const item = found.items[0]
    if (found.format !== 'workflow' || item === undefined)
      stop(refuse('invalid', found.source, 'it is no workflow file', 'name a file of docs/workflows.md'))
    const { name, version } = partsOf(item.workflow)
    const { why, impact } = asked
    const from = asked.effectiveFrom ?? momentOf(found.source, item.effectiveFrom)
    const data = { name, version, steps: item.steps.map(patternOf), why, impact }
    const answer = await must(
      house,
      wish('workflow.publish', caller.name, { ...data, ...(from === undefined ? {} : { effectiveFrom: from }) }),
    )
    const published = findVersion(house.state, item.workflow)
    return {
      ...done(answer),
      name,
      version,
      steps: item.steps.length,
      effectiveFrom: published?.effectiveFrom ?? house.now(),
    }
  },
})

const momentShape = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** A day begins at midnight UTC; a time must say its zone, or it would mean another moment on another machine. */
function momentOf(source: string, said: string | undefined): number | undefined {
  if (said === undefined) return undefined
  const at = momentShape.test(said) ? Date.parse(said) : Number.NaN
  if (Number.isFinite(at) && at >= 0) return at
  const why = 'effectiveFrom is neither a day (2026-12-01) nor a time with its zone (2026-12-01T09:00:00Z)'
  return stop(refuse('invalid', source, why, 'correct it, or take it out: then it holds at once'))
}
