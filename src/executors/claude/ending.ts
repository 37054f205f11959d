// How Claude Code says that it ended; `success` in it means only that there is a result, and errors come under that name too.
import type { Outcome } from '../../core/nouns/attempt.ts'
import { quoted } from '../../core/text/neutral.ts'
import { outcomeOfStop, type Turn } from '../acp/ending.ts'
import { asText, count, type Fields, list } from '../acp/unknown.ts'
import { classify } from '../failures/classify.ts'
import { failed } from '../outcomes.ts'

/** Undefined: it says that it is done. */
export function outcomeOfResult(result: Fields, turn: Turn, resetsAt: number | undefined): Outcome | undefined {
  if (result.subtype === 'error_max_turns') return outcomeOfStop('max_turn_requests', turn)
  if (result.stop_reason === 'refusal') return outcomeOfStop('refusal', turn)
  if (result.stop_reason === 'max_tokens' && result.is_error !== true) return outcomeOfStop('max_tokens', turn)
  if (result.is_error !== true && result.subtype === 'success') return undefined
  const words = [asText(result.result), ...list(result.errors).map(asText)].filter((text) => text !== '').join(' ')
  const why = `${turn.agent} failed: ${quoted(words === '' ? asText(result.subtype) : words, 600)}`
  if (result.subtype === 'error_max_budget_usd') return failed('budget', why)
  const status = count(result.api_error_status)
  const known = classify({ text: words, at: turn.at, ...(status === undefined ? {} : { status }) })
  if (known === undefined)
    return failed(asText(result.terminal_reason).startsWith('aborted') ? 'crashed' : 'bad-output', why)
  const limited = known.reason === 'quota' || known.reason === 'rate-limited'
  if (limited && resetsAt !== undefined && resetsAt > turn.at)
    return { kind: 'failed', reason: 'quota', why, until: resetsAt }
  return { kind: 'failed', reason: known.reason, why, ...(known.until === undefined ? {} : { until: known.until }) }
}
