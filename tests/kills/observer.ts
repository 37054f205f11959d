// Watches agents from outside the house: each holds a connection open for as long as any process of it lives.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

export interface Start {
  readonly attempt: string
  readonly pid: number
  readonly at: number
  said: boolean
}

const stepOf = (attempt: string): string => attempt.slice(0, attempt.lastIndexOf('/'))
const lastWordsMs = 500

/** An agent goes on only when it was seen, so no start is missed, and a second one beside it has no way to hide. */
export class Observer {
  readonly starts: Start[] = []
  readonly broken: string[] = []
  /** Called with every start, before the agent goes on. */
  onStart: (start: Start) => void = () => undefined
  readonly #open = new Map<Socket, string>()
  readonly #server: Server

  private constructor() {
    this.#server = createServer((socket) => this.#listen(socket))
  }

  static async open(): Promise<Observer> {
    const observer = new Observer()
    await new Promise<void>((done) => observer.#server.listen(0, '127.0.0.1', done))
    return observer
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Attempts of which something is alive. */
  get alive(): readonly string[] {
    return [...this.#open.values()]
  }

  reset(): void {
    this.starts.length = 0
    this.broken.length = 0
    this.onStart = () => undefined
  }

  #listen(socket: Socket): void {
    let heard = ''
    socket.on('error', () => undefined)
    socket.on('close', () => this.#open.delete(socket))
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
      for (let end = heard.indexOf('\n'); end >= 0; end = heard.indexOf('\n')) {
        void this.#hear(socket, heard.slice(0, end))
        heard = heard.slice(end + 1)
      }
    })
  }

  async #hear(socket: Socket, line: string): Promise<void> {
    const [attempt = '', pid = '', word = ''] = line.split(' ')
    if (word === 'end') {
      const start = this.starts.find((one) => one.attempt === attempt)
      if (start !== undefined) start.said = true
      return
    }
    if (this.starts.some((one) => one.attempt === attempt)) this.broken.push(`${attempt} was started twice`)
    const others = [...this.#open].filter(([, other]) => stepOf(other) === stepOf(attempt)).map(([other]) => other)
    this.#open.set(socket, attempt)
    const start = { attempt, pid: Number(pid), at: performance.now(), said: false }
    this.starts.push(start)
    await this.#alone(attempt, others)
    this.onStart(start)
    socket.write('seen\n')
  }

  /** What is dead already may not have been read to its end here. */
  async #alone(attempt: string, others: readonly Socket[]): Promise<void> {
    const deadline = performance.now() + lastWordsMs
    const left = () => others.filter((other) => this.#open.has(other))
    while (left().length > 0 && performance.now() < deadline) await new Promise((done) => setTimeout(done, 5))
    for (const other of left()) this.broken.push(`${attempt} was started while ${this.#open.get(other)} was alive`)
  }

  async close(): Promise<void> {
    for (const socket of this.#open.keys()) socket.destroy()
    await new Promise((done) => this.#server.close(done))
  }
}
