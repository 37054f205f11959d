// The router that goes by how a step was weighed, and how long a step waits to be weighed.
import type { Step, StepSpec } from '../nouns/step.ts'
import type { Workspace } from '../nouns/workspace.ts'
import { runOf, type State } from '../state.ts'
import type { Router } from './advice.ts'

/** A launch waits no longer than this for a weight; then the rules alone say where the step begins. */
export const weighedWithinMs = 2000

export const weighed: Router = ({ step: { weight } }) =>
  weight === undefined ? undefined : { tier: weight.tier, why: `it was weighed as ${weight.tier} (${weight.why})` }

/** Until when a step that could begin now waits for its weight; undefined when it does not. */
export function weighedUntil(state: State, { policy, unweighed }: Workspace, step: Step, now: number) {
  const { router, embedder } = policy.routing
  if (router !== 'semantic' || embedder === undefined || unweighed !== undefined) return undefined
  if (step.weight !== undefined || step.attempts.length > step.attemptsBefore) return undefined
  const item = state.items.get(step.item)
  const run = item === undefined ? undefined : runOf(state, item)
  if (run === undefined) return undefined
  const until = Math.max(run.startedAt, step.saidAt) + weighedWithinMs
  // A clock that was set back makes nobody wait for longer.
  return until > now && until - now <= weighedWithinMs ? until : undefined
}

export function sameWords(one: StepSpec, other: StepSpec): boolean {
  return one.title === other.title && one.brief === other.brief
}
