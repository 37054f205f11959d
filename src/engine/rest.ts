// When an item is at rest: nothing under way, and only a person, the clock or nobody can move it on.
import { duties } from '../core/duties.ts'
import type { Item } from '../core/nouns/item.ts'
import type { Step } from '../core/nouns/step.ts'
import { termsOf } from '../core/policy.ts'
import { route } from '../core/routing/route.ts'
import { schedule } from '../core/schedule/index.ts'
import { runOf, type State } from '../core/state.ts'

export function atRest(state: State, item: Item, now: number): boolean {
  if (duties(state, item).some((duty) => duty.kind !== 'rehearse')) return false
  const run = runOf(state, item)
  if (run === undefined || run.phase === 'ended') return true
  if (run.phase !== 'active') return item.running === 0
  return nextWake(state, item, now) === undefined && !schedule(state, now).some((decision) => decision.item === item.id)
}

/** The earliest time at which a step of this item may be tried again: its own, that of the account which its agent waits for, or the end of its wait to be weighed. */
export function nextWake(state: State, item: Item, now: number): number | undefined {
  let soonest: number | undefined
  const wake = (at: number | undefined): void => {
    if (at !== undefined && at > now && (soonest === undefined || at < soonest)) soonest = at
  }
  const weighs = state.workspaces.get(item.workspace)?.policy.routing.router === 'semantic'
  for (const index of item.board.heap) {
    const step = item.steps[index] as Step
    wake(step.notBefore)
    if (state.bars.size > 0 || weighs) wake(freedAt(state, item, step, now))
  }
  return soonest
}

function freedAt(state: State, item: Item, step: Step, now: number): number | undefined {
  const workspace = state.workspaces.get(item.workspace)
  if (workspace === undefined) return undefined
  const routed = route(state, workspace, step, termsOf(workspace, item, step, runOf(state, item)), now)
  return routed.ok ? undefined : routed.until
}
