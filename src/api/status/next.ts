// Which steps of an item come next: those that could start now, or else those that the work under way leads to.
import type { Item } from '../../core/nouns/item.ts'
import { busyPhases, type Step, settledPhases } from '../../core/nouns/step.ts'
import { fresh, startable } from '../../core/schedule/board.ts'

const most = 10

/** In the order of the plan; without a run that asks for them there are none. */
export function nextSteps(item: Item): readonly Step[] {
  fresh(item)
  const now = item.steps.filter((step) => startable(item, step))
  return (now.length > 0 ? now : afterwards(item)).slice(0, most)
}

function afterwards(item: Item): readonly Step[] {
  const passed = (step: Step): boolean => settledPhases.has(step.phase) || busyPhases.has(step.phase)
  const open = item.steps.filter((step) => step.phase === 'waiting' && step.wanted && !step.retired)
  const led = open.filter((step) => step.after.every((index) => passed(item.steps[index] as Step)))
  if (item.policy === 'graph') return led
  const { groups, groupOf, openGroup } = item.board
  const unpassed = (group: readonly number[]): boolean => !group.every((index) => passed(item.steps[index] as Step))
  const first = groups.findIndex((group, at) => at >= openGroup && unpassed(group))
  return led.filter((step) => groupOf[step.index] === first)
}
