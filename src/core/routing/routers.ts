// Where on the ladder a step begins when nobody names an agent: as its first attempt did, else as the router here advises.
import type { Advised } from '../nouns/attempt.ts'
import { tiers } from '../nouns/model.ts'
import type { Routing } from '../nouns/workspace.ts'
import type { AdviceAsked, Router } from './advice.ts'
import { recorded } from './recorded.ts'
import { weighed } from './weighed.ts'

const routers: Readonly<Record<Routing['router'], Router>> = {
  rules: () => undefined,
  outcomes: recorded,
  semantic: weighed,
}

/**
 * Invariants. 1: only one of `rungs` is advised, so never what the rules forbid. 2: a step keeps where it began until it begins anew:
 * what is recorded meanwhile takes nothing back that it has climbed.
 */
export function advised(asked: AdviceAsked): Advised | undefined {
  const { workspace, step, rungs } = asked
  const { router } = workspace.policy.routing
  if (router === 'rules') return undefined
  const first = step.attempts[step.attemptsBefore]
  if (first !== undefined)
    return rungs.some(({ agent }) => agent.name === first.advised?.agent) ? first.advised : undefined
  const advice = routers[router](asked)
  if (advice === undefined) return undefined
  if ('agent' in advice) return rungs.some(({ agent }) => agent.name === advice.agent) ? advice : undefined
  const least = tiers.indexOf(advice.tier)
  const one = rungs.find(({ rank }) => (rank ?? 0) >= least) ?? rungs.at(-1)
  return one === undefined ? undefined : { agent: one.agent.name, why: advice.why }
}
