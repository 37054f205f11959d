// What a refusal of a model server means, by its words, its status and its headers, in the closed reasons.
import type { IncomingHttpHeaders } from 'node:http'
import type { FailureReason } from '../../core/nouns/attempt.ts'
import type { Classify } from '../options.ts'
import { type Fields, fieldsOf, listOf, parsed, textOf } from '../reading.ts'
import type { Failure } from '../trouble.ts'
import { again, hints, ofStatus, sayings } from './sayings.ts'
import { waitIn } from './waits.ts'

export interface Hearing {
  readonly now: number
  /** Knows more words than this room does, and when limits end. */
  readonly classify?: Classify | undefined
}

const shownAtMost = 600

/** An error that came inside an answer that had begun well; undefined when this is none. */
export function faultInside(payload: unknown, name: string, hearing: Hearing): Failure | undefined {
  const told = fieldsOf(payload)
  if (told === undefined) return undefined
  const own = name === 'error' || told.type === 'error' || told.object === 'error'
  if (!own && told.error === undefined) return undefined
  const error = told.error ?? (own ? told : undefined)
  if (error === undefined || error === null) return undefined
  const fields: Fields = fieldsOf(error) ?? { message: error }
  const status = [fields.code, fields.status, fields.status_code, told.status].find(
    (one) => typeof one === 'number' && one >= 400 && one < 600,
  )
  return judged(typeof status === 'number' ? status : 0, fields, {}, hearing)
}

export function faultOf(status: number, headers: IncomingHttpHeaders, body: string, hearing: Hearing): Failure {
  if (status >= 300 && status < 400) {
    const why = 'it answers with a redirect, which is not followed: name the right address'
    return { reason: 'network', why, again: false }
  }
  const found = parsed(body)?.value
  const told = fieldsOf(found) ?? fieldsOf(listOf(found)[0]) ?? {}
  const error = fieldsOf(told.error)
  const fields = error ?? {
    ...told,
    message: textOf(told.message) ?? textOf(told.error) ?? textOf(told.detail) ?? page(body),
  }
  return judged(status, fields, headers, hearing)
}

/** The words of a page that is no JSON: what a proxy says instead of the server behind it. */
function page(body: string): string {
  const title = /<title>([^<]{1,200})<\/title>/i.exec(body.slice(0, 8192))?.[1]
  return (title ?? body.slice(0, 200)).trim()
}

function judged(status: number, fields: Fields, headers: IncomingHttpHeaders, hearing: Hearing): Failure {
  const message = textOf(fields.message) ?? (Object.keys(fields).length === 0 ? '' : JSON.stringify(fields))
  const code = [fields.code, fields.type].map(textOf).find((one) => one !== undefined && one !== '')
  const words = `${code ?? ''} ${message}`.slice(0, 32_768)
  const saying = sayings.find(({ says }) => says.test(words))
  const heard = hearing.classify?.({ text: words, ...(status > 0 && { status }), code: code ?? null, at: hearing.now })
  const reason = reasonOf(status, saying?.means, heard?.reason)
  const hint = saying?.means === reason ? (saying.hint ?? hints[status]) : hints[status]
  const waitMs = waitIn(headers, hearing.now) ?? (heard?.until === undefined ? undefined : heard.until - hearing.now)
  return {
    reason,
    why: sentence(status, message, hint),
    again: mayAgain(status, reason),
    ...(waitMs === undefined ? {} : { waitMs, until: hearing.now + waitMs }),
  }
}

/** The words of a local server win over those that everybody says; a status decides where nobody knows the words. */
function reasonOf(status: number, said: FailureReason | undefined, heard: FailureReason | undefined): FailureReason {
  if (said === 'context-overflow' || said === 'quota' || said === 'defect') return said
  if (heard === 'context-overflow' || heard === 'quota') return heard
  if (Object.hasOwn(ofStatus, status)) return (status === 404 ? said : undefined) ?? ofStatus[status] ?? 'network'
  if (said !== undefined || heard !== undefined) return said ?? heard ?? 'overloaded'
  if (status >= 500) return 'overloaded'
  return status === 0 ? 'bad-output' : 'defect'
}

function mayAgain(status: number, reason: FailureReason): boolean {
  if (reason === 'rate-limited' || reason === 'overloaded' || reason === 'crashed')
    return status === 0 || status >= 500 || again.has(status)
  return reason === 'network' && (again.has(status) || status >= 500)
}

function sentence(status: number, message: string, hint: string | undefined): string {
  const words = message.replace(/\s+/g, ' ').trim()
  const said = words.length > shownAtMost ? `${words.slice(0, shownAtMost)}…` : words
  const what = status === 0 ? 'it says inside its answer' : `it answers ${status}`
  return `${what}${said === '' ? '' : `: ${said}`}${hint === undefined ? '' : ` (${hint})`}`
}
