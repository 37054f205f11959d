// The words an agent is given for one attempt: what stays the same first, what is about this step last.

import type { Attempt } from './nouns/attempt.ts'
import type { CheckSpec } from './nouns/check.ts'
import type { Item } from './nouns/item.ts'
import type { Step } from './nouns/step.ts'

export function prompt(item: Item, step: Step, checks: readonly CheckSpec[]): string {
  const lines = [
    `You work on "${item.title}".`,
    item.brief,
    '',
    'Change only what your step asks for. Your result is the files you leave behind; your commits and messages are not used.',
    'Ticking the plan is not your task: that is done when your result has landed.',
    '',
    `Your step: ${step.spec.key} ${step.spec.title}`,
    step.spec.brief,
  ]
  if (step.spec.writes.length > 0) lines.push('', `It is said to touch: ${step.spec.writes.join(', ')}`)
  if (checks.length > 0)
    lines.push('', `Your result will be checked by: ${checks.map((check) => check.name).join(', ')}`)
  return lines.join('\n')
}

const mostFeedback = 16_000

/** What a person or the checks said of the last attempt, so that the next one can do better. */
export function feedback(attempts: readonly Attempt[]): string {
  const last = attempts[attempts.length - 2]
  if (last === undefined) return ''
  if (last.sentBack !== undefined) return `A person sent it back: ${last.sentBack}`.slice(0, mostFeedback)
  const failed = (last.checked?.verdicts ?? []).filter((verdict) => !verdict.passed)
  if (failed.length > 0)
    return failed
      .map((one) => `${one.check}: ${one.why}\n${one.evidence}`)
      .join('\n\n')
      .slice(0, mostFeedback)
  const outcome = last.outcome
  return outcome === undefined || outcome.kind === 'succeeded'
    ? ''
    : `${outcome.reason}: ${outcome.why}`.slice(0, mostFeedback)
}
