// A store that forgets everything when it is closed: for tests, the simulation and dry runs.
import { hash } from 'node:crypto'
import type { Head, Row, Store, StoreMaker } from '../core/ports.ts'
import { HeadMoved, StoreFailed } from '../core/ports.ts'
import { checkRows } from './rows.ts'

export class MemoryStore implements Store {
  readonly #rows: Row[] = []
  readonly #blobs = new Map<string, Uint8Array>()
  readonly #readOnly: boolean

  constructor(readOnly = false) {
    this.#readOnly = readOnly
  }

  async append(rows: readonly Row[], afterSeq: number): Promise<void> {
    if (this.#readOnly)
      throw new StoreFailed('read-only', 'This store was opened read-only: nothing can be appended to it.')
    checkRows(rows, afterSeq)
    if (this.#rows.length !== afterSeq) throw new HeadMoved(this.#rows.length, afterSeq)
    for (const row of rows) this.#rows.push(row)
  }

  async read(after: number, limit: number, stream?: string): Promise<readonly Row[]> {
    if (stream === undefined) return this.#rows.slice(after, after + limit)
    const found: Row[] = []
    for (let at = after; at < this.#rows.length && found.length < limit; at++) {
      const row = this.#rows[at]
      if (row?.stream === stream) found.push(row)
    }
    return found
  }

  async head(): Promise<Head> {
    const last = this.#rows.at(-1)
    return last === undefined ? { seq: 0, hash: '0'.repeat(64) } : { seq: last.seq, hash: last.hash }
  }

  async leaves(after: number, limit: number): Promise<Uint8Array> {
    return Buffer.from(
      this.#rows
        .slice(after, after + limit)
        .map((row) => row.hash)
        .join(''),
      'hex',
    )
  }

  async put(bytes: Uint8Array): Promise<string> {
    if (this.#readOnly)
      throw new StoreFailed('read-only', 'This store was opened read-only: no blob can be put into it.')
    const digest = hash('sha256', bytes, 'hex')
    this.#blobs.set(digest, bytes.slice())
    return digest
  }

  async get(digest: string): Promise<Uint8Array | undefined> {
    return this.#blobs.get(digest)?.slice()
  }

  async forget(digest: string): Promise<void> {
    this.#blobs.delete(digest)
  }

  async digests(): Promise<readonly string[]> {
    return [...this.#blobs.keys()].sort()
  }

  async close(): Promise<void> {
    this.#rows.length = 0
    this.#blobs.clear()
  }
}

export const memory: StoreMaker = {
  name: 'memory',
  durable: false,
  open: async (_home, options = {}) => new MemoryStore(options.readOnly),
}
