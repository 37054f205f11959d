// Finds in a plan what no scheduler could ever bring to an end: circles, and dependencies against an order that holds.
import type { Place, Policy } from '../nouns/plan.ts'
import type { StepSpec } from '../nouns/step.ts'
import { inOrder, runsOn } from '../parts.ts'
import { circleIn } from './cycle.ts'

/** One contradiction, in words; `keys` are the steps that hold each other up. */
export interface Endless {
  readonly kind: 'cycle' | 'order'
  readonly keys: readonly string[]
  readonly text: string
  readonly remedy: string
  /** Where the plan says so, as far as it is known. */
  readonly at?: Place
}

const shownAtMost = 8

/** The first `most`; none when whoever always succeeds brings every step of the plan to its end. */
export function endlessIn(steps: readonly StepSpec[], policy: Policy, most = 1): readonly Endless[] {
  const circle = circleIn(steps)
  if (circle !== undefined) return [around(steps, circle)]
  return policy === 'document' ? againstOrder(steps, most) : []
}

/**
 * A group starts when all before it are over, so a step may wait for one of its own group or of an earlier one. Leaving steps out joins
 * groups and never turns two of them round: what ends as a whole ends in every selection.
 */
function againstOrder(steps: readonly StepSpec[], most: number): Endless[] {
  const found: Endless[] = []
  const groups = groupsOf(steps)
  for (const step of steps) {
    const own = groups.get(step.key)?.group ?? 0
    for (const { key, source, at } of step.after) {
      const before = groups.get(key)
      if (source === 'order' || before === undefined || before.group <= own) continue
      if (found.length === most) return found
      found.push(against(step, before.step, at))
    }
  }
  return found
}

function groupsOf(steps: readonly StepSpec[]): Map<string, { readonly step: StepSpec; readonly group: number }> {
  const groups = new Map<string, { step: StepSpec; group: number }>()
  let last: StepSpec | undefined
  let group = 0
  for (const step of [...steps].sort(inOrder)) {
    if (last !== undefined && !runsOn(last, step)) group += 1
    groups.set(step.key, { step, group })
    last = step
  }
  return groups
}

function against(step: StepSpec, before: StepSpec, said: Place | undefined): Endless {
  const at = said ?? step.place
  return {
    kind: 'order',
    keys: [step.key, before.key],
    text:
      `${step.key} depends on ${before.key}${where(before.place)}, which comes after it, ` +
      'and the order of the document holds: neither could ever start',
    remedy: `put ${before.key} before ${step.key}, or take this dependency out`,
    ...(at === undefined ? {} : { at }),
  }
}

function around(steps: readonly StepSpec[], circle: readonly string[]): Endless {
  const shown = circle.length > shownAtMost ? [...circle.slice(0, shownAtMost - 1), '…', circle[0]] : circle
  const first = steps.find(({ key }) => key === circle[0])
  const at = first?.after.find(({ key }) => key === circle[1])?.at ?? first?.place
  return {
    kind: 'cycle',
    keys: circle.slice(0, -1),
    text: `these wait for each other: ${shown.join(' → ')}`,
    remedy: 'take one of these dependencies out',
    ...(at === undefined ? {} : { at }),
  }
}

/** With the place before it, as notes on plans have it. */
export function toldOf({ at, text }: Endless): string {
  return at === undefined ? text : `${at.file}:${at.line} ${text}`
}

function where(at: Place | undefined): string {
  return at === undefined ? '' : ` (${at.file}:${at.line})`
}
