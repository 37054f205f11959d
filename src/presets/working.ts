// The files of a repository's working tree: read as they lie there, and written so that nobody ever sees half of one.
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { WorkingFiles } from '../core/ports.ts'
import { Refused, refuse } from '../core/refusals.ts'

const bytesAtMost = 256 * 1024 * 1024
const filesAtMost = 200_000
const nobody: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK'])

export function workingFiles(root: string): WorkingFiles {
  return {
    read: (path) => readIn(root, path),
    list: (under) => listIn(root, under),
    write: (path, bytes) => writeIn(root, path, bytes),
  }
}

/** Never through a link, and never a device or a pipe; null when there is no plain file. */
async function readIn(root: string, path: string): Promise<Uint8Array | null> {
  const whole = await inside(root, path)
  if (whole === undefined) return null
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const handle = await open(whole, flags).catch(orNull)
  if (handle === null) return null
  try {
    const seen = await handle.stat()
    if (!seen.isFile()) return null
    if (seen.size > bytesAtMost)
      throw new Refused(refuse('invalid', path, `it has ${seen.size} bytes, more than 256 MiB`, 'split it', path))
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

async function listIn(root: string, under: string): Promise<string[]> {
  const found: string[] = []
  const whole = await inside(root, under)
  if (whole === undefined) return found
  const folders = [whole]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(orNull)
    for (const entry of entries ?? []) {
      if (entry.name === '.git' || entry.name === 'node_modules') continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile()) found.push(relative(root, path).split(sep).join('/'))
      if (found.length >= filesAtMost) return found.sort()
    }
  }
  if (found.length === 0 && (await lstat(whole).catch(orNull))?.isFile()) found.push(under)
  return found.sort()
}

/** A new file beside the old one takes its place in one step, with the old one's mode. */
async function writeIn(root: string, path: string, bytes: Uint8Array): Promise<void> {
  const whole = await inside(root, path)
  const old = whole === undefined ? null : await lstat(whole).catch(orNull)
  if (whole === undefined || (old !== null && !old.isFile()))
    throw new Refused(
      refuse('invalid', path, 'a link stands there, or it is no plain file', 'name the file itself', path),
    )
  await mkdir(dirname(whole), { recursive: true })
  const fresh = join(dirname(whole), `.baton-${randomBytes(6).toString('hex')}`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
  const handle = await open(fresh, flags, old === null ? 0o644 : old.mode & 0o7777)
  try {
    if (old !== null) await handle.chmod(old.mode & 0o7777)
    await handle.writeFile(bytes)
    await handle.sync()
    await handle.close()
    await rename(fresh, whole)
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(fresh, { force: true })
    throw error
  }
}

/** Undefined for a path that leaves the folder, by its own words or because one of its folders is a link that does. */
async function inside(root: string, path: string): Promise<string | undefined> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (path.startsWith('/') || path.includes('\0') || parts.includes('..') || parts[0] === '.git') return undefined
  const whole = join(root, ...parts)
  let folder = dirname(whole)
  for (;;) {
    const real = await realpath(folder).catch(orNull)
    if (real !== null) {
      const base = await realpath(root)
      return parts.length === 0 || real === base || real.startsWith(base + sep) ? whole : undefined
    }
    if (folder === dirname(folder)) return undefined
    folder = dirname(folder)
  }
}

function orNull(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (nobody.has(code)) return null
  throw error
}
