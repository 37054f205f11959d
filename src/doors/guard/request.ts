// Which requests may come near at all, by their address, origin and form: pure, and asked before anything else is.

/** What the guard sees of a request. */
export interface Seen {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
  readonly fetchMode: string | undefined
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
}

export interface Barred {
  readonly status: 403 | 415 | 421
  readonly why: string
  readonly remedy: string
}

/** Routes that need no key, as `METHOD /path`: this list is all of them, and a test walks the router against it. */
export const openRoutes: ReadonlySet<string> = new Set([
  'GET /',
  'GET /page.css',
  'GET /page.js',
  'GET /favicon.ico',
  'GET /health',
  'POST /session',
  'DELETE /session',
])

/** Pages that a link from anywhere may lead to: they hold nothing, and no cookie comes with such a visit. */
const pages: ReadonlySet<string> = new Set(['/'])

/** `hosts` are the only names this server answers to, with their ports, in lower case. */
export function barred(seen: Seen, hosts: ReadonlySet<string>): Barred | undefined {
  return wrongHost(seen, hosts) ?? wrongOrigin(seen, hosts) ?? wrongSite(seen) ?? wrongForm(seen)
}

/** A name that leads here by somebody else's DNS is not ours. */
function wrongHost({ host }: Seen, hosts: ReadonlySet<string>): Barred | undefined {
  if (host !== undefined && hosts.has(host.toLowerCase())) return undefined
  const remedy = 'use the address that baton serve printed, or start it with --allow-host for another name'
  return { status: 421, why: 'this server does not go by the name in the Host header', remedy }
}

/** A browser says where a page came from, and only our own pages may ask. */
function wrongOrigin({ origin }: Seen, hosts: ReadonlySet<string>): Barred | undefined {
  if (origin === undefined) return undefined
  const lower = origin.toLowerCase()
  const host = /^https?:\/\/([^/]+)$/u.exec(lower)?.[1]
  if (host !== undefined && hosts.has(host)) return undefined
  return { status: 403, why: 'a page of another origin asks', remedy: 'open the page that this server gives itself' }
}

/** Another port of the same machine is the same site to a browser, and still somebody else. */
function wrongSite({ method, path, fetchSite, fetchMode }: Seen): Barred | undefined {
  if (fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none') return undefined
  if (method === 'GET' && fetchMode === 'navigate' && pages.has(path)) return undefined
  return { status: 403, why: 'a page of another site asks', remedy: 'open the page that this server gives itself' }
}

/** A page elsewhere can send forms and plain text without being asked, but never JSON. */
function wrongForm({ method, contentType, contentEncoding }: Seen): Barred | undefined {
  if (contentEncoding !== undefined && contentEncoding !== 'identity')
    return { status: 415, why: 'the body is compressed', remedy: 'send it as it is' }
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined
  if (method === 'DELETE' && contentType === undefined) return undefined
  if (contentType !== undefined && /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/iu.test(contentType))
    return undefined
  return { status: 415, why: 'the body is not JSON', remedy: 'send it with content-type: application/json' }
}

/** What only programs of this machine can reach. */
export const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/u

/** The names of a server on this machine, for each port it listens on; and those that a person named. */
export function hostNames(ports: readonly number[], named: readonly string[]): ReadonlySet<string> {
  const hosts = new Set<string>()
  for (const port of ports) {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', ...named.filter((one) => !hasPort(one))]) {
      hosts.add(`${host.toLowerCase()}:${port}`)
      if (port === 80) hosts.add(host.toLowerCase())
    }
  }
  for (const one of named) if (hasPort(one)) hosts.add(one.toLowerCase())
  return hosts
}

const hasPort = (host: string): boolean => /:\d+$/u.test(host)
