// A point in time as people write it in universal time, from milliseconds alone: the core knows no clock and no zone.

const dayMs = 86_400_000

/** `2026-11-20` and `17:05`. */
export function utc(at: number): readonly [day: string, time: string] {
  const minutes = Math.floor((at - Math.floor(at / dayMs) * dayMs) / 60_000)
  return [dateOf(Math.floor(at / dayMs)), `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`]
}

/** The civil calendar from days since 1970: eras of 400 years, each of 146,097 days, years beginning in March. */
function dateOf(days: number): string {
  const since = days + 719_468
  const era = Math.floor(since / 146_097)
  const inEra = since - era * 146_097
  const leaps = Math.floor(inEra / 1460) - Math.floor(inEra / 36_524) + Math.floor(inEra / 146_096)
  const yearInEra = Math.floor((inEra - leaps) / 365)
  const inYear = inEra - (365 * yearInEra + Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100))
  const month = Math.floor((5 * inYear + 2) / 153)
  const day = inYear - Math.floor((153 * month + 2) / 5) + 1
  const calendar = month < 10 ? month + 3 : month - 9
  return `${String(yearInEra + era * 400 + (calendar <= 2 ? 1 : 0)).padStart(4, '0')}-${two(calendar)}-${two(day)}`
}

function two(count: number): string {
  return String(count).padStart(2, '0')
}
