// Main's end of one spawner process: starts it, sends calls, brings back answers, and tells when it is gone.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { type Call, lines, type Notice, type Part, type ToMain } from './wire.ts'

/** One way of starting the spawner; the first command that works is taken. */
export interface Way {
  readonly kind: 'namespaced' | 'plain'
  commands(tool: (name: string) => string | undefined, program: readonly string[]): readonly (readonly string[])[]
}

export interface Ready {
  readonly pid: number
  readonly pidSpace: boolean
  readonly freshProc: boolean
}

export interface Listener {
  heard(from: 'out' | 'err', bytes: Buffer): void
  over(code: number | null, signal: string | null): void
  closed(): void
}

interface Waiting {
  readonly done: (value: number) => void
  readonly fail: (error: Error) => void
  readonly part: ((part: Part) => void) | undefined
}

/** The spawner process ended before it answered. */
export class SpawnerGone extends Error {
  constructor() {
    super('The process that starts agents has ended, and all of them with it. The next start makes a new one.')
    this.name = 'SpawnerGone'
  }
}

export class Link {
  readonly #child: ChildProcess
  readonly #wire: Socket
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Map<number, Listener>()
  readonly #over: Promise<void>
  #number = 0
  #alive = true
  #words = ''
  ready: Ready = { pid: 0, pidSpace: false, freshProc: false }

  private constructor(child: ChildProcess, wire: Socket, greeted: (error?: Error) => void) {
    this.#child = child
    this.#wire = wire
    wire.on(
      'data',
      lines((line) => this.#receive(JSON.parse(line) as ToMain, greeted)),
    )
    // What goes wrong on the wire ends it, and 'close' tells.
    wire.on('error', () => undefined)
    child.stderr?.on('data', (bytes: Buffer) => {
      this.#words = (this.#words + String(bytes)).slice(-4_000)
    })
    this.#over = new Promise((done) => {
      const end = (): void => {
        this.#end()
        greeted(this.#words.trim() === '' ? new SpawnerGone() : new Error(this.#words.trim()))
        done()
      }
      child.once('error', end)
      child.once('exit', end)
      wire.once('close', end)
    })
    this.#rest()
  }

  /** Resolves when the spawner has said that it is ready. */
  static open(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Link> {
    const [program = '', ...rest] = command
    const child = spawn(program, rest, { cwd: '/', env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
    return new Promise((done, fail) => {
      child.once('error', fail)
      const wire = child.stdio[3] as Socket | undefined | null
      if (child.pid === undefined || wire === undefined || wire === null) return
      const link: Link = new Link(child, wire, (error) => (error === undefined ? done(link) : fail(error)))
      wire.ref()
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  /** The pid of the outermost process, as main sees it. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  call(call: Call, part?: (part: Part) => void): Promise<number> {
    this.#number += 1
    return this.#ask(call, this.#number, part)
  }

  /** Starts a child; the listener hears of it from its first output on. */
  async start(call: Call, listener: Listener): Promise<{ child: number; pid: number }> {
    this.#number += 1
    const child = this.#number
    this.#listeners.set(child, listener)
    try {
      return { child, pid: await this.#ask(call, child) }
    } catch (error) {
      this.#listeners.delete(child)
      this.#rest()
      throw error
    }
  }

  tell(notice: Notice): void {
    if (this.#alive) this.#wire.write(`${JSON.stringify(notice)}\n`)
  }

  async close(): Promise<void> {
    this.#wire.end()
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 2_000)
    this.#child.ref()
    await this.#over
    clearTimeout(late)
  }

  #ask(call: Call, n: number, part?: (part: Part) => void): Promise<number> {
    if (!this.#alive) return Promise.reject(new SpawnerGone())
    this.#wire.ref()
    return new Promise((done, fail) => {
      this.#waiting.set(n, { done, fail, part })
      this.#wire.write(`${JSON.stringify({ ...call, n })}\n`)
    })
  }

  #receive(message: ToMain, greeted: () => void): void {
    if ('ready' in message) {
      this.ready = message.ready
      greeted()
      this.#rest()
    } else if ('child' in message) this.#hear(message)
    else if ('part' in message) this.#waiting.get(message.n)?.part?.(message.part)
    else {
      const waiting = this.#waiting.get(message.n)
      this.#waiting.delete(message.n)
      if ('ok' in message) waiting?.done(message.ok)
      else waiting?.fail(new Error(message.no))
      this.#rest()
    }
  }

  #hear(message: Extract<ToMain, { child: number }>): void {
    const listener = this.#listeners.get(message.child)
    if ('bytes' in message) listener?.heard(message.from, Buffer.from(message.bytes, 'base64'))
    else if ('ended' in message) listener?.over(message.ended.code, message.ended.signal)
    else {
      this.#listeners.delete(message.child)
      listener?.closed()
      this.#rest()
    }
  }

  /** Keeps main's loop alive only while something is awaited. */
  #rest(): void {
    if (this.#waiting.size > 0 || this.#listeners.size > 0) return
    this.#wire.unref()
    this.#child.unref()
    ;(this.#child.stderr as Socket | null)?.unref()
  }

  #end(): void {
    if (!this.#alive) return
    this.#alive = false
    this.#wire.destroy()
    for (const { fail } of this.#waiting.values()) fail(new SpawnerGone())
    this.#waiting.clear()
    for (const listener of this.#listeners.values()) {
      listener.over(null, 'SIGKILL')
      listener.closed()
    }
    this.#listeners.clear()
  }
}
