// A real house behind a real door, and clients of document 003's addresses.
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { methods } from '../../src/api/index.ts'
import type { House } from '../../src/core/ports/house.ts'
import { openHttpDoor } from '../../src/doors/http/door.ts'
import { realClock } from '../../src/presets/clock.ts'
import { openHouse } from '../../src/presets/local.ts'
import type { Json } from '../acceptance/ground.ts'
import { until } from '../acceptance/until.ts'

const token = 'the-owner-has-this-one'
/** Keys without admin: document 003's clients have such a one. */
export const keys = { owner: token, editor: 'editor-key', reader: 'reader-key' } as const

export const pathOf = (workspace: string): string => `/api/orchestration/workspace/${encodeURIComponent(workspace)}`

export interface Served {
  readonly house: House
  readonly urls: readonly string[]
  /** With the editor's key unless another is given. */
  ask(verb: string, path: string, body?: unknown, key?: string): Promise<{ status: number; body: Json }>
  put(workspace: string, desired: number): Promise<Json>
  report(workspace: string, running: number): Promise<Json>
  listen(options?: Listening): Promise<Ear>
  /** A key for one attempt. */
  admit(attempt: string): string
  close(): Promise<void>
}

export interface Listening {
  readonly headers?: Readonly<Record<string, string>>
  readonly url?: string
  readonly path?: string
}

/** A client that keeps everything it hears. */
export interface Ear {
  readonly socket: WebSocket
  readonly heard: readonly { event: string; data: Json }[]
  say(event: string, data?: unknown): void
  /** The next event of this name that was not taken yet. */
  next(event: string): Promise<Json>
  of(event: string): readonly Json[]
}

/** With `around`, over whatever that makes of the house. */
export async function serve(home: string, around: (house: House) => House = (house) => house): Promise<Served> {
  const house = await openHouse({ home, mode: 'work' })
  const door = await openHttpDoor({
    house: around(house),
    methods,
    clock: realClock,
    version: '0.0.0',
    token,
    owner: 'ada',
    apiKeys: `${keys.editor},${keys.reader}:read-only`,
    port: 0,
    alsoPorts: [0],
  })
  const [url = ''] = door.urls
  const ears: WebSocket[] = []
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= door.close().then(() => house.close('stop'))
    return closing
  }
  onTestFinished(async () => {
    for (const socket of ears) socket.terminate()
    await close()
  })
  const ask: Served['ask'] = async (verb, path, body, key = keys.editor) => {
    const headers = { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
    const got = await fetch(`${url}${path}`, { method: verb, headers, ...sent })
    return { status: got.status, body: await got.json() }
  }
  const well = async (verb: string, path: string, body: unknown): Promise<Json> => {
    const got = await ask(verb, path, body)
    if (got.status !== 200) throw new Error(`${verb} ${path} was answered ${got.status} ${JSON.stringify(got.body)}`)
    return got.body
  }
  return {
    house,
    urls: door.urls,
    ask,
    put: (workspace, desired) => well('PUT', pathOf(workspace), { desired }),
    report: (workspace, running) => well('PUT', `${pathOf(workspace)}/running`, { running }),
    listen: (options) => listen(url, options, ears),
    admit: (attempt) => door.admit(attempt),
    close,
  }
}

async function listen(usual: string, options: Listening = {}, ears: WebSocket[]): Promise<Ear> {
  const { headers = { 'x-api-key': keys.editor }, url = usual, path = '/orchestration' } = options
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers })
  ears.push(socket)
  const heard: { event: string; data: Json }[] = []
  const taken = new Map<string, number>()
  socket.on('message', (text) => heard.push(JSON.parse(String(text))))
  const of = (event: string): readonly Json[] => heard.filter((one) => one.event === event).map(({ data }) => data)
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      let text = ''
      response.on('data', (more) => (text += more))
      response.on('end', () => reject(new Error(`${response.statusCode} ${text}`)))
    })
  })
  return {
    socket,
    heard,
    of,
    say: (event, data) => socket.send(JSON.stringify({ event, data })),
    next: async (event) => {
      const at = taken.get(event) ?? 0
      taken.set(event, at + 1)
      return until(`${event} number ${at + 1}`, () => of(event)[at])
    },
  }
}
