// What agents said, one file an attempt: lines of JSON, read on from a byte position, sealed by the digest of their bytes.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TranscriptPart } from '../core/ports/house.ts'

export interface TranscriptFiles {
  append(attempt: string, parts: readonly TranscriptPart[]): Promise<void>
  read(attempt: string, from: number, limit: number): Promise<{ parts: readonly TranscriptPart[]; next: number }>
  seal(attempt: string): Promise<string>
  attempts(): Promise<readonly string[]>
  bytes(attempt: string): Promise<AsyncIterable<Uint8Array> | undefined>
  put(attempt: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  forget(attempt: string): Promise<void>
}

const pageBytes = 1024 * 1024

/** Attempt ids are checked where they are made; a name that could leave the folder is refused here all the same. */
function fileOf(folder: string, attempt: string): string {
  if (
    !/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){2}$/.test(attempt) ||
    attempt.split('/').some((part) => /^\.+$/.test(part))
  ) {
    throw new Error(`"${attempt}" is no attempt's id.`)
  }
  return join(folder, `${attempt.replaceAll('/', '~')}.jsonl`)
}

export function transcriptFiles(folder: string): TranscriptFiles {
  return {
    append: async (attempt, parts) => {
      const path = fileOf(folder, attempt)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const handle = await open(path, 'a', 0o600)
      try {
        await handle.appendFile(parts.map((part) => `${JSON.stringify(part)}\n`).join(''))
      } finally {
        await handle.close()
      }
    },
    read: (attempt, from, limit) => page(fileOf(folder, attempt), from, limit),
    seal: (attempt) => sealed(fileOf(folder, attempt)),
    attempts: () => attemptsIn(folder),
    bytes: (attempt) => bytesOf(fileOf(folder, attempt)),
    put: (attempt, bytes) => putBack(fileOf(folder, attempt), bytes),
    forget: (attempt) => rm(fileOf(folder, attempt), { force: true }),
  }
}

async function openOrNone(path: string) {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole lines only: what is being written now comes with the next page. */
async function page(
  path: string,
  from: number,
  limit: number,
): Promise<{ parts: readonly TranscriptPart[]; next: number }> {
  const handle = await openOrNone(path)
  if (handle === undefined) return { parts: [], next: 0 }
  try {
    const bytes = Buffer.allocUnsafeSlow(pageBytes)
    const { bytesRead } = await handle.read(bytes, 0, pageBytes, Math.max(0, from))
    const parts: TranscriptPart[] = []
    let at = 0
    while (parts.length < limit) {
      const end = bytes.subarray(0, bytesRead).indexOf(10, at)
      if (end < 0) break
      const part = parse(bytes.toString('utf8', at, end))
      if (part !== undefined) parts.push(part)
      at = end + 1
    }
    return { parts, next: Math.max(0, from) + at }
  } finally {
    await handle.close()
  }
}

/** A line torn by a crash is no line. */
function parse(line: string): TranscriptPart | undefined {
  try {
    return JSON.parse(line) as TranscriptPart
  } catch {
    return undefined
  }
}

async function sealed(path: string): Promise<string> {
  const handle = await openOrNone(path)
  if (handle === undefined) return ''
  await handle.datasync()
  await handle.close()
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function attemptsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const ours = names.filter((name) => /^[^~]+~[^~]+~[^~]+\.jsonl$/.test(name))
  return ours.map((name) => name.slice(0, -'.jsonl'.length).replaceAll('~', '/')).sort()
}

/** As far as it is written now: an agent may go on speaking meanwhile. */
async function bytesOf(path: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  const handle = await openOrNone(path)
  if (handle === undefined) return undefined
  try {
    return readTo(path, (await handle.stat()).size)
  } finally {
    await handle.close()
  }
}

async function* readTo(path: string, end: number): AsyncGenerator<Uint8Array> {
  if (end > 0) for await (const chunk of createReadStream(path, { end: end - 1 })) yield chunk as Buffer
}

/** Whole and flushed, or not there at all. */
async function putBack(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.draft`
  const handle = await open(draft, 'w', 0o600)
  try {
    for await (const chunk of bytes) await handle.appendFile(chunk)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, path)
}
