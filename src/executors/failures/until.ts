// Finds in the words of an error when a limit ends.

import { moment } from './moments.ts'
import { spanIn } from './spans.ts'

const letters = 160
const anchorsAtMost = 24
const staleMs = 86_400_000
const farthestMs = 400 * 86_400_000

const anchors =
  /(?<![a-z])(?:resets?[-_]?(?:at|time|after|in)\w{0,12}|re-?sets?(?![a-z])|retry\w{0,12}(?:[-_ ]after\w{0,12})?|retrydelay|(?:try|available|wait)(?: it| once)?(?: again)?|until|renews?)/gi
const epochAt =
  /(?:resets?[-_]?at|reset[-_]?time|ratelimit[-_]reset|limit reached\|)["'\s:=]{0,6}(\d{10}(?:\d{3})?)\b|limit reached\|(\d{10}(?:\d{3})?)\b/i
const secondsIn =
  /(?:resets?[-_]in[-_]seconds|reset[-_]after[-_]seconds|retry[-_]?after(?:[-_](?:ms|seconds|secs))?|retrydelay)["'\s:=]{1,6}(\d{1,9}(?:\.\d{1,9})?)\s{0,2}([a-z]{0,12})/i

/** Wall time, never before `at`; undefined when no time is said, or one that cannot be meant. */
export function resetTime(text: string, at: number, zone?: string): number | undefined {
  const found = epoch(text) ?? seconds(text, at) ?? afterAnchors(text, at, zone)
  if (found === undefined || !Number.isFinite(found)) return undefined
  if (found < at - staleMs || found > at + farthestMs) return undefined
  return Math.max(at, Math.round(found))
}

function epoch(text: string): number | undefined {
  const found = epochAt.exec(text)
  const digits = found?.[1] ?? found?.[2]
  if (digits === undefined) return undefined
  return digits.length === 13 ? Number(digits) : Number(digits) * 1000
}

function seconds(text: string, at: number): number | undefined {
  const found = secondsIn.exec(text)
  if (found === null) return undefined
  const unit = found[2] ?? ''
  if (unit === '') return at + Number(found[1]) * (/ms["'\s:=]/i.test(found[0]) ? 1 : 1000)
  const span = spanIn(`in ${found[1]} ${unit}`)
  return span === undefined ? undefined : at + span
}

function afterAnchors(text: string, at: number, zone: string | undefined): number | undefined {
  let tries = 0
  for (const anchor of text.matchAll(anchors)) {
    if (tries >= anchorsAtMost) return undefined
    tries += 1
    const after = text.slice(anchor.index + anchor[0].length, anchor.index + anchor[0].length + letters)
    const span = spanIn(after)
    if (span !== undefined) return at + span
    const then = moment(after, at, zone)
    if (then !== undefined) return then
  }
  return undefined
}
