// What the record says of plans, runs, attempts and landings, fact by fact.
import type { FactType } from '../facts.ts'
import type { Verdict } from '../nouns/check.ts'
import { bad, brief, good, list, many, odd, type Sentences, say, within } from './say.ts'

type Work = Extract<
  FactType,
  | `item.${string}`
  | `step.${string}`
  | `steps.${string}`
  | `plan.${string}`
  | `branch.${string}`
  | `run.${string}`
  | `decision.${string}`
  | `claim.${string}`
  | `attempt.${string}`
  | `landing.${string}`
  | `integration.${string}`
  | `reversion.${string}`
  | `clone.${string}`
  | `weighing.${string}`
>

const number = (attempt: string): string => attempt.slice(attempt.lastIndexOf('/') + 1)

/** Of what was refused, the checks that refused it before those that did not. */
function judgedBy(passed: boolean, verdicts: readonly Verdict[]): string {
  const names = (all: readonly Verdict[]): string => list(all.map(({ check }) => check))
  const red = verdicts.filter((one) => !one.passed)
  if (passed || red.length === 0) return names(verdicts) || 'no checks'
  const green = verdicts.filter((one) => one.passed)
  return `${names(red)}${green.length === 0 ? '' : `; it passed ${names(green)}`}`
}

export const ofWork: Sentences<Work> = {
  'item.opened': (fact) => say`opened from ${fact.source}: ${fact.title}`,
  'item.changed': (fact) =>
    say`its plan changed ${list(Object.keys(fact).filter((key) => key !== 'id')) || 'nothing'} of it`,
  'item.closed': (fact) => say`closed: ${fact.why}`,
  'item.reopened': (fact) => say`opened again on ${fact.branch}: ${fact.why}`,
  'steps.added': (fact) => say`${many(fact.steps.length, 'step')} added: ${list(fact.steps.map(({ key }) => key))}`,
  'step.changed': (fact) => say`${within(fact.step)} was changed by its plan: ${fact.spec.title}`,
  'step.retired': (fact) => say`${within(fact.step)} retired: ${fact.why}`,
  'steps.carried': (fact) =>
    say`the plan was renumbered: ${list(fact.carried.map(({ from, to }) => `${from} is ${to}`)) || 'none kept its work'}`,
  'plan.missed': (fact) => say`${odd('the plan has changed and was not taken in')}: ${fact.why}`,
  'branch.adopted': (fact) => say`its branch went on from ${brief(fact.commit)}, which is not Baton's: ${fact.why}`,
  'run.started': (fact) => say`run started, ${fact.parallel} at once, ${fact.policy} order`,
  'run.widened': (fact) => say`the plan has gained ${list(fact.steps.map(within))}`,
  'run.paused': (fact) => say`${odd('paused')}: ${fact.why}`,
  'run.resumed': (fact) => say`goes on: ${fact.why}`,
  'run.draining': (fact) => say`${odd('draining')}: ${fact.why}`,
  'run.ended': (fact) => say`${fact.outcome === 'complete' ? good('complete') : odd(fact.outcome)}: ${fact.why}`,
  'decision.made': ({ launch, rationale, passedOver }) =>
    launch.length === 0
      ? say`nothing was started, ${many(passedOver.length, 'step')} passed over: ${rationale}`
      : say`${list(launch.map(({ step }) => within(step)))} to be started: ${rationale}`,
  'claim.granted': (fact) => say`${within(fact.attempt)} was claimed by ${fact.agent}`,
  'claim.released': (fact) => say`the claim of ${within(fact.attempt)} was given back: ${fact.why}`,
  'attempt.started': ({ step, agent, number: count, mends }) =>
    say`${within(step)} started by ${agent} (attempt ${count}${mends === undefined ? '' : `, going on from ${number(mends.attempt)}`})`,
  'attempt.began': (fact) => say`${within(fact.attempt)} began its work, at isolation ${fact.isolation}`,
  'attempt.ended': ({ attempt, outcome }) =>
    outcome.kind === 'succeeded'
      ? say`${within(attempt)} ended, now checked`
      : say`${within(attempt)} ${bad(outcome.kind)} (${outcome.reason}): ${outcome.why}`,
  'attempt.used': (fact) =>
    say`${within(fact.attempt)} has used ${fact.used.tokensIn + fact.used.tokensOut} tokens and $${fact.used.cost.toFixed(2)}`,
  'attempt.late': (fact) => say`${within(fact.attempt)} reported ${odd('too late')}: ${fact.why}`,
  'attempt.checked': ({ attempt, passed, verdicts, on, commit }) =>
    say`${within(attempt)} ${passed ? good('passed') : bad('did not pass')} ${judgedBy(passed, verdicts)}${
      on === undefined || on === commit ? '' : `, checked with what lands with it, on ${brief(on)}`
    }`,
  'step.requeued': (fact) => say`${within(fact.step)} waits to be tried again: ${fact.why}`,
  'step.reworked': (fact) => say`${within(fact.step)} ${odd('is done again')}: ${fact.why}`,
  'step.weighed': (fact) => say`${within(fact.step)} was weighed`,
  'weighing.missed': (fact) => say`${odd('steps are not weighed')}, so the rules choose: ${fact.by}: ${fact.why}`,
  'step.failed': (fact) => say`${within(fact.step)} ${bad('failed')}: ${fact.why}`,
  'step.skipped': (fact) => say`${within(fact.step)} skipped: ${fact.why}`,
  'step.cancelled': (fact) => say`${within(fact.step)} cancelled: ${fact.why}`,
  'landing.ordered': (fact) => say`${within(fact.attempt)} may land as ${brief(fact.commit)}`,
  'landing.done': (fact) => say`${within(fact.attempt)} ${good('landed')} as ${brief(fact.commit)}`,
  'landing.refused': (fact) => say`${within(fact.attempt)} ${odd('waits to land')}: ${fact.why}`,
  'integration.ordered': (fact) =>
    say`to be integrated into ${fact.ref} as ${brief(fact.commit)}, signed off by ${fact.by}`,
  'integration.done': (fact) => say`${good('integrated')} into ${fact.ref} as ${brief(fact.commit)}`,
  'integration.refused': (fact) => say`${bad('not integrated')}: ${fact.why}`,
  'integration.reverted': (fact) => say`${odd('taken back')} from ${fact.ref} as ${brief(fact.commit)}`,
  'reversion.decided': (fact) => say`${odd('to be taken back')} by ${fact.by}: ${fact.why}`,
  'reversion.ordered': (fact) => say`${brief(fact.commit)} may take it back from ${fact.ref}`,
  'reversion.refused': (fact) => say`${bad('not taken back')}: ${fact.why}`,
  'clone.discarded': (fact) => say`the clone of ${within(fact.attempt)} was removed by ${fact.by}: ${fact.why}`,
}
