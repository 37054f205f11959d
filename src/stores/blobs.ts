// Blobs as files named by their digest: written whole or not at all, and never given back damaged.
import { hash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreFailed } from '../core/ports.ts'

export interface Blobs {
  put(bytes: Uint8Array): Promise<string>
  get(digest: string): Promise<Uint8Array | undefined>
  forget(digest: string): Promise<void>
  digests(): Promise<readonly string[]>
}

const name = /^[0-9a-f]{64}$/
let counter = 0

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

async function orNothing<T>(act: Promise<T>): Promise<T | undefined> {
  try {
    return await act
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function failure(error: unknown, doing: string): Error {
  const why = error instanceof Error ? error.message : String(error)
  const kinds: Record<string, StoreFailed['kind']> = {
    ENOSPC: 'full',
    EDQUOT: 'full',
    EROFS: 'read-only',
    EACCES: 'read-only',
  }
  const kind = kinds[codeOf(error)] ?? 'broken'
  const remedy = kind === 'full' ? 'free some room and try again' : 'check the disk and who owns the folder'
  return new StoreFailed(kind, `Could not ${doing}: ${why}; ${remedy}.`, { cause: error })
}

async function flush(path: string, flags: string, bytes?: Uint8Array): Promise<void> {
  const handle = await open(path, flags, 0o600)
  try {
    if (bytes !== undefined) await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes names durable. Windows has no such flush and needs none. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await flush(folder, 'r')
}

/** The temporary file is gone whatever happens; the name appears only with all its bytes on the disk. */
async function write(folder: string, digest: string, bytes: Uint8Array): Promise<void> {
  const shelf = join(folder, digest.slice(0, 2))
  const made = await mkdir(shelf, { recursive: true, mode: 0o700 })
  const draft = join(shelf, `.${process.pid}-${++counter}.draft`)
  try {
    await flush(draft, 'wx', bytes)
    await rename(draft, join(shelf, digest.slice(2)))
  } finally {
    await rm(draft, { force: true })
  }
  await flushFolder(shelf)
  if (made !== undefined) await flushFolder(folder)
}

export function openBlobs(folder: string, readOnly: boolean): Blobs {
  const pathOf = (digest: string) => join(folder, digest.slice(0, 2), digest.slice(2))
  const refuse = () => {
    if (readOnly) throw new StoreFailed('read-only', `${folder} was opened read-only: its blobs cannot be changed.`)
  }

  async function put(bytes: Uint8Array): Promise<string> {
    refuse()
    const digest = hash('sha256', bytes, 'hex')
    try {
      const there = await orNothing(readFile(pathOf(digest)))
      if (there === undefined || hash('sha256', there, 'hex') !== digest) await write(folder, digest, bytes)
      else await flushFolder(join(folder, digest.slice(0, 2)))
    } catch (error) {
      throw failure(error, `write blob ${digest} under ${folder}`)
    }
    return digest
  }

  async function get(digest: string): Promise<Uint8Array | undefined> {
    if (!name.test(digest)) return undefined
    const bytes = await orNothing(readFile(pathOf(digest))).catch((error: unknown) => {
      throw failure(error, `read blob ${digest} under ${folder}`)
    })
    if (bytes === undefined) return undefined
    const found = hash('sha256', bytes, 'hex')
    if (found !== digest) {
      throw new StoreFailed(
        'broken',
        `Blob ${digest} under ${folder} is damaged: its bytes hash to ${found}. Restore it from a backup.`,
      )
    }
    return bytes
  }

  async function forget(digest: string): Promise<void> {
    refuse()
    if (!name.test(digest)) return
    await rm(pathOf(digest), { force: true })
    await orNothing(flushFolder(join(folder, digest.slice(0, 2))))
  }

  async function digests(): Promise<readonly string[]> {
    const found: string[] = []
    for (const shelf of (await orNothing(readdir(folder))) ?? []) {
      for (const rest of (await orNothing(readdir(join(folder, shelf)))) ?? []) {
        if (name.test(shelf + rest)) found.push(shelf + rest)
      }
    }
    return found.sort()
  }

  return { put, get, forget, digests }
}
