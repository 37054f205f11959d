// Answers to those who lead: whose work it is, and what may be the same work.
import { done } from './record.ts'

export const leadAnswers = {
  'owner/transfer': done,
}
