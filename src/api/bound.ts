// A caller that is bound to one attempt: which methods are for it, and what it need not say.
import { roleFor } from '../core/policy.ts'
import { type Refusal, refuse } from '../core/refusals.ts'
import { attemptOf, type State } from '../core/state.ts'
import type { AnyMethod, Caller } from './method.ts'

export type Bound = Pick<Caller, 'attempt'>

/** Whether a caller finds this method among its tools. */
export function isFor(method: AnyMethod, { attempt }: Bound): boolean {
  return (attempt !== undefined) === (method.forAgents === true)
}

/** The tools that the role of an attempt's step is given; none for an attempt that is not there. */
export function toolsGiven(state: State, attempt: string): ReadonlySet<string> {
  const found = attemptOf(state, attempt)
  const policy = found === undefined ? undefined : state.workspaces.get(found.item.workspace)?.policy
  if (found === undefined || policy === undefined) return new Set()
  return new Set(roleFor(policy, found.step.spec).tools)
}

/** Why this caller may not use a method that is for agents, or has not been given; undefined when it may. */
export function notGiven(method: AnyMethod, { attempt }: Bound, state: State): Refusal | undefined {
  if (method.forAgents !== true) return undefined
  const what = `method ${method.name}`
  if (attempt === undefined) {
    const why = 'it speaks for an agent at work, and only the key of a running attempt does'
    return refuse('auth', what, why, 'see docs/mcp.md')
  }
  if (toolsGiven(state, attempt).has(method.tool ?? '')) return undefined
  const why = `the role of this step is not given ${method.tool ?? method.name}`
  return refuse('policy', what, why, 'do without it; a person can give it to the role in baton.yaml')
}

/** Whoever is bound to an attempt means that one when it names none. */
export function filledIn(method: AnyMethod, { attempt }: Bound, given: unknown): unknown {
  if (attempt === undefined || method.forAgents !== true) return given
  if (typeof given !== 'object' || given === null || Array.isArray(given) || 'attempt' in given) return given
  return { ...given, attempt }
}
