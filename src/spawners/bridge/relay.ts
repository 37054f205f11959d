// One sandbox's way out: what connects to a listener inside is carried to the one server that the listener stands for.
import { spawn } from 'node:child_process'
import { lookup } from 'node:dns'
import { connect, isIP, Server as Listener, type LookupFunction, type Socket } from 'node:net'
import type { BridgeOrder } from './calls.ts'
import type { Handed, Place } from './listening.ts'
import { refusedAddress, type Server } from './servers.ts'

// Invariants:
// 1. What the child sends is never read, only carried: which server it gets follows from where it connected.
// 2. A connection inside lives no longer than its twin outside, nor the other way round, nor either longer than the child.

const mostConnections = 128
const connectMs = 15_000
const mostNotes = 8
const openMs = 10_000

interface Spot {
  readonly server: Server
  readonly place: Place
}

/** Every lookup anew, as a server behind a name may move; no answer is taken on trust. */
const guarded: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, [])
    const good = found.filter(({ address }) => refusedAddress(host, address) === undefined)
    const why = refusedAddress(host, found[0]?.address ?? '') ?? 'it leads nowhere'
    const [first] = good
    if (first === undefined) callback(new Error(why), [])
    else if (options.all === true) callback(null, good)
    else callback(null, first.address, first.family)
  })
}

export class Relay {
  readonly #order: BridgeOrder & { readonly pid: number }
  readonly #note: (text: string) => void
  readonly #spots: readonly Spot[]
  readonly #listeners: Listener[] = []
  readonly #sockets = new Set<Socket>()
  readonly #noted = new Set<string>()
  #missing: number
  #closed = false

  constructor(order: BridgeOrder & { readonly pid: number }, note: (text: string) => void) {
    this.#order = order
    this.#note = note
    this.#spots = order.servers.flatMap((server) =>
      server.at.map((address, at) => ({ server, place: { address, port: server.port, optional: at > 0 } })),
    )
    this.#missing = this.#spots.filter(({ place }) => !place.optional).length
  }

  async open(): Promise<void> {
    await this.#giveAddresses()
    await this.#listen()
  }

  close(): void {
    this.#closed = true
    for (const listener of this.#listeners) listener.close()
    // A model that goes on with its answer for nobody is told so at once.
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** A program in the sandbox's network, and otherwise out here. */
  #within(...argv: string[]): readonly [string, string[]] {
    return [this.#order.nsenter, ['-t', String(this.#order.pid), '--net', '--', ...argv]]
  }

  async #giveAddresses(): Promise<void> {
    const given = this.#order.servers.filter(({ given: one }) => one).map(({ host }) => host)
    if (given.length === 0 || this.#order.ip === undefined) return
    const lines = [...new Set(given)].map((host) => `address add ${host}/${isIP(host) === 4 ? 32 : 128} dev lo\n`)
    const [program, argv] = this.#within(this.#order.ip, '-batch', '-')
    const child = spawn(program, argv, {
      env: {},
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: openMs,
      killSignal: 'SIGKILL',
    })
    let words = ''
    child.stderr.on('data', (bytes: Buffer) => {
      words = (words + String(bytes)).slice(-2_000)
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(lines.join(''))
    await new Promise<void>((done, fail) => {
      child.once('error', fail)
      child.once('close', (code) =>
        code === 0 ? done() : fail(new Error(words.trim() || 'its network took no address')),
      )
    })
  }

  #listen(): Promise<void> {
    const places = JSON.stringify(this.#spots.map(({ place }) => place))
    const [program, argv] = this.#within(process.execPath, ...process.execArgv, this.#order.program, 'listen', places)
    const stdio: ('ignore' | 'pipe' | 'ipc')[] = ['ignore', 'ignore', 'pipe', 'ipc']
    const child = spawn(program, argv, { env: {}, stdio, timeout: openMs, killSignal: 'SIGKILL' })
    let words = ''
    child.stderr?.on('data', (bytes: Buffer) => {
      words = (words + String(bytes)).slice(-2_000)
    })
    child.on('message', (message, handle) => {
      const handed = message as Handed
      if ('no' in handed) words = handed.no
      else if (handle instanceof Listener) this.#take(handed.at, handle)
    })
    return new Promise((done, fail) => {
      child.once('error', fail)
      child.once('close', () => {
        if (this.#missing === 0) done()
        else fail(new Error(words.trim() || 'nothing could listen inside the sandbox'))
      })
    })
  }

  #take(at: number, listener: Listener): void {
    const spot = this.#spots[at]
    if (spot === undefined || this.#closed) {
      listener.close()
      return
    }
    this.#listeners.push(listener)
    if (!spot.place.optional) this.#missing -= 1
    Object.assign(listener, { allowHalfOpen: true })
    // A listener that fails takes nothing more; the child sees a refused connection.
    listener.on('error', (error) =>
      this.#tell(`${spot.server.host}:${spot.server.port} is not reached any more: ${error.message}`),
    )
    listener.on('connection', (socket) => this.#carry(socket, spot.server))
  }

  #carry(inside: Socket, { host, port }: Server): void {
    if (this.#sockets.size >= 2 * mostConnections) {
      inside.destroy()
      this.#tell(`more than ${mostConnections} connections at once are not carried`)
      return
    }
    const outside = connect({ host, port, lookup: guarded, allowHalfOpen: true, noDelay: true })
    inside.setNoDelay(true)
    const late = setTimeout(() => outside.destroy(new Error(`no answer within ${connectMs / 1000} s`)), connectMs)
    outside.once('connect', () => clearTimeout(late))
    outside.once('close', () => clearTimeout(late))
    let met = false
    outside.once('connect', () => {
      met = true
    })
    outside.once('error', (error: Error) => {
      if (!met) this.#tell(`${host}:${port} is not reached: ${error.message}`)
    })
    for (const [one, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => other.resetAndDestroy())
      one.once('close', (failed) => {
        this.#sockets.delete(one)
        if (failed) other.resetAndDestroy()
        else other.end()
      })
      one.pipe(other)
    }
  }

  #tell(text: string): void {
    if (this.#closed || this.#noted.size >= mostNotes || this.#noted.has(text)) return
    this.#noted.add(text)
    this.#note(text)
  }
}
