// A gate is answered with one of its options; a rejection says why, and may name the step to begin again from.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { gateId, sentence, stepId, stepKey } from '../words.ts'

export const gateAnswer = wishes({
  name: 'gate/answer',
  tool: 'answer_question',
  needs: 'approve',
  caption: 'A gate is answered with one of its options, or in words where it has none; a rejection says why.',
  params: z.strictObject({
    gate: gateId,
    answer: sentence,
    reasons: z.array(sentence).max(20).default([]),
    reentry: z.union([stepKey, stepId]).optional(),
  }),
  wish: ({ gate, answer, reasons, reentry }, caller) =>
    wish('gate.answer', caller.name, { gate, answer, reasons, ...(reentry === undefined ? {} : { reentry }) }),
  result: (answer): Done => done(answer),
})
