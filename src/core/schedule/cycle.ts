// Finds steps of a plan that wait for each other, which no scheduler could ever start.
import type { StepSpec } from '../nouns/step.ts'

/** The keys along one circle, its first key again at the end; undefined when there is none. Follows edges without recursion, so depth costs nothing. */
export function circleIn(steps: readonly StepSpec[]): string[] | undefined {
  const byKey = new Map(steps.map((step) => [step.key, step]))
  const settled = new Set<string>()
  for (const first of steps) {
    const trail: { key: string; at: number }[] = [{ key: first.key, at: 0 }]
    const onTrail = new Set([first.key])
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const next = settled.has(top.key) ? undefined : byKey.get(top.key)?.after[top.at]?.key
      top.at += 1
      if (next === undefined) {
        settled.add(top.key)
        onTrail.delete(top.key)
        trail.pop()
      } else if (next !== top.key && onTrail.has(next)) {
        const keys = trail.map((one) => one.key)
        return [...keys.slice(keys.indexOf(next)), next]
      } else if (next !== top.key && !settled.has(next)) {
        onTrail.add(next)
        trail.push({ key: next, at: 0 })
      }
    }
  }
  return undefined
}
