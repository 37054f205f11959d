// Sentences for connections that do not come about, break off or are too slow.
import { Trouble } from '../trouble.ts'
import type { Order } from './order.ts'
import type { Late } from './watch.ts'

/** What a connection that was kept from before says when its server has closed it meanwhile. */
const gone: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])
/** Asking again changes nothing about these. */
const final: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'HPE_HEADER_OVERFLOW',
  'ERR_INVALID_CHAR',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Nothing of an answer came: the request may be sent again, at once when only an old connection was closed. */
export function unreachable(why: unknown, reused = false): Trouble {
  const code = codeOf(why)
  const parser = code.startsWith('HPE_')
  if (code === 'HPE_HEADER_OVERFLOW') why = 'its headers are larger than any server needs'
  else if (parser) why = 'what answers there does not speak HTTP as it should'
  else if (code === 'ECONNREFUSED') why = 'nobody listens there'
  else if (code === 'ENOTFOUND') why = 'the name is not known'
  else if (why instanceof Error) why = why.message || code
  const refused = typeof why === 'string' && why.includes(' leads to ')
  return new Trouble({
    reason: 'network',
    why: `it cannot be reached: ${String(why)}`,
    again: !final.has(code) && !parser && !refused && code !== '',
    ...(reused && gone.has(code) ? { waitMs: 0 } : {}),
  })
}

/** Part of an answer came. */
export function brokenOff(error: unknown): Trouble {
  const code = codeOf(error)
  const packed = code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR_FORMAT')
  const why = packed ? 'its packed answer cannot be unpacked' : 'its answer broke off'
  return new Trouble({ reason: 'network', why: `${why}${code === '' ? '' : ` (${code})`}`, again: !packed })
}

const spans = { connect: 'connectMs', first: 'firstMs', idle: 'idleMs', whole: 'wholeMs' } as const
const words = {
  connect: 'takes no connection',
  first: 'began no answer',
  idle: 'said nothing more',
  whole: 'did not finish its answer',
} as const

/** A server that took long once takes long again; only a connection is tried anew. */
export function late({ patience }: Order, what: Late): Trouble {
  const ms = patience[spans[what]]
  return new Trouble({
    reason: what === 'connect' ? 'network' : what === 'whole' ? 'timeout' : 'stalled',
    why: `it ${words[what]} within ${ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`}`,
    again: what === 'connect',
  })
}
