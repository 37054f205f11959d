// What agents and servers are known to say when something is wrong, and which reason each means.
import type { FailureReason } from '../../core/nouns/attempt.ts'

type Saying = readonly [FailureReason, readonly RegExp[]]

/** Looked through from the first to the last: what waiting or trying again cannot mend comes before what it can. */
const sayings: readonly Saying[] = [
  [
    'context-overflow',
    [
      /context_length_exceeded|model_max_prompt_tokens_exceeded|request_too_large|ContextOverflow|context_window_exceeded/,
      /maximum context length|maximum prompt length/i,
      /context (?:size|window|length|limit)[^.\n]{0,30}exceed/i,
      /exceeds? (?:the |this |your )?(?:available |model'?s? |maximum )*context/i,
      /ran out of room in the model'?s context/i,
      /(?:prompt|input|conversation|message)s? (?:is|are) too long/i,
      /(?:prompt|input) token count[^.\n]{0,40}exceeds/i,
      /keep the first \d+ tokens/i,
      /request (?:is )?too large/i,
    ],
  ],
  [
    'quota',
    [
      /usage_limit_(?:reached|exceeded)|insufficient_quota|quota_exceeded|insufficient_credits|billing_hard_limit_reached|billing_error/,
      /usage_not_included|QUOTA_EXHAUSTED|credits_(?:depleted|exhausted)/,
      /(?:hit|reached|exceeded) your (?!(?:\w{1,24} ){0,3}rate)(?:[\w'-]{1,24} ){0,4}limit/i,
      /(?:usage|spend(?:ing)?|message) (?:limit|cap) (?:has been |was |is )?(?:reached|exceeded|hit)/i,
      /(?:\d{1,3}-hour|session|daily|weekly|monthly|opus|sonnet|usage) limit (?:has been |was )?(?:reached|hit)/i,
      /out of (?:extra |included )?(?:usage|credits|tokens)\b/i,
      /exceeded (?:your|the) (?:current |daily |monthly |free |tier )*quota/i,
      /exhausted your (?:current |daily |monthly )*(?:quota|capacity|credits)/i,
      /quota (?:has been |is |was )?(?:exceeded|exhausted|reached)|quota will reset/i,
      /you have no quota|premium request(?:s)? (?:allowance|limit|quota)/i,
      /credit balance is too low|insufficient (?:account )?(?:balance|credits?|funds)|payment required/i,
    ],
  ],
  [
    'auth',
    [
      /invalid_api_key|authentication_error|token_expired|token_invalidated|invalid_grant|refresh_token_/,
      /\bUNAUTHENTICATED\b|API_KEY_INVALID|\bPERMISSION_DENIED\b|permission_error|account_deactivated/,
      /(?:incorrect|invalid|wrong|bad|expired|revoked) (?:or missing )?(?:external )?(?:api|auth\w*|access) ?(?:key|token)/i,
      /(?:api|auth) ?(?:key|token) (?:is )?(?:not valid|invalid|incorrect|missing|required|not found|not set|expired)/i,
      /(?:no|missing|without) (?:an? )?(?:api key|bearer|authentication information|credentials|access token)/i,
      /missing environment variable: `?\w*(?:KEY|TOKEN)/i,
      /please run \/login|not logged in|not signed in|log (?:out and |in and )?(?:log |sign )?in again|sign in again/i,
      /please (?:log|sign) ?in\b|run `?\w+ (?:auth )?login/i,
      /oauth (?:token|session|authentication)[^.\n]{0,40}(?:expired|revoked|invalid|not supported|not allowed)/i,
      /authentication (?:is )?(?:required|failed)|failed to authenticate|could ?n[o']t (?:be )?authenticate/i,
      /set an auth method|organization has been disabled|account (?:has been |is )?(?:disabled|suspended|deactivated)/i,
      /\b401 unauthorized\b|\b403 forbidden\b/i,
    ],
  ],
  [
    'rate-limited',
    [
      /rate_limit|too_many_requests|\bRESOURCE_EXHAUSTED\b|rateLimitExceeded|throttling/i,
      /rate[- ]?limit/i,
      /too many (?:requests|tokens)/i,
      /resource (?:has been )?exhausted|requests? (?:was |were |is |are )?throttled/i,
    ],
  ],
  [
    'overloaded',
    [
      /overloaded_error|server_is_overloaded|slow_down|service_unavailable|engine_overloaded|server_error|api_error\b/,
      /"status": ?"UNAVAILABLE"|\bINTERNAL_SERVER_ERROR\b/,
      /\boverloaded\b|at capacity|no capacity available|high demand|capacity exceeded/i,
      /service (?:is )?(?:temporarily )?unavailable|temporarily unavailable/i,
      /internal server error|bad gateway|gateway time-?out/i,
    ],
  ],
  [
    'network',
    [
      /\b(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_\w+)\b/,
      /connection error|connection (?:was )?(?:refused|reset|closed|timed out|failed)|connectionrefused|failedtoopensocket/i,
      /error sending request for url|stream disconnected before completion|stream closed before/i,
      /socket hang up|socket connection was closed|fetch failed|network error|unable to connect/i,
      /could not resolve host|dns error|request timed out|self[- ]signed certificate|unable to verify the first cert/i,
    ],
  ],
]

const ofStatus: Readonly<Record<number, FailureReason>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  407: 'network',
  408: 'network',
  413: 'context-overflow',
  429: 'rate-limited',
  500: 'overloaded',
  502: 'overloaded',
  503: 'overloaded',
  504: 'overloaded',
  520: 'overloaded',
  522: 'network',
  524: 'overloaded',
  529: 'overloaded',
}

export function reasonOfText(text: string): FailureReason | undefined {
  return sayings.find(([, known]) => known.some((saying) => saying.test(text)))?.[0]
}

export function reasonOfStatus(status: number | undefined): FailureReason | undefined {
  return status === undefined || !Object.hasOwn(ofStatus, status) ? undefined : ofStatus[status]
}

/** A code that says only that it is too much just now waits until the words were read: they may know of a quota. */
const broad = new Set<FailureReason>(['rate-limited', 'overloaded', 'network'])

export function reasonOfCode(code: string | undefined, kind: 'certain' | 'broad'): FailureReason | undefined {
  const reason = code === undefined ? undefined : reasonOfText(code)
  return reason !== undefined && broad.has(reason) === (kind === 'broad') ? reason : undefined
}

const numbered = /(?:\bstatus(?:[ _]code)?|\berror|\bhttp(?:\/\d(?:\.\d)?)?|"code"|"status")["':\s(=]{0,6}([45]\d\d)\b/i
const leading = /^\s*([45]\d\d)\s+\S/

/** The HTTP status that stands in the words of an error. */
export function statusIn(text: string): number | undefined {
  const found = numbered.exec(text) ?? leading.exec(text)
  return found === null ? undefined : Number(found[1])
}
