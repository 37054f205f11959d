// Holds the bridge process: one for all children of a spawner, there only while one of them needs it.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { BridgeOrder, FromBridge, ToBridge } from '../bridge/calls.ts'
import { lines } from '../wire.ts'

interface Waiting {
  readonly done: () => void
  readonly fail: (error: Error) => void
}

const openMs = 20_000
const idleMs = 30_000

export class Bridges {
  readonly #note: (child: number, text: string) => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #open = new Set<number>()
  #process: ChildProcess | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(note: (child: number, text: string) => void) {
    this.#note = note
  }

  /** Resolves when every server is to be found inside. A bridge that ends while children run leaves them without a network, never with more. */
  open(child: number, pid: number, order: BridgeOrder): Promise<void> {
    clearTimeout(this.#idle)
    const bridge = this.#process ?? this.#begin(order.program)
    this.#open.add(child)
    return new Promise((done, fail) => {
      const late = setTimeout(() => this.#settle(child, 'it took too long'), openMs)
      const over = (then: () => void) => () => {
        clearTimeout(late)
        then()
      }
      this.#waiting.set(child, { done: over(done), fail: (error) => over(() => fail(error))() })
      this.#send(bridge, { do: 'open', child, pid, ...order })
    })
  }

  close(child: number): void {
    if (!this.#open.delete(child)) return
    this.#settle(child, 'the child ended before')
    if (this.#process !== undefined) this.#send(this.#process, { do: 'close', child })
    if (this.#open.size > 0) return
    this.#idle = setTimeout(() => this.#wire(this.#process)?.end(), idleMs)
    this.#idle.unref()
  }

  #wire(bridge: ChildProcess | undefined): Socket | undefined {
    return (bridge?.stdio[3] ?? undefined) as Socket | undefined
  }

  #send(bridge: ChildProcess, message: ToBridge): void {
    this.#wire(bridge)?.write(`${JSON.stringify(message)}\n`)
  }

  #begin(program: string): ChildProcess {
    const argv = [...process.execArgv, program]
    const bridge = spawn(process.execPath, argv, { cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    this.#process = bridge
    const gone = (): void => {
      if (this.#process === bridge) this.#process = undefined
      for (const child of [...this.#waiting.keys()])
        this.#settle(child, 'the process that carries connections has ended')
    }
    bridge.once('error', gone)
    bridge.once('exit', gone)
    const wire = this.#wire(bridge)
    wire?.on('error', gone)
    wire?.on(
      'data',
      lines((line) => this.#heed(JSON.parse(line) as FromBridge)),
    )
    return bridge
  }

  #heed(message: FromBridge): void {
    if ('note' in message) this.#note(message.child, message.note)
    else this.#settle(message.child, 'no' in message ? message.no : undefined)
  }

  #settle(child: number, why: string | undefined): void {
    const waiting = this.#waiting.get(child)
    this.#waiting.delete(child)
    if (why === undefined) waiting?.done()
    else waiting?.fail(new Error(`no bridge into its network could be made: ${why}`))
  }
}
