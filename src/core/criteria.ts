// What must hold before a step may begin, and what Baton finds of it: what it can judge itself, and what somebody must see to.
import type { Criterion } from './nouns/criterion.ts'
import type { Item } from './nouns/item.ts'
import { type Step, settledPhases } from './nouns/step.ts'
import { comesAfter } from './schedule/before.ts'
import { direct } from './workflows/workflow.ts'

const [landedRule = 'every step before it has landed'] = direct.steps[0]?.entryCriteria ?? []
const freeRule = 'no obstacle is declared on it'
const askedRule = 'no question about the whole item is open'

/** Nothing else is written down of a step: whoever says nothing of its beginning has nothing to look up. */
export function statesEntry(step: Step): boolean {
  return (step.spec.entryCriteria ?? []).length > 0
}

/** Keys of the steps directly before it that have not landed, under the present selection and policy. */
export function awaited(item: Item, step: Step): readonly string[] {
  const before = comesAfter(item, step).flatMap((index) => item.steps[index] ?? [])
  return before.filter((one) => !settledPhases.has(one.phase)).map((one) => one.spec.key)
}

export function judgeEntry(item: Item, step: Step): readonly Criterion[] {
  const open = awaited(item, step)
  const before = comesAfter(item, step).length
  const landed = before === 0 ? 'nothing comes before it' : `${before} came before it`
  const obstacles = step.blockers + item.blockers
  const own = (step.spec.entryCriteria ?? []).filter((rule) => rule !== landedRule)
  return [
    found(landedRule, open.length === 0, open.length === 0 ? landed : `it waits for ${open.slice(0, 10).join(', ')}`),
    found(freeRule, obstacles === 0, obstacles === 0 ? 'none is open' : `${obstacles} are open`),
    found(askedRule, item.gates === 0, item.gates === 0 ? 'none is open' : `${item.gates} are open`),
    ...own.map((criterion): Criterion => ({ criterion, met: 'told', why: 'Baton cannot judge it' })),
  ]
}

function found(criterion: string, met: boolean, why: string): Criterion {
  return { criterion, met: met ? 'yes' : 'no', why }
}
