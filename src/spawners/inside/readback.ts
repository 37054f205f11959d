// Reads files of a hostile folder back as the walk saw them: the same file, never through a link, hashed as git would.
import { createHash } from 'node:crypto'
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { ReadOrder } from '../../core/ports.ts'
import { frameBytes, type Part } from '../wire.ts'
import { unlock } from './walk.ts'

// A named pipe that was put in a file's place must not hold us.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const sliceMs = 4
const batch = 1_000

function openSeen(path: string): number | undefined {
  try {
    return openSync(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined
  }
  try {
    unlock(path)
    return openSync(path, flags)
  } catch {
    return undefined
  }
}

function isSeen(now: BigIntStats, order: ReadOrder): boolean {
  return now.isFile() && Number(now.ino) === order.inode && Number(now.dev) === order.device
}

export class ReadBacks {
  readonly #folder: string
  readonly #limit: number
  readonly #tell: (part: Part) => Promise<void>
  readonly #buffer = Buffer.allocUnsafe(frameBytes)
  #same: number[] = []
  #since = performance.now()

  constructor(folder: string, limit: number, tell: (part: Part) => Promise<void>) {
    this.#folder = folder
    this.#limit = limit
    this.#tell = tell
  }

  async run(orders: readonly ReadOrder[]): Promise<void> {
    for (const [file, order] of orders.entries()) {
      const part = await this.#one(order, file)
      if (part === 'same') this.#same.push(file)
      else await this.#tell(part)
      if (this.#same.length >= batch) await this.#tell({ same: this.#same.splice(0) })
      await this.#breathe()
    }
    await this.#tell({ same: this.#same })
  }

  /** Its id is of the kind that `unless` has (SHA-256 when that is as long), SHA-1 otherwise. */
  async #one(order: ReadOrder, file: number): Promise<Part | 'same'> {
    const handle = openSeen(`${this.#folder}/${order.path}`)
    if (handle === undefined) return { file, kind: 'moved' }
    try {
      const seen = fstatSync(handle, { bigint: true })
      if (!isSeen(seen, order)) return { file, kind: 'moved' }
      const size = Number(seen.size)
      const algorithm = order.unless?.length === 64 ? 'sha256' : 'sha1'
      if (order.unless !== undefined && (await this.#pass(handle, size, algorithm)) === order.unless) return 'same'
      if (size > this.#limit) return { file, kind: 'big' }
      const oid = await this.#pass(handle, size, algorithm, file)
      return oid === undefined ? { file, kind: 'moved' } : { file, kind: 'whole', oid }
    } finally {
      closeSync(handle)
    }
  }

  /** Gives the blob's id, and every piece as one of `file`; undefined when the file changed its length meanwhile. */
  async #pass(handle: number, size: number, algorithm: string, file?: number): Promise<string | undefined> {
    const hash = createHash(algorithm).update(`blob ${size}\0`)
    let at = 0
    for (;;) {
      const read = readSync(handle, this.#buffer, 0, this.#buffer.length, at)
      if (read === 0) break
      const piece = this.#buffer.subarray(0, read)
      hash.update(piece)
      if (file !== undefined) await this.#tell({ file, kind: 'piece', bytes: piece.toString('base64') })
      at += read
      if (at > size) return undefined
      await this.#breathe()
    }
    return at === size ? hash.digest('hex') : undefined
  }

  /** A long reading must not hold up a start or a stop. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#since < sliceMs) return
    await new Promise<void>((done) => setImmediate(done))
    this.#since = performance.now()
  }
}
