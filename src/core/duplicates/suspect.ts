// Which items of its workspace an item that is about to be opened looks like.
import type { ClosedItem, State } from '../state.ts'
import { inCommon, likeness, type Said, suspicious, type Worded, worded } from './likeness.ts'

/** Of those that are open, and of those that are over, so many are compared, the newest. */
const compared = 200
/** So many are told, the likest first. */
const told = 5

export interface Alike {
  readonly of: string
  readonly likeness: number
  readonly why: string
}

export function alikeTo(state: State, workspace: string, id: string, said: Said): readonly Alike[] {
  const mine = worded(said)
  const found: Alike[] = []
  const look = (of: string, other: Worded): void => {
    const alike = of === id ? undefined : likeness(mine, other)
    if (alike === undefined || alike < suspicious || known(state, id, of)) return
    const rounded = Math.round(alike * 100) / 100
    found.push({ of, likeness: rounded, why: `both speak of ${inCommon(mine, other).join(', ')}` })
  }
  const open = [...state.items.values()].filter((item) => item.workspace === workspace)
  for (const item of open.slice(-compared)) {
    const steps = item.steps.flatMap((step) => (step.retired ? [] : [step.spec]))
    look(item.id, worded({ title: item.title, brief: item.brief, steps }))
  }
  for (const over of newestOver(state, workspace)) look(over.id, { title: over.title, words: wordsKept(over) })
  return found.sort((a, b) => b.likeness - a.likeness || (a.of < b.of ? -1 : 1)).slice(0, told)
}

function newestOver(state: State, workspace: string): readonly ClosedItem[] {
  const over = [...state.closed.values()]
  const found: ClosedItem[] = []
  for (let at = over.length - 1; at >= 0 && found.length < compared; at -= 1) {
    const one = over[at]
    if (one?.workspace === workspace && one.words !== undefined) found.push(one)
  }
  return found
}

function wordsKept({ words }: ClosedItem): ReadonlySet<string> {
  return new Set(words?.split(' '))
}

/** Somebody or something has said so of these two before. */
function known(state: State, item: string, of: string): boolean {
  for (const one of state.suspicions.values())
    if ((one.item === item && one.of === of) || (one.item === of && one.of === item)) return true
  return false
}
