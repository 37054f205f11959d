// Who may come in, by the owner's token, by keys, invitations and cookies: only digests are held, and compared in constant time.
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { everything, type Scope } from '../../api/scopes.ts'
import type { Clock } from '../../core/ports.ts'
import type { Grant } from './grants.ts'

/** One who has been let in. */
export interface Known {
  readonly name: string
  readonly may: ReadonlySet<Scope>
  readonly attempt?: string
}

interface Held {
  readonly digest: Buffer
  readonly known: Known
}

const inviteMs = 10 * 60_000
const cookieMs = 30 * 24 * 3600_000
const mostInvitations = 100
const forAttempt: ReadonlySet<Scope> = new Set(['read', 'run'])

const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')
const nameOf = (cookie: string): string => digestOf(cookie).toString('base64url')

/** Cookies that a person ended before their time, by digest, each with the moment from which on it would be worth nothing anyway. */
export type Ended = ReadonlyMap<string, number>

/** Where they outlast a restart. */
export interface EndedCookies {
  read(): Ended
  write(ended: Ended): void
}

export interface KeysOptions {
  /** The owner's own; whoever has it is the owner. */
  readonly token: string
  readonly owner: string
  readonly grants: readonly Grant[]
  readonly clock: Clock
  readonly ended?: EndedCookies | undefined
}

export class Keys {
  /** Rises when a key comes or goes: what was remembered of keys before is then worth nothing. */
  changes = 0
  readonly #clock: Clock
  readonly #owner: Known
  readonly #held: readonly Held[]
  readonly #attempts = new Map<string, Held>()
  readonly #invitations = new Map<string, { readonly digest: Buffer; readonly until: number }>()
  readonly #seal: Buffer
  readonly #keep: EndedCookies | undefined
  #ended: Ended

  constructor({ token, owner, grants, clock, ended }: KeysOptions) {
    this.#clock = clock
    this.#keep = ended
    this.#ended = ended?.read() ?? new Map()
    this.#owner = { name: owner, may: everything }
    this.#held = [
      { digest: digestOf(token), known: this.#owner },
      ...grants.map(({ name, secret, may }) => ({ digest: digestOf(secret), known: { name, may } })),
    ]
    // A cookie is good only as long as the token is: another token is another seal.
    this.#seal = digestOf(`baton session ${token}`)
  }

  /** Compared with every key there is, so that the time it takes tells nothing. */
  bySecret(secret: string): Known | undefined {
    const digest = digestOf(secret)
    let found: Known | undefined
    for (const one of this.#held) if (timingSafeEqual(one.digest, digest)) found = one.known
    for (const one of this.#attempts.values()) if (timingSafeEqual(one.digest, digest)) found = one.known
    return found
  }

  /** Made by this server, so nobody can guess it; the others were chosen by a person. */
  isMade(known: Known): boolean {
    return known === this.#owner || known.attempt !== undefined
  }

  invite(): { readonly code: string; readonly until: number } {
    this.#forgetOld()
    const code = this.#clock.chance(32)
    const until = this.#clock.now() + inviteMs
    this.#invitations.set(code, { digest: digestOf(code), until })
    const [oldest] = this.#invitations.keys()
    if (this.#invitations.size > mostInvitations && oldest !== undefined) this.#invitations.delete(oldest)
    return { code, until }
  }

  /** The cookie that an invitation is exchanged for; each is good once. */
  redeem(code: string): { readonly cookie: string; readonly maxAgeS: number } | undefined {
    this.#forgetOld()
    const digest = digestOf(code)
    let found: string | undefined
    for (const [name, one] of this.#invitations) if (timingSafeEqual(one.digest, digest)) found = name
    if (found === undefined) return undefined
    this.#invitations.delete(found)
    const said = `${(this.#clock.now() + cookieMs).toString(36)}.${this.#clock.chance(16)}`
    return { cookie: `${said}.${this.#sealed(said)}`, maxAgeS: cookieMs / 1000 }
  }

  byCookie(cookie: string): Known | undefined {
    const until = this.#untilOf(cookie)
    if (until === undefined || until <= this.#clock.now()) return undefined
    return this.#ended.size > 0 && this.#ended.has(nameOf(cookie)) ? undefined : this.#owner
  }

  /** From now on it lets nobody in, wherever it may have got to. */
  endCookie(cookie: string): void {
    const until = this.#untilOf(cookie)
    if (until === undefined || this.byCookie(cookie) === undefined) return
    const now = this.#clock.now()
    this.#ended = new Map([...this.#ended, [nameOf(cookie), until] as const].filter(([, end]) => end > now))
    this.#keep?.write(this.#ended)
  }

  /** Undefined for a cookie that is not of this server and this token. */
  #untilOf(cookie: string): number | undefined {
    const at = cookie.lastIndexOf('.')
    if (at < 0 || cookie.length > 200) return undefined
    const said = cookie.slice(0, at)
    const sealed = timingSafeEqual(digestOf(cookie.slice(at + 1)), digestOf(this.#sealed(said)))
    return sealed ? Number.parseInt(said.slice(0, said.indexOf('.')), 36) : undefined
  }

  /** One attempt has one key at a time. */
  admit(attempt: string): string {
    const secret = `attempt-${this.#clock.chance(40)}`
    this.changes += 1
    this.#attempts.set(attempt, {
      digest: digestOf(secret),
      known: { name: `agent of ${attempt}`, may: forAttempt, attempt },
    })
    return secret
  }

  dismiss(attempt: string): void {
    this.changes += 1
    this.#attempts.delete(attempt)
  }

  #sealed(said: string): string {
    return createHmac('sha256', this.#seal).update(said).digest('base64url')
  }

  #forgetOld(): void {
    const now = this.#clock.now()
    for (const [code, { until }] of this.#invitations) if (until <= now) this.#invitations.delete(code)
  }
}
