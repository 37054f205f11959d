// What went wrong between here and the server, in words that a person understands.
import type { Methods } from '../api/methods.ts'
import { isRefusal } from '../api/refusal.ts'
import { type RefusalKind, Refused, refuse } from '../core/refusals.ts'
import { quoted } from '../core/text/neutral.ts'

type Reading = Extract<Methods[number], { shape: 'view' | 'read' }>['name']

/** Calls that change nothing, so that nothing is unknown when one breaks. One that is missing here is only spoken of with more care. */
const harmless = [
  ...(['attempt/log', 'attempt/show', 'audit/places', 'audit/prove', 'audit/verify', 'blocker/list'] as const),
  ...([
    'clone/list',
    'cost/show',
    'cost/simulate',
    'gate/list',
    'gate/show',
    'house/doctor',
    'journal/read',
    'name/find',
    'plan/diff',
  ] as const),
  ...(['plan/read', 'plan/show', 'run/wait', 'schedule/simulate', 'server/show', 'state/read'] as const),
  ...(['status/item', 'status/list', 'status/step', 'step/ready', 'step/why', 'workspace/look'] as const),
] as const satisfies readonly Reading[]

const changesNothing: ReadonlySet<string> = new Set([...harmless, 'journal/follow', 'audit/export', 'events', 'health'])

/** Where the server is, and what was asked of it. */
export interface Asking {
  readonly url: string
  readonly method: string
}

/** The question had left when the connection broke: nobody here can say what became of it. */
export function broke({ url, method }: Asking, why: string): Refused {
  if (changesNothing.has(method)) return new Refused(refuse('busy', method, why, 'ask again', url))
  const unknown = `${why}; it is not known whether it was done`
  return new Refused(refuse('busy', method, unknown, 'look whether it was done before you ask again', url))
}

export function notSent({ url, method }: Asking, why: string, remedy = 'ask again'): Refused {
  return new Refused(refuse('busy', method, `${why}; nothing was done`, remedy, url))
}

/** Something that answers, but is no Baton: a proxy, a portal, another server. */
export function stranger({ url, method }: Asking, why: string): Refused {
  return new Refused(refuse('provider', method, why, 'check the address, and any proxy in between', url))
}

export function closed({ url, method }: Asking): Refused {
  return new Refused(refuse('cancelled', method, 'this client was closed', 'connect again', url))
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'no machine is known by that name',
  EAI_AGAIN: 'the name could not be looked up just now',
  EHOSTUNREACH: 'there is no way to that machine',
  ENETUNREACH: 'there is no network',
  UND_ERR_CONNECT_TIMEOUT: 'that machine does not answer',
}
const ofCertificates = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/

/** What `fetch` or a stream of it threw. */
export function unreached(asking: Asking, error: unknown): Refused {
  if (error instanceof Refused) return error
  const code = codeOf(error)
  const sentence = sentences[code]
  if (sentence !== undefined) return notSent(asking, sentence, 'start it with baton serve, or check the address')
  if (ofCertificates.test(code)) return stranger(asking, `its certificate is not trusted (${code})`)
  const said = code !== '' ? code : error instanceof Error ? error.message : String(error)
  return broke(asking, `the connection broke, or never stood (${quoted(said, 100)})`)
}

/** Node hides the reason one or two causes deep; a browser tells none. */
function codeOf(error: unknown): string {
  for (let at: unknown = error, deep = 0; typeof at === 'object' && at !== null && deep < 4; deep += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
    const inner: unknown = 'errors' in at && Array.isArray(at.errors) ? at.errors[0] : undefined
    at = inner ?? ('cause' in at ? at.cause : undefined)
  }
  return ''
}

const kinds: Readonly<Record<number, RefusalKind>> = {
  400: 'invalid',
  401: 'auth',
  403: 'auth',
  404: 'not-found',
  408: 'busy',
  409: 'conflict',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
  429: 'busy',
  503: 'busy',
  504: 'busy',
}

/** The refusal inside an error body; one is made from its message where there is none. */
export function refusedBy(asking: Asking, status: number, body: unknown): Refused {
  const said = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {}
  if (isRefusal(said.details)) return new Refused(said.details)
  const kind = kinds[status] ?? (status >= 500 ? 'defect' : 'provider')
  const why = typeof said.message === 'string' ? quoted(said.message, 300) : `it answered with status ${status}`
  const request = typeof said.request_id === 'string' ? ` (request ${quoted(said.request_id, 80)})` : ''
  const remedy = kind === 'busy' ? 'ask again later' : "the server's log says more"
  return new Refused(refuse(kind, asking.method, `${why}${request}`, remedy, asking.url))
}
