// Takes circles among finished entries apart: nobody waits for them any more, so they must not stop a plan.
import { circlesIn } from '../reading/cycles.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'

const roundsAtMost = 20
const circlesAtOnce = 10

/** The same drafts; of each circle in which everything is ticked, one dependency is left out, and said. */
export function withoutDoneCircles(drafts: readonly Draft[], notes: Notes): readonly Draft[] {
  if (!drafts.some(({ ticked, after }) => ticked && after !== undefined && after.length > 0)) return drafts
  const index = new Map(drafts.map(({ key }, at) => [key, at]))
  const waits = drafts.map(({ ticked, after = [] }) => {
    const targets = ticked ? after.flatMap(({ key }) => index.get(key) ?? []) : []
    return new Set(targets.filter((at) => drafts[at]?.ticked === true))
  })
  const cut = new Map<number, Set<string>>()
  for (let round = 0; round < roundsAtMost; round += 1) {
    const circles = circlesIn(waits, circlesAtOnce)
    if (circles.length === 0) break
    for (const [first = 0, second = first] of circles) {
      const [from, to] = [drafts[first], drafts[second]]
      if (from === undefined || to === undefined || !waits[first]?.delete(second)) continue
      cut.set(first, (cut.get(first) ?? new Set()).add(to.key))
      const at = from.after?.find(({ key }) => key === to.key)?.at ?? from.place
      const text = `${from.key} and ${to.key} wait for each other in a circle. Everything in it is done, so this dependency is left out.`
      notes.warning('cycle', at, text, 'Delete one of these dependencies.')
    }
  }
  if (cut.size === 0) return drafts
  return drafts.map((draft, at) => {
    const out = cut.get(at)
    return out === undefined ? draft : { ...draft, after: draft.after?.filter(({ key }) => !out.has(key)) ?? [] }
  })
}
