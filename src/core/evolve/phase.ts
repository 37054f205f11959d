// Moves a step from one phase to another; the only place that keeps counts, candidates and seats in step with phases.
import type { Item } from '../nouns/item.ts'
import { busyPhases, endedPhases, type Step, type StepPhase, settledPhases } from '../nouns/step.ts'
import { offer, settle } from '../schedule/board.ts'
import { remove } from '../schedule/heap.ts'
import { latest, type State } from '../state.ts'

/** Invariant: item.running, item.open, item.active, state.running and the board always agree with the phases. */
export function enter(state: State, item: Item, step: Step, phase: StepPhase, why = ''): void {
  const before = step.phase
  step.why = why
  if (before === phase) return
  if (ours(step)) {
    if (before === 'running') countRunning(state, item, -1)
    if (phase === 'running') countRunning(state, item, 1)
  }
  step.phase = phase
  step.since = state.seq
  if (phase === 'done') delete step.stands
  if (busyPhases.has(phase)) item.active.add(step.index)
  else item.active.delete(step.index)
  if (step.wanted) item.open += Number(endedPhases.has(before)) - Number(endedPhases.has(phase))
  if (item.board.stale === 'none') move(item, step, before)
  if (phase !== 'verifying' && phase !== 'landing') leaveLane(item, step)
}

function move(item: Item, step: Step, before: StepPhase): void {
  if (before === 'waiting') remove(item, step.index)
  if (settledPhases.has(before) && !settledPhases.has(step.phase)) item.board.stale = 'counts'
  else if (settledPhases.has(step.phase) && !settledPhases.has(before)) settle(item, step)
  else if (step.phase === 'waiting') offer(item, step)
}

/** Work that ended well, or that a person approved, queues to be verified and landed; while its plan asks whether it counts, it waits. */
export function queue(state: State, item: Item, step: Step, attempt: string): void {
  if ((step.questions ?? 0) > 0) {
    enter(state, item, step, 'gated', 'its plan has changed while it was worked on')
    return
  }
  enter(state, item, step, 'verifying')
  if (!item.lane.includes(attempt)) item.lane.push(attempt)
}

/** What somebody outside does takes no slot here. */
function ours(step: Step): boolean {
  return latest(step)?.outside === undefined
}

function countRunning(state: State, item: Item, by: number): void {
  state.running += by
  item.running += by
  const workspace = state.workspaces.get(item.workspace)
  if (workspace !== undefined) workspace.running += by
}

function leaveLane(item: Item, step: Step): void {
  if (item.lane.length === 0) return
  const last = step.attempts[step.attempts.length - 1]
  if (last === undefined) return
  const at = item.lane.indexOf(last.id)
  if (at >= 0) item.lane.splice(at, 1)
}

export function takeSeat(state: State, agent: string, by: number): void {
  const seats = (state.seats.get(agent) ?? 0) + by
  if (seats > 0) state.seats.set(agent, seats)
  else state.seats.delete(agent)
}
