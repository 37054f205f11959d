// How long a server asks to be left alone, from the headers of its answer.
import type { IncomingHttpHeaders } from 'node:http'

const longest = 400 * 86_400_000
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const one = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).trim()

/** Milliseconds; undefined when it says nothing that can be meant. */
export function waitIn(headers: IncomingHttpHeaders, now: number): number | undefined {
  const exact = seconds(one(headers['retry-after-ms']), 1)
  const asked = exact ?? seconds(one(headers['retry-after']), 1000) ?? dated(one(headers['retry-after']), now)
  const resets = ['x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens'].flatMap((name) => {
    const spent = one(headers[name.replace('reset', 'remaining')]) === '0'
    const span = spent ? spanOf(one(headers[name])) : undefined
    return span === undefined ? [] : [span]
  })
  const found = asked ?? (resets.length === 0 ? undefined : Math.max(...resets))
  return found === undefined || found > longest ? undefined : Math.max(0, Math.round(found))
}

const seconds = (text: string, each: number): number | undefined =>
  /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) * each : undefined

function dated(text: string, now: number): number | undefined {
  if (!/^[A-Za-z]{3,9},? /.test(text) || text.length > 60) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** `6m0s`, `1.5s`, `20ms`. */
function spanOf(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd])){1,5}$/.test(text)) return undefined
  let sum = 0
  for (const [, count, unit = 's'] of text.matchAll(/(\d{1,9}(?:\.\d{1,9})?)(ms|[smhd])/g))
    sum += Number(count) * (units[unit] ?? 0)
  return sum
}
