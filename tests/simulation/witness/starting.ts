// Holds every start of an attempt against what was promised: claims, caps, seats, predecessors, files and locks.
import type { Facts } from '../../../src/core/facts.ts'
import type { StepSpec } from '../../../src/core/nouns/step.ts'
import { termsOf } from '../../../src/core/policy.ts'
import { runOf, type State, stepOf } from '../../../src/core/state.ts'
import type { Witness } from '../witness.ts'
import type { OwnStep, Read } from './book.ts'

/** Asked before the fact is folded. */
export function judgeStart(witness: Witness, state: State, data: Facts['attempt.started'], entry: Read): void {
  const { book } = witness
  const step = book.step(data.step)
  if (book.attempts.has(data.attempt)) witness.breaks('exclusive', `${data.attempt} is started a second time`)
  for (const other of book.attempts.values())
    if (other.step === step.id && !other.ended)
      witness.breaks('exclusive', `${data.attempt} starts while ${other.id} has not ended`)
  if (step.phase !== 'waiting') witness.breaks('exclusive', `${step.id} starts although it is ${step.phase}`)
  const whole = data.outside !== undefined && !(book.item(step.item).run !== undefined && step.wanted)
  if (step.retired || (!step.wanted && !whole))
    witness.breaks('predecessors', `${step.id} starts, but no run asks for it`)
  if (data.outside === undefined) judgeCaps(witness, state, data)
  else judgeClaim(witness, data.attempt, step.item)
  judgePredecessors(witness, step, data.base, whole)
  judgeSharing(witness, state, step)
  if (data.base !== book.item(step.item).tip)
    witness.breaks('predecessors', `${data.attempt} starts from ${data.base}, which is not the tip of its branch`)
  void entry
}

function judgeCaps(witness: Witness, state: State, data: Facts['attempt.started']): void {
  const { book } = witness
  const running = [...book.attempts.values()].filter((one) => !one.ended && !one.outside)
  const item = book.item(book.step(data.step).item)
  const workspace = state.workspaces.get(state.items.get(item.id)?.workspace ?? '')
  const here = running.filter((one) => book.step(one.step).item === item.id).length
  const seats = running.filter((one) => one.agent === data.agent).length
  const most = workspace?.policy.agents.find((one) => one.name === data.agent)?.seats ?? 0
  if (running.length + 1 > (workspace?.desired ?? 0))
    witness.breaks('caps', `${data.attempt} is number ${running.length + 1} of ${workspace?.desired} in the workspace`)
  if (here + 1 > item.parallel) witness.breaks('caps', `${data.attempt} is number ${here + 1} of ${item.parallel}`)
  if (seats + 1 > most) witness.breaks('caps', `${data.attempt} takes seat ${seats + 1} of ${most} of ${data.agent}`)
}

/** What is asked about all of an item is answered before anybody takes a step of it. */
function judgeClaim(witness: Witness, attempt: string, item: string): void {
  for (const [name, gate] of witness.book.gates)
    if (gate.open && gate.item === item && gate.step === undefined && gate.kind !== 'release')
      witness.breaks('gates', `${attempt} is claimed while ${name} is open`)
}

const settled = (step: OwnStep): boolean => step.phase === 'landed' || step.phase === 'skipped'

/** `whole`: no run has chosen steps, so all of the plan holds. */
function judgePredecessors(witness: Witness, step: OwnStep, base: string, whole: boolean): void {
  const { book } = witness
  for (const [edge, from] of before(witness, step, whole)) {
    const holds = whole || edge.source === 'stated' || (edge.source === 'phase' && from.wanted)
    if (holds && !settled(from)) witness.breaks('predecessors', `${step.id} starts, but ${from.id} is ${from.phase}`)
    if (from.phase !== 'landed' || witness.isHarmed(step.item)) continue
    const landed = book.ofStep(from.id).filter((one) => one.landed !== undefined)
    const commit = landed.at(-1)?.landed
    if (commit !== undefined) witness.contains(base, commit, `the base of ${step.id} must contain ${from.id}`)
  }
  if (book.item(step.item).policy !== 'document') return
  const line = book.ofItem(step.item).filter((one) => (whole || one.wanted) && !one.retired)
  line.sort((a, b) => (stands(a) < stands(b) ? -1 : 1))
  const upTo = line.slice(0, line.indexOf(step) + 1)
  const open = upTo.findIndex((one) => !settled(one))
  for (let at = open + 1; at < upTo.length; at++)
    if (!together(upTo[at - 1] as OwnStep, upTo[at] as OwnStep))
      witness.breaks('predecessors', `${step.id} starts before ${upTo[open]?.id} in document order`)
}

/** What its edges name, and what that was split into: unless it is a part of that itself. */
function before({ book }: Witness, step: OwnStep, whole: boolean): [StepSpec['after'][number], OwnStep][] {
  const found: [StepSpec['after'][number], OwnStep][] = []
  for (const edge of step.spec.after) {
    const from = book.steps.get(`${step.item}/${edge.key}`)
    if (from === undefined || from === step || from.retired) continue
    found.push([edge, from])
    // What holds nobody by itself holds nobody by its parts.
    const holds = whole || edge.source === 'stated' || from.wanted
    if (!holds || isBelow(book, step, edge.key)) continue
    const parts = book.ofItem(step.item).filter((one) => one.spec.part !== undefined && one !== step && !one.retired)
    for (const one of parts) if (isBelow(book, one, edge.key)) found.push([edge, one])
  }
  return found
}

/** A part goes with its step to another name, and keeps its own. */
function isBelow(book: Witness['book'], { item, spec }: OwnStep, key: string): boolean {
  if (spec.part === undefined) return false
  const above = book.steps.get(`${item}/${spec.part.of}`)
  return spec.part.of === key || (above !== undefined && isBelow(book, above, key))
}

/** A text that sorts as the document does: parts right after their step, by number. */
function stands({ spec: { order, key, part } }: OwnStep): string {
  const numbers = [order, ...(part?.path ?? [])].map((one) => String(one).padStart(6, '0'))
  return [numbers[0], part?.root ?? key, ...numbers.slice(1)].join(' ')
}

function together({ spec: a }: OwnStep, { spec: b }: OwnStep): boolean {
  if (a.group !== b.group) return false
  if (a.part !== undefined && a.part.root === b.part?.root) return true
  return (a.part?.beside ?? a.parallel) && (b.part?.beside ?? b.parallel)
}

function overlap(a: readonly string[], b: readonly string[]): string | undefined {
  return a.find((x) =>
    b.some((y) => x === y || (x.endsWith('/') && y.startsWith(x)) || (y.endsWith('/') && x.startsWith(y))),
  )
}

function judgeSharing(witness: Witness, state: State, step: OwnStep): void {
  const { book } = witness
  const locksOf = (one: OwnStep): readonly string[] => {
    const item = state.items.get(one.item)
    const known = stepOf(state, one.id)
    const workspace = state.workspaces.get(item?.workspace ?? '')
    if (item === undefined || known === undefined || workspace === undefined) return []
    return termsOf(workspace, item, known, runOf(state, item)).locks
  }
  const mine = locksOf(step)
  for (const other of book.steps.values()) {
    if (other.phase !== 'busy' || other === step) continue
    const path = other.item === step.item ? overlap(step.spec.writes, other.spec.writes) : undefined
    if (path !== undefined) witness.breaks('conflicts', `${step.id} and ${other.id} both write ${path}`)
    const lock = locksOf(other).find((one) => mine.includes(one))
    if (lock !== undefined) witness.breaks('conflicts', `${step.id} and ${other.id} both hold ${JSON.stringify(lock)}`)
  }
}
