// Reads a repository's baton.yaml as it lies in the working tree; nothing in it takes effect before a person trusts exactly these bytes.
import { hash } from 'node:crypto'
import { constants, lstatSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { scriptsOf } from '../core/policy.ts'
import type { ConfigurationFound } from '../core/ports/house.ts'
import { describePolicy, readPolicy } from '../policies/index.ts'

const mostBytes = 1024 * 1024

export async function readConfiguration(folder: string): Promise<ConfigurationFound | undefined> {
  const file = 'baton.yaml'
  const bytes = await readPlain(join(folder, file))
  if (bytes === null) return undefined
  const { policy, notes } = readPolicy(bytes)
  const digest = hash('sha256', bytes, 'hex')
  const scripts = scriptsOf(policy, folder).filter((path) => isPlain(join(folder, path)))
  return { file, digest, policy, notes, sentences: describePolicy(policy), scripts }
}

function isPlain(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** A file's bytes, never through a link at its end, bounded; null when there is no plain file. */
export async function readPlain(path: string): Promise<Uint8Array | null> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)).catch(
    (error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK'].includes(code)) return null
      throw error
    },
  )
  if (handle === null) return null
  try {
    const seen = await handle.stat()
    if (!seen.isFile()) return null
    const bytes = Buffer.alloc(Math.min(seen.size, mostBytes + 1))
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
