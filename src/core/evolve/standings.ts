// Counts how the results of agents fare, each attempt once, so that it is known when its item is over.
import type { Attempt } from '../nouns/attempt.ts'
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { roleNameOf } from '../policy.ts'
import type { Standing } from '../routing/standing.ts'
import type { State } from '../state.ts'

/** Invariant: an attempt is judged once, in the role that its step then has, and landed only as what it was judged. */
export function judged(state: State, item: Item, step: Step, attempt: Attempt): void {
  if (attempt.judgedAs !== undefined || attempt.outside !== undefined) return
  const policy = state.workspaces.get(item.workspace)?.policy
  attempt.judgedAs = policy === undefined ? step.spec.role : roleNameOf(policy, step.spec)
  const standing = standingOf(state, item, attempt)
  if (standing !== undefined) standing.judged += 1
}

export function landed(state: State, item: Item, step: Step, attempt: Attempt): void {
  if (attempt.outside !== undefined) return
  judged(state, item, step, attempt)
  const standing = standingOf(state, item, attempt)
  if (standing !== undefined) standing.landed += 1
}

function standingOf(state: State, item: Item, { agent, judgedAs: role = '' }: Attempt): Standing | undefined {
  const workspace = state.workspaces.get(item.workspace)
  if (workspace === undefined) return undefined
  workspace.standings ??= []
  const known = workspace.standings.find((one) => one.agent === agent && one.role === role)
  if (known !== undefined) return known
  const made = { agent, role, judged: 0, landed: 0 }
  workspace.standings.push(made)
  return made
}
