// Holds one child inside the spawner: its pipes with back-pressure and a cap, its end, and the end of its whole tree.
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { frameBytes, inputBytes, type StartCall, type ToMain, windowBytes } from '../wire.ts'
import { pipes } from './gates.ts'
import type { Keepers } from './keepers.ts'
import { below, groupOf, killAll, marked, signal } from './tree.ts'

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]))

/** A wrapped child that was killed by a signal is told by its wrappers as 128 + number, as shells do. */
function told(code: number | null, name: string | null, wraps: number): { code: number | null; signal: string | null } {
  const from = wraps > 0 && code !== null && code > 128 ? signalNames.get(code - 128) : undefined
  return from === undefined ? { code, signal: name } : { code: null, signal: from }
}

interface Started {
  readonly child: ChildProcess
  readonly input: Writable | null
}

function begin(call: StartCall, keepers: Keepers): Started {
  if (call.keeper !== undefined) {
    const { keeper, input } = keepers.take(call.keeper, call)
    return { child: keeper, input }
  }
  const [program, ...rest] = call.argv
  const child = spawn(program, rest, { cwd: call.folder, env: call.env, detached: true, stdio: pipes(call) })
  return { child, input: child.stdin }
}

export class Process {
  readonly pid: number
  readonly #call: StartCall
  readonly #child: ChildProcess
  readonly #input: Writable | null
  readonly #say: (message: Partial<Record<string, unknown>>) => void
  readonly #over: Promise<void>
  #ended = false
  #heard = 0
  #heardBefore = -1
  #underWay = 0
  #left: number
  #pending: { from: 'out' | 'err'; bytes: Buffer }[] = []
  #stopping: Promise<void> | undefined

  private constructor(call: StartCall, number: number, started: Started, send: (message: ToMain) => void) {
    const { child, input } = started
    this.#call = call
    this.#child = child
    this.#input = input
    this.#left = call.cap
    this.pid = child.pid ?? 0
    this.#say = (message) => send({ child: number, ...message } as ToMain)
    this.#over = new Promise((done) => {
      child.once('exit', (code, name) => {
        this.#ended = true
        void this.#clear(code).then(() => {
          this.#say({ ended: told(code, name, call.wraps) })
          done()
        })
        const quiet = setInterval(() => this.#whenPolled(() => this.#shutIdlePipes()), 1_000)
        child.once('close', () => clearInterval(quiet))
      })
    })
    const closed = new Promise<void>((done) => child.once('close', () => done()))
    // Main forgets a child that is closed, so its end is told first.
    void Promise.all([this.#over, closed]).then(() => {
      this.#flush()
      this.#say({ closed: true })
    })
    this.#listen('out', child.stdout)
    this.#listen('err', child.stderr)
    // A child that closes its input early is its own affair.
    input?.on('error', () => undefined)
    if (call.stdin !== undefined) input?.end(Buffer.from(call.stdin, 'base64'))
  }

  /** Rejects when the program cannot be started at all. */
  static start(call: StartCall, number: number, keepers: Keepers, send: (message: ToMain) => void): Promise<Process> {
    const started = begin(call, keepers)
    return new Promise((done, fail) => {
      started.child.once('error', fail)
      if (started.child.pid !== undefined) done(new Process(call, number, started, send))
    })
  }

  get marker(): string {
    return this.#call.marker
  }

  /** Whether it has a PID namespace of its own, made by us. */
  get kept(): boolean {
    return this.#call.keeper !== undefined
  }

  /** A program in its sandbox that waits for what is still to be made there; none when it ended before. */
  get child(): ChildProcess {
    return this.#child
  }

  /** Everything below it that lives, itself and its wrappers included. */
  tree(): readonly number[] {
    return this.#ended ? [] : below(this.pid).map(({ pid }) => pid)
  }

  write(bytes: Buffer): void {
    const input = this.#input
    if (input === null || input.destroyed || input.writableEnded) return
    input.write(bytes)
    if (input.writableLength <= inputBytes) return
    input.destroy()
    this.note(`it left ${inputBytes >> 20} MiB of its input unread, and is ended`)
    void this.stop()
  }

  shut(): void {
    this.#input?.end()
  }

  took(bytes: number): void {
    this.#underWay -= bytes
    if (this.#underWay >= windowBytes) return
    this.#child.stdout?.resume()
    this.#child.stderr?.resume()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  /** At once and without a word: the house is on fire. */
  kill(): void {
    for (const pid of this.#call.wraps === 0 ? this.#rest() : below(this.pid).map((each) => each.pid))
      signal(pid, 'SIGKILL')
  }

  async #stop(): Promise<void> {
    if (this.#ended) return
    const tree = below(this.pid).filter(({ depth }) => depth >= this.#call.wraps)
    for (const { pid } of tree) signal(pid, 'SIGTERM')
    if (this.#call.wraps === 0 && !this.#call.tool) for (const pid of marked(this.#call.marker)) signal(pid, 'SIGTERM')
    if (await this.#within(this.#call.graceMs)) return
    while (!this.#ended) {
      this.#strike()
      await this.#within(50)
    }
  }

  /** Killing the first process of a PID namespace ends all of it, and its wrapper waits for that: so the wrapper is spared. */
  #strike(): void {
    const tree = below(this.pid)
    const inner = this.#call.wraps === 0 ? [] : tree.filter(({ depth }) => depth === 1)
    for (const { pid } of inner.length > 0 ? inner : tree) signal(pid, 'SIGKILL')
  }

  #within(ms: number): Promise<boolean> {
    return new Promise((done) => {
      const timer = setTimeout(() => done(this.#ended), ms)
      void this.#over.then(() => {
        clearTimeout(timer)
        done(true)
      })
    })
  }

  /** Who is still there of the tree. bubblewrap ends as soon as its child does, a moment before the kernel has ended the others. */
  #rest(): readonly number[] {
    if (this.#call.wraps > 0) return marked(this.#call.marker)
    const near = [...below(this.pid).map(({ pid }) => pid), ...groupOf(this.pid)]
    return this.#call.tool ? near : [...near, ...marked(this.#call.marker)]
  }

  /** A keeper that ended by itself waited for its whole namespace to be gone. */
  async #clear(code: number | null): Promise<void> {
    if (this.kept && code !== null) return
    if (this.#call.tool && !signal(-this.pid, 0)) return
    await killAll(() => this.#rest())
  }

  /** A stray that hid from the sweep may hold the pipes for ever; what main has yet to take is not cut off. */
  #shutIdlePipes(): void {
    const quiet = this.#underWay === 0 && this.#heard === this.#heardBefore
    this.#heardBefore = this.#heard
    if (!quiet) return
    this.#child.stdout?.destroy()
    this.#child.stderr?.destroy()
  }

  #listen(from: 'out' | 'err', pipe: Readable | null): void {
    pipe?.on('data', (bytes: Buffer) => this.#hear(from, bytes))
    pipe?.on('error', () => undefined)
  }

  /** After a turn of the loop has looked at the pipes: a timer alone may come first when the loop was held up. */
  #whenPolled(then: () => void): void {
    setImmediate(() => setImmediate(then))
  }

  #hear(from: 'out' | 'err', bytes: Buffer): void {
    this.#heard += 1
    if (this.#left <= 0) return
    const kept = bytes.subarray(0, this.#left)
    this.#left -= kept.length
    this.#push(from, kept)
    if (this.#left <= 0) this.note(`output beyond ${this.#call.cap} bytes is not kept`)
  }

  /** A word of ours among its own. */
  note(text: string): void {
    this.#push('err', Buffer.from(`\n[baton: ${text}]\n`))
  }

  #push(from: 'out' | 'err', bytes: Buffer): void {
    if (this.#pending.length === 0) setImmediate(() => this.#flush())
    this.#pending.push({ from, bytes })
    this.#underWay += bytes.length
    if (this.#underWay < windowBytes) return
    this.#child.stdout?.pause()
    this.#child.stderr?.pause()
  }

  /** What came in one turn of the loop goes out in as few frames as it fits in, in the order it came. */
  #flush(): void {
    const pending = this.#pending
    this.#pending = []
    for (let at = 0; at < pending.length; ) {
      const from = pending[at]?.from ?? 'out'
      const run: Buffer[] = []
      let size = 0
      for (; at < pending.length && pending[at]?.from === from && size < frameBytes; at += 1) {
        const { bytes } = pending[at] as { bytes: Buffer }
        run.push(bytes)
        size += bytes.length
      }
      this.#say({ from, bytes: Buffer.concat(run).toString('base64') })
    }
  }
}
