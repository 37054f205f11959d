// Shows that what agents and servers say is understood, with its time, and that what nobody knows stays unknown.
import { expect, it } from 'vitest'
import type { FailureReason } from '../../core/nouns/attempt.ts'
import { classify } from './classify.ts'

const at = Date.UTC(2026, 10, 20, 14, 0, 0)
const zone = 'Europe/Berlin'
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const utc = (...parts: [number, number, number, number?, number?]): number =>
  Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0)

/** What was said, what it means, and when it ends. The zone of the machine is Berlin, and it is 15:00 there. */
const known: readonly (readonly [string, FailureReason, number?])[] = [
  // Codex.
  [
    "You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 5 days 22 hours 11 minutes.",
    'quota',
    at + 5 * 24 * hour + 22 * hour + 11 * minute,
  ],
  [
    "You've hit your usage limit. Upgrade to Pro (https://x) or try again in 5 days 22 hours 11\nminutes.",
    'quota',
    at + 5 * 24 * hour + 22 * hour + 11 * minute,
  ],
  [
    "You've hit your usage limit. Upgrade to Plus to continue using Codex (https://chatgpt.com/explore/plus), or try again at Jul 5th, 2027 8:19 PM.",
    'quota',
    utc(2027, 7, 5, 18, 19),
  ],
  ["You've hit your usage limit. Try again at 3:05 PM.", 'quota', utc(2026, 11, 20, 14, 5)],
  ["You've hit your usage limit. Try again at 2:58 PM.", 'quota', at + minute],
  ["You've hit your usage limit. Try again at 2:30 PM.", 'quota', utc(2026, 11, 21, 13, 30)],
  ["You've hit your usage limit. Try again in less than a minute.", 'quota', at + minute],
  ["You've hit your usage limit. To get more access now, send a request to your admin or try again later.", 'quota'],
  [
    "You've hit your usage limit for gpt-5.4. Switch to another model now, or try again at Nov 23rd, 2026 1:02 AM.",
    'quota',
    utc(2026, 11, 23, 0, 2),
  ],
  [
    '{"type":"error","error":{"type":"usage_limit_reached","message":"The usage limit has been reached","plan_type":"plus","resets_at":1795190400,"resets_in_seconds":13872},"status_code":429}',
    'quota',
    1795190400_000,
  ],
  ['{"error":{"type":"usage_limit_reached","resets_at":null,"resets_in_seconds":13872}}', 'quota', at + 13_872_000],
  ['Quota exceeded. Check your plan and billing details.', 'quota'],
  [
    'stream disconnected before completion: Rate limit reached for gpt-5 in organization org-1 on tokens per min (TPM): Limit 30000, Used 22999, Requested 12528. Please try again in 11.054s. Visit https://platform.openai.com/account/rate-limits to learn more.',
    'rate-limited',
    at + 11_054,
  ],
  ['exceeded retry limit, last status: 429 Too Many Requests, request id: 0f3c', 'rate-limited'],
  [
    'unexpected status 401 Unauthorized: Missing bearer or basic authentication in header, url: https://api.openai.com/v1/responses',
    'auth',
  ],
  ['unexpected status 503 Service Unavailable: try later, url: http://127.0.0.1:1/v1/responses', 'overloaded'],
  [
    "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
    'context-overflow',
  ],
  [
    'Your access token could not be refreshed because your refresh token was already used. Please log out and sign in again.',
    'auth',
  ],
  ['Missing environment variable: `MOCK_KEY`.', 'auth'],
  ["We're currently experiencing high demand, which may cause temporary errors.", 'overloaded'],
  ['Selected model is at capacity. Please try a different model.', 'overloaded'],
  ['stream disconnected before completion: error sending request for url (http://127.0.0.1:9/v1/responses)', 'network'],
  // Claude Code.
  ['Claude AI usage limit reached|1795190400', 'quota', 1795190400_000],
  ['Claude usage limit reached. Your limit will reset at 10pm (Europe/Berlin).', 'quota', utc(2026, 11, 20, 21)],
  ["You've hit your session limit · resets 8:30pm (Asia/Tokyo)", 'quota', utc(2026, 11, 21, 11, 30)],
  ["You've hit your session limit · resets 12:50am (America/Los_Angeles)", 'quota', utc(2026, 11, 21, 8, 50)],
  ["You've hit your session limit · resets 1:20pm (Asia/Calcutta)", 'quota', utc(2026, 11, 21, 7, 50)],
  ["You've hit your weekly limit · resets Nov 26, 5:59am (America/Los_Angeles)", 'quota', utc(2026, 11, 26, 13, 59)],
  ["You've hit your weekly limit · resets Nov 26 at 12pm (Asia/Singapore)", 'quota', utc(2026, 11, 26, 4)],
  ["You've hit your weekly limit · resets Jan 2, 1pm (UTC)", 'quota', utc(2027, 1, 2, 13)],
  ["You've hit your weekly limit · resets Mon 12:00am", 'quota', utc(2026, 11, 22, 23)],
  ['5-hour limit reached ∙ resets 6pm', 'quota', utc(2026, 11, 20, 17)],
  ["You're out of extra usage · resets 7pm (Nowhere/Atall)", 'quota'],
  ["You've hit your limit · resets 2pm (Asia/Shanghai)", 'quota', utc(2026, 11, 21, 6)],
  ["You've hit your org's monthly usage limit", 'quota'],
  ['Credit balance is too low', 'quota'],
  ['Prompt is too long', 'context-overflow'],
  [
    'API Error: 400 {"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000"}}',
    'context-overflow',
  ],
  [
    'API Error: 529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}',
    'overloaded',
  ],
  ['API Error: Repeated 529 Overloaded errors', 'overloaded'],
  ['API Error: Request rejected (429) · this may be a temporary capacity issue — rate limit', 'rate-limited'],
  ['Invalid API key · Please run /login', 'auth'],
  [
    'Failed to authenticate. API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
    'auth',
  ],
  ['Not logged in · Please run /login', 'auth'],
  ['OAuth token has expired. Please obtain a new token or refresh your existing token.', 'auth'],
  ['API Error: Connection error.', 'network'],
  ['API Error: Unable to connect to API (ECONNREFUSED)', 'network'],
  ['API Error: Request timed out.', 'network'],
  // Gemini.
  [
    '[API Error: [{ "error": { "code": 429, "message": "You have exhausted your capacity on this model. Your quota will reset after 8h44m7s." } }]]',
    'quota',
    at + 8 * hour + 44 * minute + 7 * second,
  ],
  [
    'Attempt 1 failed: You have exhausted your capacity on this model. Your quota will reset after 5s.. Retrying after 6173ms...',
    'quota',
    at + 5 * second,
  ],
  [
    '[API Error: {"error":{"message":"{\\n  \\"error\\": {\\n    \\"code\\": 429,\\n    \\"message\\": \\"Resource has been exhausted (e.g. check quota).\\",\\n    \\"status\\": \\"RESOURCE_EXHAUSTED\\"\\n }\\n}\\n","code":429,"status":"Too Many Requests"}}]',
    'rate-limited',
  ],
  [
    'You exceeded your current quota, please check your plan and billing details. Quota exceeded for metric: x, limit: 10 GenerateRequestsPerMinutePerProject. Please retry in 32.5s.',
    'quota',
    at + 32_500,
  ],
  [
    'You exceeded your current quota, please check your plan and billing details. "quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier" "retryDelay": "32s"',
    'quota',
  ],
  [
    '{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}',
    'overloaded',
  ],
  ['API key not valid. Please pass a valid API key.', 'auth'],
  ['The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).', 'context-overflow'],
  ['Please set an Auth method in your settings.json', 'auth'],
  // Copilot.
  [
    "Sorry, you've hit a rate limit that restricts the number of Copilot model requests you can make within a specific time period. Please try again in 58 hours. Please review our Terms of Service (https://docs.github.com/x). (Request ID: E942:3A5438)",
    'quota',
    at + 58 * hour,
  ],
  [
    "Sorry, you've hit a rate limit that restricts the number of Copilot model requests you can make. Please try again in 15 hours 23 minutes.",
    'quota',
    at + 15 * hour + 23 * minute,
  ],
  [
    "Sorry, you've hit a rate limit that restricts the number of Copilot model requests you can make. Please try again in 45 seconds.",
    'rate-limited',
    at + 45 * second,
  ],
  ['402 {"error":{"message":"You have no quota","code":"quota_exceeded"}}\n(Request ID: F499:17ECFD:1915C27)', 'quota'],
  ['Model call failed: {"message":"rate limit exceeded","code":"rate_limited"}', 'rate-limited'],
  ['You have exceeded your premium request allowance.', 'quota'],
  ['No authentication information found.', 'auth'],
  ['prompt token count of 150000 exceeds the limit of 128000 model_max_prompt_tokens_exceeded', 'context-overflow'],
  // Servers that speak like OpenAI.
  ["This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.", 'context-overflow'],
  [
    'Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens',
    'context-overflow',
  ],
  ['Context size has been exceeded.', 'context-overflow'],
  ['the request exceeds the available context size, try increasing it', 'context-overflow'],
  [
    'Request too large for gpt-4o in organization o on tokens per min (TPM): Limit 30000, Requested 50000.',
    'context-overflow',
  ],
  ['Incorrect API key provided: sk-***. You can find your API key at https://x.', 'auth'],
  ['Rate limit reached for model `x`. Please try again in 7m12.345s.', 'rate-limited', at + 7 * minute + 12_345],
  ['Rate limit reached. Please try again in 1h2m3.5s.', 'quota', at + hour + 2 * minute + 3500],
  ['Requests to the API have exceeded rate limit. Please retry after 24 seconds.', 'rate-limited', at + 24 * second],
  ['HTTP 429: slow down\nretry-after: 120', 'rate-limited', at + 120 * second],
  ['HTTP 429: slow down\nRetry-After: Fri, 20 Nov 2026 14:20:00 GMT', 'rate-limited', utc(2026, 11, 20, 14, 20)],
  [
    '429 {"error":{"message":"Rate limit exceeded: free-models-per-day","metadata":{"headers":{"X-RateLimit-Reset":"1795219200000"}}}}',
    'quota',
    1795219200_000,
  ],
  ['quota exceeded; resets at 2026-11-21T03:00:00Z', 'quota', utc(2026, 11, 21, 3)],
  ['quota exceeded; "reset_time": "2026-11-21T03:00:00.123+01:00"', 'quota', utc(2026, 11, 21, 2)],
  ['quota exceeded until 2026-11-21 03:00', 'quota', utc(2026, 11, 21, 2)],
  ['connect ECONNREFUSED 127.0.0.1:1234', 'network'],
  ['fetch failed', 'network'],
  ['Insufficient Balance', 'quota'],
]

it('understands what is said, and until when', () => {
  for (const [text, reason, until] of known)
    expect(classify({ text, at, zone }), text).toEqual(until === undefined ? { reason } : { reason, until })
})

it('knows nothing of what it was never told', () => {
  for (const text of [
    '',
    'Something went wrong',
    'error: test failed, to rerun pass `--lib`',
    'exit status 1',
    "model 'x' not found, try pulling it first",
    'You may try again at 3:05 PM.',
    'Segmentation fault (core dumped)',
    'line 429: expected 500 but found 401',
  ])
    expect(classify({ text, at, zone }), text).toBeUndefined()
})

it('goes by a status only where the words say nothing', () => {
  expect(classify({ text: '', status: 429, at })).toEqual({ reason: 'rate-limited' })
  expect(classify({ text: 'no body', status: 401, at })).toEqual({ reason: 'auth' })
  expect(classify({ text: 'Prompt is too long', status: 400, at })).toEqual({ reason: 'context-overflow' })
  expect(classify({ text: 'wrong', status: 400, at })).toBeUndefined()
  expect(classify({ text: 'wrong', status: 404, at })).toBeUndefined()
  expect(classify({ text: 'The model is overloaded', status: 429, at })).toEqual({ reason: 'overloaded' })
})

it('goes by a code that is certain', () => {
  expect(classify({ text: 'try again at 6:00 PM', code: 'usage_limit_reached', at, zone })).toEqual({
    reason: 'quota',
    until: utc(2026, 11, 20, 17),
  })
  expect(classify({ text: 'You exceeded your current quota', code: 'rate_limit_exceeded', at })).toEqual({
    reason: 'quota',
  })
  expect(classify({ text: 'sorry', code: 'rate_limit_exceeded', at })).toEqual({ reason: 'rate-limited' })
  expect(classify({ text: 'sorry', code: 400, at })).toBeUndefined()
  expect(classify({ text: 'sorry', code: null, at })).toBeUndefined()
})

it('believes no time that cannot be meant', () => {
  for (const text of [
    'usage limit reached|9999999999999',
    'usage limit reached|1000000000',
    'usage limit reached, resets Feb 31, 5pm',
    'usage limit reached, resets 25:00',
    'usage limit reached, resets 13pm',
    'usage limit reached, try again in 99999999 weeks',
    'usage limit reached, try again later (Request ID: A3:45:11)',
    'usage limit reached, try again at 10 de jul. de 2026, 11:52.',
  ])
    expect(classify({ text, at, zone }), text).toEqual({ reason: 'quota' })
})

it('takes a limit that has just ended for one that is over now', () => {
  const text = `{"type":"usage_limit_reached","resets_at":${at / 1000 - 30}}`
  expect(classify({ text, at })).toEqual({ reason: 'quota', until: at })
})

it('knows the days on which clocks are moved', () => {
  const spring = utc(2027, 3, 27, 20)
  const said = (text: string, from: number): number | undefined =>
    classify({ text: `usage limit reached, resets ${text} (Europe/Berlin)`, at: from, zone: 'UTC' })?.until
  expect(said('2:30am', spring)).toBe(utc(2027, 3, 28, 1, 30))
  expect(said('6am', spring)).toBe(utc(2027, 3, 28, 4))
  const autumn = utc(2026, 10, 24, 20)
  expect(said('2:30am', autumn)).toBe(utc(2026, 10, 25, 1, 30))
  expect(said('6am', autumn)).toBe(utc(2026, 10, 25, 5))
})

it('is quick with anything, however long and odd', () => {
  const odd = [
    'resets ',
    '1',
    'try again in 1 ',
    'a',
    '{"',
    'limit reached|',
    'retry-after:',
    ' '.repeat(7),
    'at at ',
    'hit your a ',
  ]
  for (const piece of odd) {
    const began = performance.now()
    classify({ text: piece.repeat(200_000), at, zone })
    expect(performance.now() - began, piece).toBeLessThan(300)
  }
})

it('sees what stands at the end of a long text', () => {
  expect(
    classify({ text: `${'log line\n'.repeat(50_000)}You've hit your session limit · resets 10pm (UTC)`, at }),
  ).toEqual({
    reason: 'quota',
    until: utc(2026, 11, 20, 22),
  })
})
