// A step of a plan as the pattern that a published workflow keeps of it, and the step that such a pattern asks for.
import type { StepSpec } from '../nouns/step.ts'
import type { StepPattern } from './workflow.ts'

export function patternOf(spec: StepSpec): StepPattern {
  const exitCriteria = spec.exitCriteria ?? []
  return {
    key: spec.key,
    order: spec.order,
    parallelizable: spec.parallel,
    entryCriteria: spec.entryCriteria ?? [],
    exitCriteria,
    definitionOfDone: exitCriteria.length === 0 ? spec.title : exitCriteria.join('; '),
    role: spec.role,
    ...(spec.gate === undefined ? {} : { gate: spec.gate }),
    title: spec.title,
    brief: spec.brief,
    after: spec.after.filter(({ source }) => source === 'stated').map(({ key }) => key),
    writes: spec.writes,
    locks: spec.locks,
  }
}

/** `specOf(patternOf(spec))` asks for the same work as `spec`: reading the plan again after a migration changes nothing. */
export function specOf(pattern: StepPattern): StepSpec {
  return {
    key: pattern.key,
    title: pattern.title ?? pattern.key,
    brief: pattern.brief ?? pattern.definitionOfDone,
    order: pattern.order,
    group: '',
    after: (pattern.after ?? []).map((key) => ({ key, source: 'stated' })),
    parallel: pattern.parallelizable,
    writes: pattern.writes ?? [],
    locks: pattern.locks ?? [],
    role: pattern.role,
    ...(pattern.gate === undefined ? {} : { gate: pattern.gate }),
    entryCriteria: pattern.entryCriteria,
    exitCriteria: pattern.exitCriteria,
    ticked: false,
  }
}

/** In the order of the file or not, they ask for the same. */
export function sameSteps(one: readonly StepPattern[], other: readonly StepPattern[]): boolean {
  return one.length === other.length && written(one) === written(other)
}

function written(steps: readonly StepPattern[]): string {
  return JSON.stringify([...steps].sort((a, b) => (a.key < b.key ? -1 : 1)).map(patternInOrder))
}

/** Fields in one order, whoever wrote them down. */
function patternInOrder(step: StepPattern): unknown[] {
  const { key, order, parallelizable, entryCriteria, exitCriteria, definitionOfDone, role } = step
  const { gate, title, brief, after, writes, locks } = step
  const stated = [key, order, parallelizable, entryCriteria, exitCriteria, definitionOfDone, role]
  return [...stated, gate ?? '', title ?? '', brief ?? '', after ?? [], writes ?? [], locks ?? []]
}
