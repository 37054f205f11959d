// Decides wishes about how many agents are wanted and said to run in a folder, and what the clock makes of them.
import { countedAs, dueAt } from '../counts.ts'
import { type Fact, fact } from '../facts.ts'
import {
  type Count,
  mostAgents,
  mostCounts,
  pathTrouble,
  removedAfterMs,
  reportLastsMs,
  sameReportMs,
  sameSightMs,
} from '../nouns/count.ts'
import { type Refusal, refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import { quoted } from '../text/neutral.ts'
import type { Wish, Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function wantAgents(state: State, data: Wishes['workspace.want'], _: Wish, at: number): Decided {
  const path = countedAs(state, data.path)
  const no = path === undefined ? pathTrouble(data.path) : wrongNumber('desired', data.desired)
  if (no !== undefined || path === undefined) return no ?? []
  const workspace = state.workspaces.get(path)
  const count = state.counts.get(path)
  if (workspace !== undefined) {
    if (workspace.desired === data.desired) return []
  } else if (count === undefined) {
    if (state.counts.size >= mostCounts) return tooMany(path)
  } else if (count.desired === data.desired && !longUnseen(count, at)) return []
  return [fact('workspace.desired', path, { path, desired: data.desired })]
}

export function reportAgents(state: State, data: Wishes['count.report'], _: Wish, at: number): Decided {
  const path = countedAs(state, data.path)
  const no = path === undefined ? pathTrouble(data.path) : wrongNumber('running', data.running)
  if (no !== undefined || path === undefined) return no ?? []
  const count = state.counts.get(path)
  if (count === undefined) {
    if (data.running === 0 && state.workspaces.has(path)) return []
    if (state.counts.size >= mostCounts) return tooMany(path)
  } else if (count.reported === data.running) {
    const fresh = data.running > 0 ? within(at, count.reportedAt, sameReportMs) : !longUnseen(count, at)
    if (fresh) return []
  }
  return [fact('count.reported', path, { path, running: data.running })]
}

/** Somebody listens: what nobody has ever spoken of is not begun by that. */
export function seeCount(state: State, data: Wishes['count.see'], _: Wish, at: number): Decided {
  const count = state.counts.get(data.path)
  if (count === undefined || !longUnseen(count, at)) return []
  return [fact('count.seen', data.path, { path: data.path })]
}

/** Whatever the clock has brought about: each is a fact, so that everybody who follows hears of it. */
export function sweepCounts(state: State, _: Wishes['count.sweep'], _wish: Wish, at: number): Decided {
  const facts: Fact[] = []
  for (const count of state.counts.values()) facts.push(...due(state, count, at))
  return facts
}

function due(state: State, count: Count, at: number): readonly Fact[] {
  const { path, reported, reportedAt, seenAt } = count
  const when = dueAt(state, count)
  // A clock that was set back would else let a report stand for as long as it was wrong.
  const ahead = reported > 0 && reportedAt > at + reportLastsMs
  if (when === undefined || (at < when && !ahead)) return []
  if (!state.workspaces.has(path) && at >= seenAt + removedAfterMs) return [fact('count.removed', path, { path })]
  return [
    reported > 0 ? fact('count.lapsed', path, { path, running: reported }) : fact('count.went-stale', path, { path }),
  ]
}

const longUnseen = ({ stale, seenAt }: Count, at: number): boolean => stale || !within(at, seenAt, sameSightMs)

const within = (at: number, since: number, ms: number): boolean => at >= since && at < since + ms

function wrongNumber(what: string, given: number): Refusal | undefined {
  if (Number.isInteger(given) && given >= 0 && given <= mostAgents) return undefined
  return refuse(
    'invalid',
    `${what} ${given}`,
    `it must be a whole number from 0 to ${mostAgents}`,
    'give another number',
  )
}

function tooMany(path: string): Refusal {
  const why = `${mostCounts} folders are counted already, and no more are`
  return refuse('policy', `workspace ${quoted(path, 200)}`, why, 'those that nobody speaks of go after seven days')
}
