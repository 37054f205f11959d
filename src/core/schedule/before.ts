// Says whose work a step directly goes on from, and who goes on from it: by edges, and under `document` by the order of the plan.
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { runsOn } from '../parts.ts'
import { compare, fresh } from './board.ts'

/** Indices in the order of the plan, each once. Under `document` the whole group before it, which it joins on. */
export function comesAfter(item: Item, step: Step): readonly number[] {
  fresh(item)
  if (item.policy === 'graph') return step.after
  const place = item.board.groupOf[step.index] ?? -1
  const group = place > 0 ? (item.board.groups[place - 1] ?? []) : doneBefore(item, step)
  if (group.length === 0) return step.after
  const both = new Set([...step.after, ...group])
  return [...both].sort((a, b) => compare(item.steps[a] as Step, item.steps[b] as Step))
}

/** Those that wait and directly come after it, in the order of the plan: the same whether or not anything was scheduled since it changed. */
export function goesBefore(item: Item, step: Step): readonly Step[] {
  fresh(item)
  const waits = (one: Step): boolean => !one.retired && one.phase === 'waiting'
  const stated = item.steps.filter((one) => waits(one) && one.after.includes(step.index))
  if (item.policy === 'graph') return stated
  const place = item.board.groupOf[step.index] ?? -1
  const group =
    place < 0 ? joinsOn(item, step) : (item.board.groups[place + 1] ?? []).map((index) => item.steps[index] as Step)
  return [...new Set([...stated, ...group.filter(waits)])].sort(compare)
}

/** Nothing is chosen, or this step is not: the group that would go on from it, were the rest of the document chosen. */
function joinsOn(item: Item, step: Step): readonly Step[] {
  const later = item.steps.filter((one) => !one.retired && compare(one, step) > 0 && !runsOn(step.spec, one.spec))
  const waits = later.filter(({ phase }) => phase === 'waiting').sort(compare)
  const [first] = waits
  if (first === undefined || later.some((one) => one.phase === 'done' && compare(one, first) < 0)) return []
  return waits.filter((one) => one === first || runsOn(first.spec, one.spec))
}

/** What is chosen now begins with this step: before it is the last group that was done in an earlier run. */
function doneBefore(item: Item, step: Step): readonly number[] {
  let last: Step | undefined
  const done: Step[] = []
  for (const one of item.steps) {
    if (one.phase !== 'done' || one.retired || compare(one, step) >= 0 || runsOn(one.spec, step.spec)) continue
    done.push(one)
    if (last === undefined || compare(one, last) > 0) last = one
  }
  if (last === undefined) return []
  let apart: Step | undefined
  for (const one of done)
    if (one !== last && !runsOn(one.spec, last.spec) && (apart === undefined || compare(one, apart) > 0)) apart = one
  return done.filter((one) => apart === undefined || compare(one, apart) > 0).map(({ index }) => index)
}
