// Reads files of a hostile folder back as the walk saw them: the same file, never through a link, hashed as git would.
import { createHash } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadOrder } from '../core/ports.ts'
import { unlock } from './walk.ts'
import { frameBytes, type Part } from './wire.ts'

// A named pipe that was put in a file's place must not hold us.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

async function openSeen(folder: string, order: ReadOrder): Promise<FileHandle | undefined> {
  const path = join(folder, order.path)
  try {
    return await open(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined
  }
  try {
    unlock(path)
    return await open(path, flags)
  } catch {
    return undefined
  }
}

function isSeen(now: BigIntStats, order: ReadOrder): boolean {
  return now.isFile() && Number(now.ino) === order.inode && Number(now.dev) === order.device
}

/** Calls `each` with every piece and gives the blob's id; undefined when the file changed its length meanwhile. */
async function pass(
  file: FileHandle,
  size: number,
  algorithm: string,
  each?: (piece: Buffer) => Promise<void>,
): Promise<string | undefined> {
  const hash = createHash(algorithm).update(`blob ${size}\0`)
  const buffer = Buffer.allocUnsafe(Math.min(frameBytes, size) || 1)
  let at = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
    if (bytesRead === 0) break
    const piece = buffer.subarray(0, bytesRead)
    hash.update(piece)
    await each?.(piece)
    at += bytesRead
    if (at > size) return undefined
  }
  return at === size ? hash.digest('hex') : undefined
}

/** One file. Its id is of the kind that `unless` has (SHA-256 when that is as long), SHA-1 otherwise. */
async function readOne(
  folder: string,
  order: ReadOrder,
  file: number,
  limit: number,
  tell: (part: Part) => Promise<void>,
): Promise<void> {
  const handle = await openSeen(folder, order)
  if (handle === undefined) return tell({ file, kind: 'moved' })
  try {
    const seen = await handle.stat({ bigint: true })
    if (!isSeen(seen, order)) return tell({ file, kind: 'moved' })
    const size = Number(seen.size)
    const algorithm = order.unless?.length === 64 ? 'sha256' : 'sha1'
    if (order.unless !== undefined && (await pass(handle, size, algorithm)) === order.unless)
      return tell({ file, kind: 'same' })
    if (size > limit) return tell({ file, kind: 'big' })
    const oid = await pass(handle, size, algorithm, (piece) =>
      tell({ file, kind: 'piece', bytes: piece.toString('base64') }),
    )
    return tell(oid === undefined ? { file, kind: 'moved' } : { file, kind: 'whole', oid })
  } finally {
    await handle.close()
  }
}

export async function readBack(
  folder: string,
  orders: readonly ReadOrder[],
  limit: number,
  tell: (part: Part) => Promise<void>,
): Promise<void> {
  for (const [file, order] of orders.entries()) await readOne(folder, order, file, limit, tell)
}
