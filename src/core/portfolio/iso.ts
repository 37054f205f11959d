// A moment as programs write it, from milliseconds alone.
import { dateOf } from '../spending/dates.ts'
import { dayMs } from './measures.ts'

/** `2026-11-20T17:05:09.120Z`. */
export function isoOf(at: number): string {
  const ms = at - Math.floor(at / dayMs) * dayMs
  const part = (of: number, by: number, places: number): string =>
    String(Math.floor(ms / of) % by).padStart(places, '0')
  return `${dateOf(at)}T${part(3_600_000, 24, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}Z`
}
