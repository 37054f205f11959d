// What every composer says of a step in words, where its format has no field for it.
import type { PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { neutral } from '../../core/text/neutral.ts'

/** Old key to new: those that fit stay, the others are numbered on from the highest that does. */
export function renamed(
  steps: readonly StepSpec[],
  fits: (key: string) => number | undefined,
  make: (number: number) => string,
): ReadonlyMap<string, string> {
  const all = steps.every(({ key }) => fits(key) !== undefined)
  return new Map(steps.map(({ key }, at) => [key, all ? key : make(at + 1)]))
}

/** The words of a step without its title, and what is said of it beyond them, as lines. */
export function detailsOf(step: StepSpec, key: string, fields: readonly Field[]): string[] {
  const brief = neutral(step.brief).split('\n')
  const rest =
    brief[0]?.trim() === step.title.trim() ? brief.slice(1) : brief.join('\n').trim() === step.title ? [] : brief
  const said = fields.flatMap((field) => sayers[field](step))
  const was = key === step.key ? [] : [`Was: ${step.key}`]
  const lines = [...rest, ...said, ...was].map((line) => line.trimEnd())
  while (lines[0] === '') lines.shift()
  return lines
}

export type Field = 'owner' | 'priority' | 'labels' | 'criteria' | 'status' | 'writes'

const sayers: Readonly<Record<Field, (step: StepSpec) => string[]>> = {
  owner: ({ owner }) => (owner === undefined ? [] : [`Owner: ${owner}`]),
  priority: ({ priority }) => (priority === undefined ? [] : [`Priority: ${priority}`]),
  labels: ({ labels = [] }) => (labels.length === 0 ? [] : [`Labels: ${labels.join(', ')}`]),
  criteria: ({ exitCriteria = [], brief }) =>
    exitCriteria.flatMap((line) => (brief.includes(line) ? [] : [`Done when: ${line}`])),
  status: ({ status }) => (status === undefined || status === 'open' || status === 'done' ? [] : [`Status: ${status}`]),
  writes: ({ writes, brief }) => {
    const unsaid = writes.filter((path) => !brief.includes(path))
    return unsaid.length === 0 ? [] : [`Files: ${unsaid.map((path) => `\`${path}\``).join(', ')}`]
  },
}

/** Says which of these fields stand in words alone in the new format. */
export function lostIn(plan: PlanRead, fields: readonly Field[]): string[] {
  return fields.flatMap((field) => {
    const steps = plan.items.flatMap((item) => item.steps).filter((step) => sayers[field](step).length > 0)
    return steps.length === 0 ? [] : [`${names[field]} of ${steps.length} steps stand in their words alone`]
  })
}

const names: Readonly<Record<Field, string>> = {
  owner: 'owners',
  priority: 'priorities',
  labels: 'labels',
  criteria: 'acceptance criteria',
  status: 'states other than open and done',
  writes: 'files',
}

/** What a step waits for, in new keys; edges that only the file's order gives are left to the file's order. */
export function statedBefore(step: StepSpec, keys: ReadonlyMap<string, string>): string[] {
  return step.after.flatMap((edge) => (edge.source === 'stated' ? [keys.get(edge.key) ?? edge.key] : []))
}

/** Runs of steps under one heading, in the order of the plan. */
export function sections(item: PlanItem): { readonly title: string; readonly steps: StepSpec[] }[] {
  const found: { title: string; steps: StepSpec[] }[] = []
  for (const step of item.steps) {
    const last = found.at(-1)
    if (last !== undefined && last.title === step.group) last.steps.push(step)
    else found.push({ title: step.group, steps: [step] })
  }
  return found
}

const pairsAtMost = 4096

/**
 * What each step waits for where only dependencies hold anything back: what is stated, and in a plan that goes in order, what stands before.
 * Steps side by side wait for what is before all of them.
 */
export function waitsOf(item: PlanItem, keys: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const waits = new Map(item.steps.map((step) => [step.key, new Set(statedBefore(step, keys))]))
  let [before, beside]: [string[], StepSpec[]] = [[], []]
  for (const step of item.policy === 'document' ? item.steps : []) {
    const joins = step.parallel && beside.at(-1)?.parallel === true
    if (!joins && beside.length > 0) [before, beside] = [beside.map(({ key }) => keys.get(key) ?? key), []]
    const near = before.length * (beside.length + 1) > pairsAtMost ? before.slice(-1) : before
    for (const key of near) waits.get(step.key)?.add(key)
    beside.push(step)
  }
  return new Map([...waits].map(([key, each]) => [key, [...each]]))
}
