// Where models are asked by default, and whether anybody answers there.
import { type Addressed, readAddress } from './address.ts'
import { guarded, type Resolve } from './guard.ts'

export interface ModelPlaceOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs?: number
  /** Asks for the addresses of a name; the system's resolver by default. */
  readonly resolve?: Resolve
}

export interface ModelPlace {
  readonly address: string
  readonly named: string
  ask(): Promise<Found>
}

interface Found {
  readonly ok: boolean
  readonly why: string
}

/** Where LM Studio listens when nobody says otherwise. */
export const usual = 'http://127.0.0.1:1234/v1'

/** Nothing is read or loaded before somebody wants to know: a start needs none of it. */
export function modelPlace(options: ModelPlaceOptions): ModelPlace {
  const { env } = options
  let known: Addressed | undefined
  const read = (): Addressed => {
    known ??= readAddress(env.OPENAI_API_BASE?.trim() || usual)
    return known
  }
  return {
    get address() {
      const found = read()
      return found.ok ? found.base : ''
    },
    named: env.ORCH_MODEL?.trim() || env.LM_STUDIO_MODEL?.trim() || '',
    ask: async () => {
      const found = read()
      return found.ok ? ask(found.base, options) : { ok: false, why: `OPENAI_API_BASE is not used: ${found.why}` }
    },
  }
}

/** A redirect is not followed, a body is not read, no key is sent: whether somebody answers is all that is asked. */
async function ask(base: string, { timeoutMs = 1000, resolve }: ModelPlaceOptions): Promise<Found> {
  const url = new URL(`${base}/models`)
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
  const lookup = guarded(resolve ?? (await import('node:dns/promises')).lookup)
  const signal = AbortSignal.timeout(timeoutMs)
  const found = Promise.withResolvers<Found>()
  const sent = request(url, { agent: false, signal, lookup, headers: { accept: 'application/json' } })
  sent.on('response', (answer) => {
    found.resolve(judged(base, answer.statusCode ?? 0))
    answer.on('error', () => undefined)
    answer.destroy()
  })
  sent.on('error', (error) => {
    const why = signal.aborted ? `does not answer within ${timeoutMs} ms` : `cannot be reached: ${error.message}`
    found.resolve({ ok: false, why: `the model server at ${base} ${why}` })
  })
  sent.on('upgrade', (_, socket) => {
    socket.destroy()
    found.resolve({ ok: false, why: `the model server at ${base} does not speak HTTP as one should` })
  })
  sent.end()
  return found.promise
}

/** Whoever asks for a key is there, and one that does not know this question is no such server. */
function judged(base: string, status: number): Found {
  if ((status >= 200 && status < 300) || status === 401 || status === 403) return { ok: true, why: '' }
  const moved = status >= 300 && status < 400
  const rest = moved ? 'with a redirect, which is not followed: name the right address' : `GET /models with ${status}`
  return { ok: false, why: `the model server at ${base} answers ${rest}` }
}
