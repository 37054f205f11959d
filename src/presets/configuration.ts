// Reads what a repository says of itself as it lies in the working tree; nothing in it takes effect before a person trusts exactly these bytes.
import { hash } from 'node:crypto'
import { constants, lstatSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type ModelSpec, usualModel } from '../core/nouns/model.ts'
import { noPolicy } from '../core/nouns/workspace.ts'
import { scriptsOf } from '../core/policy.ts'
import type { ConfigurationFound } from '../core/ports/house.ts'
import { nothingRead, type RegistryRead, readRegistry, type Together, together } from '../models/registry/index.ts'
import { describePolicy, readPolicy } from '../policies/index.ts'

const mostBytes = 1024 * 1024
const file = 'baton.yaml'
const registryFile = 'model_registry.yaml'

export interface Reader {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export async function readConfiguration(folder: string, reader: Reader): Promise<ConfigurationFound | undefined> {
  const bytes = await readPlain(join(folder, file))
  if (bytes === null) return undefined
  const own = await registryIn(reader.home, join(reader.home, registryFile))
  const guest = await registryIn(folder, registryFile)
  const {
    registry,
    notes: odd,
    sentences,
  } = together(own.read, guest.bytes === null ? undefined : guest.read, reader.env)
  const read = readPolicy(bytes, registry)
  const notes = [...odd, ...read.notes]
  const policy = notes.some(({ level }) => level === 'error') ? noPolicy : read.policy
  const digest = digestOf(bytes, guest.bytes, policy.models)
  const scripts = scriptsOf(policy, folder).filter((path) => isPlain(join(folder, path)))
  return { file, digest, policy, notes, sentences: [...describePolicy(policy), ...sentences], scripts }
}

/** The models that a person's own registry and environment describe, without any repository. */
export async function readModels({ home, env }: Reader): Promise<Pick<Together, 'registry' | 'notes'>> {
  const own = await registryIn(home, join(home, registryFile))
  return together(own.read, undefined, env)
}

async function registryIn(
  folder: string,
  called: string,
): Promise<{ readonly bytes: Uint8Array | null; readonly read: RegistryRead }> {
  const bytes = await readPlain(join(folder, registryFile))
  return { bytes, read: bytes === null ? nothingRead(called) : readRegistry(bytes, called) }
}

/**
 * Of baton.yaml alone while nothing else has a say. A repository's registry is part of what is trusted, and so is where the models answer
 * that the policy names: a change of either has to be seen by a person first.
 */
function digestOf(bytes: Uint8Array, guest: Uint8Array | null, models: readonly ModelSpec[]): string {
  const plain = hash('sha256', bytes, 'hex')
  const described = models.filter((model) => !goesWithoutSaying(model))
  if (guest === null && described.length === 0) return plain
  const registry = guest === null ? '' : hash('sha256', guest, 'hex')
  return hash('sha256', JSON.stringify([plain, registry, described]), 'hex')
}

function goesWithoutSaying({ name, endpoint, id, local }: ModelSpec): boolean {
  return name === usualModel && endpoint === '' && id === '' && local
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
