// Answers to agents at work: what their step asks for, and what has become of what they asked, declared and proposed.
import { z } from 'zod'
import { attemptId, head, status, stepId, texts } from '../parts/measures.ts'
import { done } from './record.ts'

const line = z
  .strictObject({ key: z.string(), title: z.string(), status })
  .meta({ id: 'NextStep', description: 'A step beside the one that is asked about.' })

const askedFields = {
  question: z.string().describe('Its name, to ask for the answer again.'),
  asks: z.string(),
  answered: z.boolean().describe('False while nobody has answered.'),
  answer: z.string().exactOptional(),
  reasons: texts.exactOptional(),
}
const asked = z.strictObject(askedFields).meta({ id: 'Asked', description: 'What an agent asked, and the answer.' })

const next = z.string().describe('What to do now.')

export const agentAnswers = {
  'attempt/brief': z.strictObject({
    seq: head,
    attempt: attemptId,
    step: stepId,
    of: z.string().describe('What the step is a step of.'),
    title: z.string(),
    brief: z.string(),
    role: z.string(),
    readsOnly: z.boolean().describe('No file may be changed.'),
    writes: texts.describe('Paths that it is said to touch.'),
    checks: texts.describe('What will judge the result.'),
    exit: texts.describe('What must be true afterwards.'),
    before: z.string().describe('What a person or the checks said of the attempt before; empty for the first.'),
    after: z.array(line).describe('What it comes after.'),
    parts: z.array(line).describe('What it was split into.'),
    questions: z.array(asked),
    blockers: z.array(z.strictObject({ blocker: z.string(), kind: z.string(), notes: z.string() })),
  }),
  'attempt/report': z.strictObject({ heard: z.literal(true) }),
  'attempt/ask': z.strictObject({ ...askedFields, next }),
  'attempt/block': z.strictObject({ blocker: z.string(), next }),
  'step/propose': done.extend({
    keys: texts.describe('The keys that the parts have, in their order.'),
    question: z
      .string()
      .exactOptional()
      .describe('What a person answers first; absent when the parts have joined the plan.'),
    next,
  }),
}
