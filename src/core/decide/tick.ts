// Decides what follows from the state alone: launches, the checklist gate, and the end of runs.
import { judgeEntry, statesEntry } from '../criteria.ts'
import { type Fact, fact } from '../facts.ts'
import type { Item } from '../nouns/item.ts'
import type { Run } from '../nouns/run.ts'
import { type Step, settledPhases } from '../nouns/step.ts'
import { schedule } from '../schedule/index.ts'
import { itemOf, latest, type State, stepOf } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function tick(state: State, { leaving = false }: Wishes['tick'], _wish: Wish, at: number): Decided {
  const facts: Fact[] = []
  for (const decision of leaving ? [] : schedule(state, at)) {
    facts.push(fact('decision.made', decision.item, decision))
    for (const launch of decision.launch) {
      const { step, attempt, agent, executor } = launch
      facts.push(...entry(state, step))
      facts.push(fact('claim.granted', decision.item, { step, attempt, agent, executor }))
      facts.push(fact('attempt.started', decision.item, launch))
    }
  }
  for (const run of state.runs.values()) {
    const end = run.phase === 'ended' ? undefined : ending(state, run, facts, leaving)
    if (end !== undefined) facts.push(end)
  }
  return facts
}

/** Before its first attempt, and again when its work was sent back; steps of which nothing is stated are not looked up. */
export function entry(state: State, id: string): Fact[] {
  const step = stepOf(state, id)
  const item = itemOf(state, id)
  if (step === undefined || item === undefined || step.criteria !== undefined) return []
  if (step.reworks === 0 && !statesEntry(step)) return []
  return [fact('criteria.checked', item.id, { step: id, again: step.reworks > 0, found: judgeEntry(item, step) })]
}

/** A run ends when nothing more can happen without a new wish; an open gate or blocker is not an end but a wait. */
function ending(state: State, run: Run, launched: readonly Fact[], leaving: boolean): Fact | undefined {
  const item = state.items.get(run.item)
  if (item === undefined || launched.some((one) => one.stream === item.id)) return undefined
  const end = (outcome: NonNullable<Run['outcome']>, why: string): Fact =>
    fact('run.ended', item.id, { run: run.id, outcome, why })
  if (item.active.size > 0) {
    // What somebody outside has may take days: it stays theirs, and is checked and landed when they are done.
    const draining = run.phase === 'draining' && [...item.active].every((index) => isOutside(item.steps[index]))
    return draining
      ? end('drained', 'a person asked it to stop; what is claimed outside Baton stays claimed')
      : undefined
  }
  if (item.open === 0) {
    const bad = item.steps.filter((step) => step.wanted && (step.phase === 'failed' || step.phase === 'cancelled'))
    if (bad.length === 0) return end('complete', 'every step it asked for is done')
    return end('stuck', named(bad))
  }
  if (run.phase === 'draining') return end('drained', 'a person asked it to stop')
  // Whether anything could still start is asked of the scheduler, and nobody asked it.
  if (leaving) return undefined
  if (run.phase === 'active' && item.board.heap.length === 0 && !waitsForPerson(state, item)) {
    return end('stuck', `${item.open} steps wait: ${cause(item)}`)
  }
  return undefined
}

function isOutside(step: Step | undefined): boolean {
  return step?.phase === 'running' && latest(step)?.outside !== undefined
}

/** What broke first; if nothing did, the plan itself leaves no step that could start. */
function cause(item: Item): string {
  const bad = item.steps.filter((step) => !step.retired && (step.phase === 'failed' || step.phase === 'cancelled'))
  if (bad.length > 0) return named(bad)
  const stays = item.steps.find((step) => step.wanted && step.unmet > 0 && step.phase === 'waiting')
  const open = (stays?.after ?? [])
    .map((index) => item.steps[index] as Step)
    .filter((one) => !settledPhases.has(one.phase))
  return stays === undefined ? 'no step is left that could start' : `${stays.spec.key} waits for ${named(open)}`
}

function named(steps: readonly Step[]): string {
  return steps
    .slice(0, 5)
    .map((step) => `${step.spec.key} ${step.phase}`)
    .join(', ')
}

function waitsForPerson(state: State, item: Item): boolean {
  if (item.gates > 0 || item.blockers > 0) return true
  for (const gate of state.gates.values())
    if (gate.item === item.id && gate.phase === 'open' && gate.kind !== 'release') return true
  return false
}
