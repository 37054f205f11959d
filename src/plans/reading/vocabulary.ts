// The words that people use for how far something is, each with what it means.
import type { PlanStatus } from '../../core/nouns/plan.ts'

/** From the words of each status, with blanks between them. */
export function meaningsOf(spellings: Readonly<Partial<Record<PlanStatus, string>>>): ReadonlyMap<string, PlanStatus> {
  return new Map(
    Object.entries(spellings).flatMap(([status, words]) =>
      words.split(' ').map((word) => [word, status as PlanStatus]),
    ),
  )
}
