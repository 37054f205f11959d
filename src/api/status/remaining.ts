// What a step has still to meet: the plan's own criteria, and the two that Baton itself keeps.
import { type Step, settledPhases } from '../../core/nouns/step.ts'
import { latest } from '../../core/state.ts'
import { direct } from '../../core/workflows/workflow.ts'

const [checkedRule, landedRule] = direct.steps[0]?.exitCriteria ?? []

/** The plan's own criteria come first; the two that Baton itself keeps always hold. */
export function exitOf(step: Step): string[] {
  const kept = [checkedRule, landedRule].filter((rule) => rule !== undefined)
  return [...(step.spec.exitCriteria ?? []).filter((rule) => !kept.includes(rule)), ...kept]
}

export function remainingOf(step: Step): string[] {
  return exitOf(step).filter((criterion) => !met(step, criterion))
}

function met(step: Step, criterion: string): boolean {
  if (settledPhases.has(step.phase)) return true
  // What was found of a result that was sent back says nothing of the next one.
  if (step.phase === 'waiting') return false
  return criterion === checkedRule && latest(step)?.checked?.passed === true
}
