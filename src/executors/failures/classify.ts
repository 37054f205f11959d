// Turns what agents and servers say of their trouble into one of the closed reasons, with the time at which it ends.
import type { FailureReason } from '../../core/nouns/attempt.ts'
import { reasonOfCode, reasonOfStatus, reasonOfText, statusIn } from './sayings.ts'
import { resetTime } from './until.ts'

export interface Heard {
  /** The words of an error: never talk of an agent, which may speak of limits as its work. */
  readonly text: string
  /** Of HTTP, where it is known apart from the words. */
  readonly status?: number
  /** The error's own code or type: `usage_limit_reached`, `RESOURCE_EXHAUSTED`, 429. */
  readonly code?: string | number | null
  /** Wall time at which it was said. */
  readonly at: number
  /** The zone that clock times without one are in; absent: this machine's, as agents here use it. */
  readonly zone?: string
}

export interface Classified {
  readonly reason: FailureReason
  /** Wall time at which trying again makes sense. */
  readonly until?: number
}

const lettersAtEachEnd = 16_384
const longWaitMs = 3_600_000
const shortWaitMs = 600_000
const everyDay = /per ?day|\bdaily\b/i

/** Long texts are looked at where errors stand: at their ends. */
function bounded(text: string): string {
  if (text.length <= 2 * lettersAtEachEnd) return text
  return `${text.slice(0, lettersAtEachEnd)}\n${text.slice(-lettersAtEachEnd)}`
}

/** Never a guess: words that nobody here knows, without a code or status that says more, are undefined. */
export function classify(heard: Heard): Classified | undefined {
  const text = bounded(heard.text)
  const code = typeof heard.code === 'string' ? bounded(heard.code) : undefined
  const reason =
    reasonOfCode(code, 'certain') ??
    reasonOfText(text) ??
    reasonOfCode(code, 'broad') ??
    reasonOfStatus(heard.status ?? statusIn(text))
  if (reason === undefined) return undefined
  if (reason !== 'quota' && reason !== 'rate-limited' && reason !== 'overloaded') return { reason }
  const until = resetTime(text, heard.at, heard.zone)
  if (until === undefined) return { reason }
  const wait = until - heard.at
  // A server that asks for a minute's patience does not know when a day's quota begins again.
  if (reason === 'quota' && wait < shortWaitMs && everyDay.test(text)) return { reason }
  // Nobody sits out a limit of hours: it is a quota, whatever it is called.
  return { reason: reason === 'rate-limited' && wait > longWaitMs ? 'quota' : reason, until }
}
