// Numbers and names as answers hold them, each with the sentence that the reference gives for it.
import { z } from 'zod'
import type { Status } from '../../core/status.ts'

export const count = z.int().min(0)
/** Of the record, as it was when the answer was made. */
export const head = z.int().min(0).describe('How far the record reached then: the number of its last entry.')
export const time = z.number().describe('Unix time in milliseconds.')
export const texts = z.array(z.string())

export const policy = z
  .enum(['document', 'graph'])
  .describe('document: in the order of the plan, its parallel steps in groups. graph: by dependencies alone.')
export const isolation = z.enum(['strict', 'basic', 'none'])
/** Of a workspace for which nobody has chosen yet, too. */
export const isolationNow = z.enum(['strict', 'basic', 'none', 'unset'])

export const status = z
  .enum([
    'waiting',
    'ready',
    'blocked',
    'running',
    'verifying',
    'gated',
    'landing',
    'done',
    'failed',
    'skipped',
    'cancelled',
  ] satisfies Status[])
  .meta({ id: 'StepStatus', description: 'Where a step stands.' })

export const stepId = z.string().describe('<item>/<key>')
export const attemptId = z.string().describe('<item>/<key>/<number>')
export const commit = z.string().describe('The id of a commit.')
/** That something was removed by name, for good. */
export const forgotten = z.strictObject({ at: time, by: z.string(), why: z.string() })
export const note = z
  .strictObject({
    file: z.string(),
    line: count,
    column: count.exactOptional(),
    level: z.enum(['warning', 'error']),
    kind: z.string(),
    text: z.string(),
    remedy: z.string().exactOptional(),
  })
  .meta({ id: 'PlanNote', description: 'Something odd in a file, where it stands, and what to do about it.' })
