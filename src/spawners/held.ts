// A child as main holds it: its output as a queue that pays for what is taken, its input, its end.
import type { Child, Ended } from '../core/ports.ts'
import type { Link, Listener } from './link.ts'
import { frameBytes } from './wire.ts'

type Piece = { readonly from: 'out' | 'err'; readonly bytes: Uint8Array }

export class Held implements Child, Listener {
  readonly ended: Promise<Ended>
  pid = 0
  #link: Link | undefined
  #child = 0
  #settle: (ended: Ended) => void = () => undefined
  #queue: Piece[] = []
  #closed = false
  #wake: () => void = () => undefined
  #over = false
  #left = false

  constructor() {
    this.ended = new Promise((done) => {
      this.#settle = done
    })
  }

  attach(link: Link, child: number, pid: number): void {
    this.#link = link
    this.#child = child
    this.pid = pid
  }

  heard(from: 'out' | 'err', bytes: Buffer): void {
    if (this.#left) {
      this.#took(bytes.length)
      return
    }
    this.#queue.push({ from, bytes })
    this.#wake()
  }

  closed(): void {
    this.#closed = true
    this.#wake()
  }

  over(code: number | null, signal: string | null): void {
    this.#over = true
    this.#settle({ code, signal })
  }

  get output(): AsyncIterable<Piece> {
    return this.#read()
  }

  async *#read(): AsyncGenerator<Piece> {
    try {
      for (;;) {
        const piece = this.#queue.shift()
        if (piece !== undefined) {
          yield piece
          this.#took(piece.bytes.length)
        } else if (this.#closed) return
        else await this.#more()
      }
    } finally {
      // A reader who leaves early must not hold the child back.
      this.#left = true
      for (const { bytes } of this.#queue.splice(0)) this.#took(bytes.length)
    }
  }

  #more(): Promise<void> {
    return new Promise((done) => {
      this.#wake = done
    })
  }

  #took(bytes: number): void {
    this.#link?.tell({ do: 'took', child: this.#child, bytes })
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += frameBytes) {
      const piece = Buffer.from(bytes.subarray(at, at + frameBytes)).toString('base64')
      this.#link?.tell({ do: 'write', child: this.#child, bytes: piece })
    }
  }

  closeInput(): void {
    this.#link?.tell({ do: 'shut', child: this.#child })
  }

  async stop(): Promise<void> {
    // A link that ends meanwhile has ended the child.
    if (!this.#over) await this.#link?.call({ do: 'stop', child: this.#child }).catch(() => undefined)
    await this.ended
  }
}
