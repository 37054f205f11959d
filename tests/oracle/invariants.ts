// What must be true of every state, worked out from its steps alone.
import { isDeepStrictEqual } from 'node:util'
import { type Item, isLanding } from '../../src/core/nouns/item.ts'
import { busyPhases, endedPhases } from '../../src/core/nouns/step.ts'
import { rebuild } from '../../src/core/schedule/board.ts'
import { freeze, thaw } from '../../src/core/snapshot.ts'
import type { State } from '../../src/core/state.ts'

/** Sentences about everything that does not agree; none when all is well. */
export function broken(state: State): string[] {
  const steps = [...state.items.values()].flatMap((item) => item.steps)
  const running = steps.filter((step) => step.phase === 'running').length
  const wrong: string[] = []
  const same = (what: string, got: unknown, want: unknown): void => {
    if (!isDeepStrictEqual(got, want)) wrong.push(`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(want)}`)
  }
  same('state.running', state.running, running)
  for (const workspace of state.workspaces.values()) {
    const here = [...state.items.values()].filter((item) => item.workspace === workspace.path)
    same(
      `${workspace.path}.running`,
      workspace.running,
      phase(
        here.flatMap((item) => item.steps),
        'running',
      ),
    )
  }
  const seats = new Map<string, number>()
  for (const step of steps) {
    for (const attempt of step.attempts) {
      if (attempt.endedAt === undefined) seats.set(attempt.agent, (seats.get(attempt.agent) ?? 0) + 1)
    }
    const open = step.attempts.filter((attempt) => attempt.endedAt === undefined)
    same(`open attempts of ${step.id}`, open.length, Number(step.phase === 'running'))
  }
  same('seats', new Map([...state.seats].sort()), new Map([...seats].sort()))
  for (const item of state.items.values()) ofItem(state, item, same)
  boards(state, same)
  return wrong
}

type Same = (what: string, got: unknown, want: unknown) => void

const phase = (steps: readonly { phase: string }[], name: string): number =>
  steps.filter((step) => step.phase === name).length

function ofItem(state: State, item: Item, same: Same): void {
  const { id, steps } = item
  same(`${id}.running`, item.running, phase(steps, 'running'))
  const active = steps.filter((step) => busyPhases.has(step.phase)).map((step) => step.index)
  same(`${id}.active`, [...item.active].sort(), active.sort())
  same(`${id}.open`, item.open, steps.filter((step) => step.wanted && !endedPhases.has(step.phase)).length)
  const queued = steps.filter((step) => step.phase === 'verifying' || step.phase === 'landing')
  const attempts = queued.map((step) => step.attempts.at(-1)?.id)
  same(`${id}.lane`, [...item.lane].sort(), attempts.sort())
  const landing = queued.filter((step) => step.phase === 'landing').map((step) => step.attempts.at(-1)?.id)
  const together = item.landing?.batch?.map((one) => one.attempt) ?? item.lane.slice(0, 1)
  same(`landing in ${id}`, landing.sort(), landing.length === 0 ? [] : [...together].sort())
  same(`first in the lane of ${id}`, item.lane.slice(0, together.length), together)
  if (item.landing !== undefined) same(`${id}.landing`, item.landing.attempt, item.lane[0])
  const gates = [...state.gates.values()].filter((gate) => gate.item === id && gate.phase === 'open')
  same(`${id}.gates`, item.gates, gates.filter((gate) => gate.kind === 'intake' || gate.kind === 'foreign').length)
  for (const step of steps) {
    const own = gates.filter((gate) => gate.step === step.id)
    const questions = own.filter((gate) => gate.kind === 'plan' || gate.proposes !== undefined).length
    const asks = own.length - questions
    same(`questions of ${step.id}`, questions, step.questions ?? 0)
    const lands = step.phase === 'verifying' || step.phase === 'landing'
    if (questions === 0) same(`gates of ${step.id}`, asks, Number(step.phase === 'gated'))
    else same(`${step.id} lands unasked`, lands && !isLanding(item, step.attempts.at(-1)?.id ?? ''), false)
    const blockers = [...state.blockers.values()].filter((one) => one.step === step.id && one.endAt === undefined)
    same(`blockers of ${step.id}`, step.blockers, blockers.length)
    same(`retired and at work: ${step.id}`, step.retired && busyPhases.has(step.phase), false)
  }
}

/** A board that says it is fresh is the board that would be built from nothing. */
function boards(state: State, same: Same): void {
  const other = thaw(JSON.parse(JSON.stringify(freeze(state))))
  for (const item of state.items.values()) {
    if (item.board.stale !== 'none') continue
    const built = other?.items.get(item.id)
    if (built === undefined) throw new Error(`${item.id} is lost in a snapshot`)
    rebuild(built)
    same(`board of ${item.id}`, seen(item), seen(built))
    for (const [at, index] of item.board.heap.entries()) same(`heapAt of ${index}`, item.steps[index]?.heapAt, at)
  }
}

function seen(item: Item): unknown {
  const { heap, ...board } = item.board
  const steps = item.steps.map((step) => [step.unmet, step.after, step.heapAt >= 0])
  return { ...board, candidates: [...heap].sort((a, b) => a - b), steps }
}
