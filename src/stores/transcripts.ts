// What agents said, one file an attempt: lines of JSON, read on from a byte position, sealed by the digest of their bytes.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TranscriptPart } from '../core/ports/house.ts'

export interface TranscriptFiles {
  append(attempt: string, parts: readonly TranscriptPart[]): Promise<void>
  read(attempt: string, from: number, limit: number): Promise<{ parts: readonly TranscriptPart[]; next: number }>
  seal(attempt: string): Promise<string>
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
    const bytes = Buffer.alloc(pageBytes)
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

/** Forgets at exit; for tests and the simulator. */
export function transcriptMemory(): TranscriptFiles {
  const said = new Map<string, TranscriptPart[]>()
  return {
    append: async (attempt, parts) => {
      const known = said.get(attempt) ?? []
      said.set(attempt, known)
      known.push(...parts)
    },
    read: async (attempt, from, limit) => {
      const parts = (said.get(attempt) ?? []).slice(from, from + limit)
      return { parts, next: from + parts.length }
    },
    seal: async (attempt) => {
      const parts = said.get(attempt)
      return parts === undefined ? '' : createHash('sha256').update(JSON.stringify(parts)).digest('hex')
    },
  }
}
