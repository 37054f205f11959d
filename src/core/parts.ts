// How parts of a step stand among the steps of a plan: in which order, who waits for them, and whose box they tick.
import type { Gate } from './nouns/gate.ts'
import type { Item } from './nouns/item.ts'
import { type Step, type StepSpec, settledPhases } from './nouns/step.ts'

type Standing = Pick<StepSpec, 'order' | 'key' | 'part'>

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Ascending order, then key; parts come right after their step, by number. Code units decide, never a locale. */
export function inOrder(a: Standing, b: Standing): number {
  if (a.order !== b.order) return a.order - b.order
  if (a.part === undefined && b.part === undefined) return byText(a.key, b.key)
  return byText(a.part?.root ?? a.key, b.part?.root ?? b.key) || byPath(a, b) || byText(a.key, b.key)
}

function byPath(a: Standing, b: Standing): number {
  const [one, other] = [a.part?.path ?? [], b.part?.path ?? []]
  for (let at = 0; at < one.length && at < other.length; at++) {
    const difference = (one[at] as number) - (other[at] as number)
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

/** Whether the second belongs to the same group of parallel steps as the first. Parts of one step do: their own edges order them. */
export function runsOn(last: StepSpec, next: StepSpec): boolean {
  if (last.group !== next.group) return false
  const sameStep = (last.part?.root ?? last.key) === (next.part?.root ?? next.key)
  if (sameStep && last.part !== undefined && next.part !== undefined) return true
  return (last.part?.beside ?? last.parallel) && (next.part?.beside ?? next.parallel)
}

/** By the index of each step that has any: the parts below it, on every level, that are still in the plan. Undefined when there are none. */
export function partsBelow(item: Item): ReadonlyMap<number, readonly number[]> | undefined {
  let found: Map<number, number[]> | undefined
  for (const step of item.steps) {
    if (step.spec.part === undefined || step.retired) continue
    found ??= new Map()
    for (const above of stepsAbove(item, step)) {
      const known = found.get(above)
      if (known === undefined) found.set(above, [step.index])
      else known.push(step.index)
    }
  }
  return found
}

/** The steps that this one is a part of, the nearest first, as indices. */
export function stepsAbove(item: Item, step: Step): number[] {
  const above: number[] = []
  for (let part = step.spec.part; part !== undefined; ) {
    const index: number | undefined = item.keys.get(part.of)
    // No step stands above itself, whatever a record may say.
    if (index === undefined || above.includes(index)) break
    above.push(index)
    part = item.steps[index]?.spec.part
  }
  return above
}

/** Whoever comes after a step comes after its parts too, unless it is one of them. */
export function withParts(
  item: Item,
  step: Step,
  after: readonly number[],
  parts: ReadonlyMap<number, readonly number[]>,
): readonly number[] {
  if (!after.some((index) => parts.has(index))) return after
  const above = stepsAbove(item, step)
  const all = new Set<number>()
  for (const index of after) {
    all.add(index)
    if (above.includes(index)) continue
    for (const part of parts.get(index) ?? []) if (part !== step.index) all.add(part)
  }
  return [...all]
}

/** A part stands where its root stands in the plan as it is now. */
export function placed(spec: StepSpec, root: StepSpec): StepSpec {
  if (spec.part === undefined) return spec
  const { order, group, parallel, key } = root
  return { ...spec, order, group, part: { ...spec.part, root: key, beside: parallel } }
}

/** Of what one attempt did: it split its step and changed nothing, so that there is nothing to check, to gate or to land. */
export function splitOnly(item: Item, gates: Iterable<Gate>, step: Step, attempt: string, changed: boolean): boolean {
  if (changed) return false
  if (item.steps.some((one) => one.spec.part?.by === attempt && !one.retired)) return true
  for (const gate of gates)
    if (gate.proposes?.by === attempt && gate.step === step.id && gate.phase === 'open') return true
  return false
}

/**
 * Keys whose boxes in the plan are due when this step lands: a step that was split is ticked with the last of its parts. What stands before
 * it in the lane counts as landed, for it will have.
 */
export function ticksOf(item: Item, step: Step): readonly string[] {
  const rootKey = step.spec.part?.root ?? step.spec.key
  const root = item.steps[item.keys.get(rootKey) ?? -1]
  if (root === undefined || root.retired) return []
  const place = item.lane.indexOf(step.attempts.at(-1)?.id ?? '')
  const ahead = new Set(place < 0 ? [] : item.lane.slice(0, place))
  const open = (one: Step): boolean =>
    one !== step && !one.retired && !settledPhases.has(one.phase) && !ahead.has(one.attempts.at(-1)?.id ?? '')
  const left = item.steps.some((one) => (one === root || one.spec.part?.root === rootKey) && open(one))
  return left ? [] : [rootKey]
}
