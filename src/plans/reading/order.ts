// Adds what the order of a file says to steps that say nothing of order themselves.
import type { Edge, EdgeSource, StepSpec } from '../../core/nouns/step.ts'
import { positionsOf } from './cycles.ts'

const pairsAtMost = 4096

/**
 * Invariant: what is added leads from an earlier to a later step of one order that agrees with everything stated, so it closes no circle.
 */
class Weaver {
  readonly added: Edge[][]
  readonly #steps: readonly StepSpec[]
  readonly #position: Int32Array
  readonly #stated: ReadonlySet<number>[]

  constructor(steps: readonly StepSpec[]) {
    this.#steps = steps
    const index = new Map(steps.map(({ key }, at) => [key, at]))
    this.#stated = steps.map(({ after }) => new Set(after.map(({ key }) => index.get(key) ?? -1)))
    this.#position = positionsOf(this.#stated)
    this.added = steps.map(() => [])
  }

  add(before: number, after: number, source: EdgeSource): void {
    const sooner = (this.#position[before] ?? 0) < (this.#position[after] ?? 0)
    if (!sooner || this.#stated[after]?.has(before)) return
    this.added[after]?.push({ key: this.#steps[before]?.key ?? '', source })
  }

  inOrder(indices: readonly number[]): readonly number[] {
    return indices.toSorted((a, b) => (this.#position[a] ?? 0) - (this.#position[b] ?? 0))
  }

  woven(): StepSpec[] {
    return this.#steps.map((step, at) => {
      const added = this.added[at] ?? []
      return added.length === 0 ? step : { ...step, after: [...step.after, ...added] }
    })
  }
}

/** Steps that nothing has waited for yet, and the last that runs beside no other. */
class Front {
  readonly #open = new Set<number>()
  #serial: number | undefined

  /** What a step that comes now waits for by order. */
  before(parallel: boolean): readonly number[] {
    if (parallel) return this.#serial === undefined ? [] : [this.#serial]
    return [...this.#open]
  }

  close(indices: Iterable<number>): void {
    for (const index of indices) this.#open.delete(index)
  }

  add(index: number, parallel: boolean): void {
    this.#open.add(index)
    if (!parallel) this.#serial = index
  }
}

/**
 * A step that states nothing waits for all before it, one that runs beside others for the last that does not. `own` are the keys of entries
 * that state something themselves; where that is said of a group, order still holds among what it holds.
 */
export function inFileOrder(steps: readonly StepSpec[], own: ReadonlySet<string>): readonly StepSpec[] {
  const weaver = new Weaver(steps)
  const index = new Map(steps.map(({ key }, at) => [key, at]))
  const whole = new Front()
  const groups = new Map<string, Front>()
  for (const at of weaver.inOrder(steps.map((_, each) => each))) {
    const { key, after, parallel, parent } = steps[at] as StepSpec
    const group = parent === undefined ? undefined : (groups.get(parent) ?? new Front())
    if (parent !== undefined && group) groups.set(parent, group)
    const front = own.has(key) ? undefined : after.length === 0 ? whole : group
    const waits = front?.before(parallel) ?? []
    for (const before of waits) weaver.add(before, at, 'order')
    const closed = [...(parallel ? [] : waits), ...after.map((edge) => index.get(edge.key) ?? -1)]
    for (const each of [whole, group]) {
      each?.close(closed)
      each?.add(at, parallel)
    }
  }
  return weaver.woven()
}

/** Every step of a phase waits for all of the phase before it; wide ones are led through the last step of that. */
export function inPhases(steps: readonly StepSpec[], phases: readonly (readonly number[])[]): readonly StepSpec[] {
  const weaver = new Weaver(steps)
  const filled = phases.filter((phase) => phase.length > 0).map((phase) => weaver.inOrder(phase))
  for (const [at, phase] of filled.entries()) {
    const before = filled[at - 1] ?? []
    const joint = before.length * phase.length > pairsAtMost ? before.at(-1) : undefined
    if (joint !== undefined) for (const each of before) if (each !== joint) weaver.add(each, joint, 'phase')
    for (const each of phase) for (const end of joint === undefined ? before : [joint]) weaver.add(end, each, 'phase')
  }
  return weaver.woven()
}
