// Which results may land in one move under one verdict: those of one lane that whoever judges them has no reason to tell apart.
import type { Verdict } from './nouns/check.ts'
import type { Item } from './nouns/item.ts'
import type { Step } from './nouns/step.ts'
import { onlyReads, termsOf } from './policy.ts'
import { latest, runOf, type State } from './state.ts'

/** So many in line are worth one run of the checks for all of them. */
export const batchFrom = 3
export const batchAtMost = 32

/** A pause or a question about the item keeps its branch still; what is ordered is settled all the same. */
export function still(state: State, item: Item): boolean {
  return item.gates > 0 || runOf(state, item)?.phase === 'paused'
}

/**
 * The checks of a step that may be batched, as one text: steps with the same text are judged by the same. Undefined for what must be
 * looked at alone: nothing checks it, a check asks which step it judges, it changed nothing or something protected, or a person sees it.
 */
export function sharedChecks(state: State, item: Item, step: Step): string | undefined {
  const attempt = latest(step)
  const workspace = state.workspaces.get(item.workspace)
  if (attempt?.commit === undefined || workspace === undefined || step.phase !== 'verifying') return undefined
  const seen = step.approved || (step.questions ?? 0) > 0 || (attempt.protectedPaths ?? []).length > 0
  const { checks, gate } = termsOf(workspace, item, step, runOf(state, item))
  if (seen || gate !== undefined || onlyReads(workspace.policy, step.spec) || checks.length === 0) return undefined
  const text = JSON.stringify(checks)
  return /BATON_(?:KEY|ATTEMPT)\b/.test(text) ? undefined : text
}

/** Whether these are exactly the verdicts that these checks give, and all of them pass. */
export function passes(checks: string, verdicts: readonly Verdict[]): boolean {
  const names = (JSON.parse(checks) as { readonly name: string }[]).map(({ name }) => name)
  return (
    names.length === verdicts.length && verdicts.every((verdict, at) => verdict.passed && verdict.check === names[at])
  )
}
