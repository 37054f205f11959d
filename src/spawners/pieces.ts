// Puts the pieces of files that come back from the spawner together again.
import type { ReadBack, ReadOrder } from '../core/ports.ts'
import type { Part } from './wire.ts'

export class PiecesOfFiles {
  readonly #orders: readonly ReadOrder[]
  readonly #pieces = new Map<number, Buffer[]>()
  readonly #done = new Map<number, ReadBack>()

  constructor(orders: readonly ReadOrder[]) {
    this.#orders = orders
  }

  take(part: Part): void {
    if ('same' in part) {
      for (const at of part.same) this.#done.set(at, { path: this.#orders[at]?.path ?? '', kind: 'same' })
    }
    if (!('file' in part)) return
    const path = this.#orders[part.file]?.path
    if (path === undefined) return
    const pieces = this.#pieces.get(part.file) ?? []
    if (part.kind === 'piece') this.#pieces.set(part.file, [...pieces, Buffer.from(part.bytes, 'base64')])
    else {
      this.#pieces.delete(part.file)
      const { kind } = part
      this.#done.set(
        part.file,
        kind === 'whole' ? { path, kind: 'bytes', bytes: Buffer.concat(pieces), oid: part.oid } : { path, kind },
      )
    }
  }

  /** In the order they were asked for; what never came is as good as moved. */
  all(): readonly ReadBack[] {
    return this.#orders.map(({ path }, at) => this.#done.get(at) ?? { path, kind: 'moved' })
  }
}
