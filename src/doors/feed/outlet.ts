// One connection as the feed sees it: whether it has room for one more frame, and whether it still takes anything.
import type { Socket } from 'node:net'

/** How frames are written and how the connection is ended; what carries them is a door's business. */
export interface Plug {
  readonly socket: Socket
  write(frame: Buffer): void
  /** Says goodbye in the way of the carrier; the socket is destroyed soon after. */
  end(event: 'cut' | 'bye', why: string): void
}

const piece = 64 * 1024
const mostPieces = 10

export class Outlet {
  readonly #plug: Plug
  readonly #roomy = new Set<() => void>()
  #ending = false
  #taken = 0
  #since: number

  constructor(plug: Plug, now: number) {
    this.#plug = plug
    this.#since = now
    plug.socket.on('drain', () => {
      for (const then of [...this.#roomy]) then()
    })
  }

  /** Nothing is written for a reader that has not taken what was written before. */
  get room(): boolean {
    const { socket } = this.#plug
    return !this.#ending && socket.writable && !socket.writableNeedDrain
  }

  get alive(): boolean {
    return this.#plug.socket.writable
  }

  /** Bytes that wait here because the other side does not read. */
  get waiting(): number {
    return this.#plug.socket.writableLength
  }

  send(frame: Buffer): void {
    if (!this.#ending && this.alive) this.#plug.write(frame)
  }

  /** Called whenever there is room again; gives back how to stop. */
  onRoom(then: () => void): () => void {
    this.#roomy.add(then)
    return () => void this.#roomy.delete(then)
  }

  onGone(then: () => void): void {
    if (this.#plug.socket.destroyed) queueMicrotask(then)
    else this.#plug.socket.once('close', then)
  }

  /** Whether nothing was taken for `stallMs`; as often as many times that for a frame that is larger than most. */
  stalled(now: number, stallMs: number): boolean {
    const { waiting } = this
    const taken = this.#plug.socket.bytesWritten - waiting
    if (waiting === 0 || taken > this.#taken) {
      this.#taken = taken
      this.#since = now
      return false
    }
    return now - this.#since >= stallMs * Math.min(mostPieces, Math.max(1, Math.ceil(waiting / piece)))
  }

  /** What was said last may still be taken for a while. */
  end(event: 'cut' | 'bye', why: string, later: (destroy: () => void) => () => void): void {
    if (this.#ending) return
    this.#ending = true
    const cancel = later(() => this.#plug.socket.destroy())
    this.onGone(cancel)
    if (this.alive) this.#plug.end(event, why)
  }
}
