// Opens and writes single files of a hostile folder: never through a link, never a pipe or device, never half.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Place } from './places.ts'
import { plain, Refused } from './words.ts'

// A named pipe that was put in a file's place must not hold us.
const reading = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const making = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

const chunkBytes = 65_536

export function opened<T>(place: Place, use: (handle: number, seen: Stats) => T): T {
  const what = plain(place.shown === '' ? '.' : place.shown)
  if (place.seen === undefined) throw new Refused(`${what} is not there. List the folder to see what is.`)
  if (place.seen.isDirectory()) throw new Refused(`${what} is a folder. List it instead.`)
  if (!place.seen.isFile()) throw new Refused(`${what} is no ordinary file.`)
  const handle = openSync(place.at, reading)
  try {
    const seen = fstatSync(handle)
    if (!seen.isFile()) throw new Refused(`${what} is no ordinary file.`)
    return use(handle, seen)
  } finally {
    closeSync(handle)
  }
}

/** Gives the bytes piece by piece until there are no more, or `take` says that it has enough. */
export function pieces(handle: number, take: (piece: Buffer) => boolean): void {
  for (;;) {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    const read = readSync(handle, buffer, 0, chunkBytes, null)
    if (read === 0 || !take(buffer.subarray(0, read))) return
  }
}

export function whole(handle: number, seen: Stats, most: number, shown: string): Buffer {
  const tooLarge = (): Refused =>
    new Refused(`${plain(shown)} is larger than ${most} bytes. Change it with a command instead.`)
  if (seen.size > most) throw tooLarge()
  const parts: Buffer[] = []
  let size = 0
  pieces(handle, (piece) => {
    parts.push(piece)
    size += piece.length
    return size <= most
  })
  if (size > most) throw tooLarge()
  return Buffer.concat(parts)
}

/** A new file takes the place of the old one in one step: a link, or another name of the old file, is left as it was. */
export function put(place: Place, bytes: Uint8Array): void {
  const what = plain(place.shown)
  if (place.shown === '' || place.seen?.isDirectory() === true) throw new Refused(`${what || '.'} is a folder.`)
  if (place.seen !== undefined && !place.seen.isFile()) throw new Refused(`${what} is no ordinary file.`)
  const fresh = `${dirname(place.at)}/.baton-${randomBytes(6).toString('hex')}.tmp`
  const handle = openSync(fresh, making, 0o644)
  try {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
      if (place.seen !== undefined) fchmodSync(handle, place.seen.mode & 0o777)
    } finally {
      closeSync(handle)
    }
    renameSync(fresh, place.at)
  } catch (error) {
    unlinkSync(fresh)
    throw error
  }
}
