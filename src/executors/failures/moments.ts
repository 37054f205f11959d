// Reads points in time as they are written in sentences: `10pm (Europe/Berlin)`, `Oct 9 at 5pm (UTC)`, `Jul 5th, 2026 8:19 PM`.
import { type Wall, wallIn, wallTime } from './zones.ts'

/** A time that was cut to the minute, or that passed while it was said, is still the one that is meant. */
const latenessMs = 300_000
const cutMs = 60_000
const day = 86_400_000

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** Only words that lead to a time: ids and addresses that hold digits are none. */
const filler = String.raw`^[\s:"'·∙•=,(-]{0,6}(?:(?:at|on|by|around|about|is|reset|resets|again|your|limit|usage)[\s:"']{1,3}){0,4}`
const clock = String.raw`(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s{0,2}([ap]\.?m\b\.?)?`
const month = String.raw`(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?`
const between = String.raw`(?:,|\sat|,\sat)?\s{1,3}(?:at\s)?`
const zoned = String.raw`(?:\s{0,2}\(?((?:[A-Z][A-Za-z_+-]+\/)+[A-Za-z_+-]+|UTC|GMT|Z|P[SD]?T|E[SD]?T|C[SD]T|M[SD]T|CES?T|BST)\b\)?)?`

const iso = new RegExp(
  String.raw`${filler}(\d{4})-(\d\d)-(\d\d)(?:[T\s](\d\d):(\d\d)(?::\d\d(?:\.\d{1,9})?)?)?(?:\s?([+-]\d\d):?(\d\d)\b)?${zoned}`,
)
const monthFirst = new RegExp(
  String.raw`${filler}(?:(?:sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6},?\s)?${month}\s{1,2}(\d{1,2})(?:st|nd|rd|th)?(?:,?\s{1,2}(\d{4})\b)?(?:${between}${clock})?${zoned}`,
  'i',
)
const dayFirst = new RegExp(
  String.raw`${filler}(?:(?:sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6},?\s)?(\d{1,2})(?:st|nd|rd|th)?\s{1,2}${month}(?:,?\s{1,2}(\d{4})\b)?(?:${between}${clock})?${zoned}`,
  'i',
)
const onWeekday = new RegExp(`${filler}(sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6}${between}${clock}${zoned}`, 'i')
const atClock = new RegExp(`${filler}${clock}${zoned}`, 'i')

interface Hour {
  readonly hour: number
  readonly minute: number
}

/** A bare number is no time of day: it needs minutes, or am or pm. */
function hourOf(hour: string | undefined, minute: string | undefined, half: string | undefined): Hour | undefined {
  if (hour === undefined || (minute === undefined && half === undefined)) return undefined
  const given = Number(hour)
  if (Number(minute ?? 0) > 59 || given > (half === undefined ? 23 : 12) || (half !== undefined && given === 0))
    return undefined
  const afternoon = half?.toLowerCase().startsWith('p') === true
  return { hour: half === undefined ? given : (given % 12) + (afternoon ? 12 : 0), minute: Number(minute ?? 0) }
}

function monthOf(word: string | undefined): number {
  return months.indexOf((word ?? '').slice(0, 3).toLowerCase()) + 1
}

export function moment(text: string, at: number, zone?: string): number | undefined {
  return onIso(text, at, zone) ?? onDate(text, at, zone) ?? onDay(text, at, zone) ?? onClock(text, at, zone)
}

function onIso(text: string, at: number, zone: string | undefined): number | undefined {
  const found = iso.exec(text)
  if (found === null) return undefined
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0] = found.slice(1, 6).map((part) => Number(part ?? 0))
  if (found[6] === undefined) return wallTime({ year, month, date, hour, minute }, found[8] ?? zone)
  const there = wallTime({ year, month, date, hour, minute }, 'UTC')
  const hours = Number(found[6])
  const offset = (Math.abs(hours) * 60 + Number(found[7])) * (found[6].startsWith('-') ? -1 : 1)
  return there === undefined ? undefined : soon(there - offset * 60_000, at)
}

function onDate(text: string, at: number, zone: string | undefined): number | undefined {
  const first = monthFirst.exec(text)
  const found = first ?? dayFirst.exec(text)
  if (found === null) return undefined
  const month = monthOf(first === null ? found[2] : found[1])
  const date = Number(first === null ? found[1] : found[2])
  const said = hourOf(found[4], found[5], found[6])
  if (said === undefined && found[4] !== undefined) return undefined
  const { hour, minute } = said ?? { hour: 0, minute: 0 }
  const where = found[7] ?? zone
  if (found[3] !== undefined) return later({ year: Number(found[3]), month, date, hour, minute }, at, where)
  const year = wallIn(at, where)?.year
  if (year === undefined) return undefined
  const then = later({ year, month, date, hour, minute }, at, where)
  return then === undefined || then >= at - 7 * day
    ? then
    : wallTime({ year: year + 1, month, date, hour, minute }, where)
}

function onDay(text: string, at: number, zone: string | undefined): number | undefined {
  const found = onWeekday.exec(text)
  const said = hourOf(found?.[2], found?.[3], found?.[4])
  if (found === null || said === undefined) return undefined
  const wanted = weekdays.indexOf((found[1] ?? '').slice(0, 3).toLowerCase())
  return next(
    said,
    at,
    found[5] ?? zone,
    (wall) => new Date(Date.UTC(wall.year, wall.month - 1, wall.date)).getUTCDay() === wanted,
  )
}

function onClock(text: string, at: number, zone: string | undefined): number | undefined {
  const found = atClock.exec(text)
  const said = hourOf(found?.[1], found?.[2], found?.[3])
  if (found === null || said === undefined) return undefined
  return next(said, at, found[4] ?? zone, () => true)
}

function later(wall: Wall, at: number, zone: string | undefined): number | undefined {
  const then = wallTime(wall, zone)
  return then === undefined ? undefined : soon(then, at)
}

function soon(then: number, at: number): number {
  return then < at && then >= at - latenessMs ? at + cutMs : then
}

/** The first such time of day from `at` on, on a day that fits; the zone's own days, which may have 23 or 25 hours. */
function next(
  { hour, minute }: Hour,
  at: number,
  zone: string | undefined,
  fits: (wall: Wall) => boolean,
): number | undefined {
  for (let days = 0; days <= 8; days += 1) {
    const there = wallIn(at, zone)
    if (there === undefined) return undefined
    const noon = new Date(Date.UTC(there.year, there.month - 1, there.date + days))
    const wall = { year: noon.getUTCFullYear(), month: noon.getUTCMonth() + 1, date: noon.getUTCDate(), hour, minute }
    const then = fits(wall) ? wallTime(wall, zone) : undefined
    if (then !== undefined && then >= at - latenessMs) return soon(then, at)
  }
  return undefined
}
