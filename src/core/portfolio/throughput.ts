// What got done on each of the last days, days without anything included.
import { dateOf } from '../spending/dates.ts'
import { type Life, landingsOf } from './life.ts'
import { dayMs, type Window } from './measures.ts'

export interface DayDone {
  readonly day: string
  opened: number
  landed: number
  integrated: number
}

/** At most so many, the newest last; from the day on which the first of the items was opened. */
export function throughput(lives: readonly Life[], { from, to }: Window, most: number): readonly DayDone[] {
  const last = Math.floor((to - 1) / dayMs)
  const born = lives.reduce((least, { spans }) => Math.min(least, spans[0]?.openedAt ?? least), to - 1)
  const first = Math.max(Math.floor(Math.max(from, born) / dayMs), last - most + 1)
  const days = Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, at): DayDone => ({ day: dateOf((first + at) * dayMs), opened: 0, landed: 0, integrated: 0 }),
  )
  const count = (at: number, what: 'opened' | 'landed' | 'integrated'): void => {
    const day = at < from ? undefined : days[Math.floor(at / dayMs) - first]
    if (day !== undefined) day[what] += 1
  }
  for (const life of lives)
    for (const span of life.spans) {
      count(span.openedAt, 'opened')
      if (span.integrated && span.endedAt !== undefined) count(span.endedAt, 'integrated')
      for (const { at } of landingsOf(span)) count(at, 'landed')
    }
  return days
}
