// Reads lengths of time as they are written in sentences: `2 days 3 hours`, `6m0s`, `11.054s`, `an hour`.

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|milliseconds?)$/i, 1],
  [/^(?:s|secs?|seconds?)$/i, second],
  [/^(?:m|mins?|minutes?)$/i, minute],
  [/^(?:h|hrs?|hours?)$/i, hour],
  [/^(?:d|days?)$/i, day],
  [/^(?:w|weeks?)$/i, 7 * day],
]

const head =
  /^[\s:"'·∙•,(-]{0,6}(?:(?:again|reset|resets|limit|your|at least)\s{1,2}){0,3}(?:in|after|for|wait)\s{1,3}(?:about |approximately |another )?(?=[\da]|less)/i
const bare = /^\s{0,3}(?=\d)/
const part = /^(?:[\s,]{0,3}(?:and\s)?\s{0,2})(\d{1,9}(?:\.\d{1,9})?)\s{0,2}(ms|[a-z]{1,12})\b/i
const glued = /^(\d{1,9}(?:\.\d{1,9})?)(ms|[smhdw])(?=\d)/i
const single = /^(?:an? |less than an? )(second|minute|hour|day|week)\b/i

function unitOf(word: string): number | undefined {
  return units.find(([pattern]) => pattern.test(word))?.[1]
}

/** Milliseconds that the sentence begins with, after at most a few words; undefined when it begins with something else. */
export function spanIn(text: string): number | undefined {
  const opened = head.exec(text) ?? bare.exec(text)
  if (opened === null) return undefined
  let rest = text.slice(opened[0].length)
  const one = single.exec(rest)
  if (one !== null) return unitOf(one[1] ?? '')
  let sum: number | undefined
  for (let count = 0; count < 8; count += 1) {
    const found = glued.exec(rest) ?? part.exec(rest)
    const unit = unitOf(found?.[2] ?? '')
    if (found === null || unit === undefined) break
    sum = (sum ?? 0) + Number(found[1]) * unit
    rest = rest.slice(found[0].length)
  }
  return sum
}
