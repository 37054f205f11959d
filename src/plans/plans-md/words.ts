// The words that a plans.md says a task's state in, read in many spellings and written in those of the document.
import type { PlanStatus } from '../../core/nouns/step.ts'
import { meaningsOf } from '../reading/vocabulary.ts'

const spellings: Readonly<Record<PlanStatus, string>> = {
  open: 'pending todo open notstarted planned new',
  doing: 'inprogress doing started ongoing active wip running',
  review: 'inreview review verifying testing',
  blocked: 'blocked stuck waiting',
  deferred: 'deferred onhold paused postponed later',
  done: 'done complete completed finished closed',
  cancelled: 'cancelled canceled dropped abandoned wontdo',
}

export const written: Readonly<Record<PlanStatus, string>> = {
  open: 'pending',
  doing: 'in-progress',
  review: 'in-review',
  blocked: 'blocked',
  deferred: 'deferred',
  done: 'done',
  cancelled: 'cancelled',
}

const meanings = meaningsOf(spellings)

/** What a word such as `In progress` means, or undefined for a stranger's. */
export function meaningOf(word: string): PlanStatus | undefined {
  return meanings.get(
    word
      .slice(0, 40)
      .toLowerCase()
      .replace(/[^a-z]/g, ''),
  )
}

export type StageState = 'open' | 'doing' | 'done'

const box = /\[([ xX])\]([^[\]\r\n]{0,80})/g

/** The boxes of a line such as `[ ] Not started / [x] In progress / [ ] Done`, each with what it says; three strange words go by their order. */
export function statesIn(line: string): { readonly at: number; readonly ticked: boolean; readonly says: StageState }[] {
  const found = [...line.matchAll(box)].slice(0, 8)
  const meant = found.map(([, , word = '']) => stateOf(meaningOf(word)))
  const order: readonly StageState[] = ['open', 'doing', 'done']
  const known = new Set(meant.filter((one) => one !== undefined))
  return found.flatMap(({ index, 1: tick }, at) => {
    const says = meant[at] ?? (found.length === 3 && !known.has(order[at] as StageState) ? order[at] : undefined)
    return says === undefined ? [] : [{ at: index + 1, ticked: tick !== ' ', says }]
  })
}

function stateOf(status: PlanStatus | undefined): StageState | undefined {
  if (status === undefined || status === 'open' || status === 'done') return status
  return status === 'cancelled' ? undefined : 'doing'
}
