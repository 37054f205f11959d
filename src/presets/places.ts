// Where a person wants checkpoints kept: a path, a ref, or a command, as it is written and as it is opened.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import type { CheckpointPlace, Repository } from '../core/ports.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { createRepository, type OpenRepository } from '../repositories/index.ts'
import { commandPlace, filePlace, refPlace } from '../stores/places.ts'
import { argvShape, settingsOf } from './settings.ts'

export type PlaceSpec =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'ref'; readonly repository: string; readonly ref: string }
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]]; readonly folder: string }

const how = 'give a path, ref:refs/baton/<name>, ref:<repository>:refs/baton/<name>, or command:["program", "argument"]'

function refused(text: string, why: string): Refused {
  return new Refused(refuse('invalid', `--checkpoint-to ${text}`, why, how))
}

/** `folder` is where a person stands: relative paths begin there, and a ref without a repository is of the one it lies in. */
export function readPlace(text: string, folder: string | undefined, home: string): PlaceSpec {
  if (text.startsWith('command:')) return commandSpec(text, folder ?? home)
  if (text.startsWith('ref:')) {
    const [, where = '', ref = ''] = /^ref:(?:(.*):)?(refs\/[^:]+)$/su.exec(text) ?? []
    if (!ref.startsWith('refs/baton/')) throw refused(text, 'checkpoints are kept below refs/baton/ only')
    const repository = where === '' ? folder : standing(where, folder)
    if (repository === undefined) throw refused(text, 'it does not say in which repository, as an absolute path')
    return { kind: 'ref', repository, ref }
  }
  const path = standing(text, folder)
  if (path === undefined) throw refused(text, 'it must be an absolute path here')
  if (`${path}${sep}`.startsWith(`${resolve(home)}${sep}`))
    throw refused(text, 'it lies in the home itself: whoever can rewrite the record could rewrite it too')
  return { kind: 'file', path }
}

function standing(path: string, folder: string | undefined): string | undefined {
  if (folder !== undefined) return resolve(folder, path)
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) ? resolve(path) : undefined
}

function commandSpec(text: string, folder: string): PlaceSpec {
  const given = text.slice('command:'.length)
  try {
    const words: unknown = given.trimStart().startsWith('[') ? JSON.parse(given) : [given]
    const argv = argvShape.parse(words)
    return { kind: 'command', argv, folder }
  } catch {
    throw refused(text, 'a command is a program and its arguments as a JSON list; no shell reads it')
  }
}

/** What the home's own config.yaml names. */
export function placesOfHome(home: string): readonly PlaceSpec[] {
  const given = settingsOf(home)['checkpoint-to'] ?? []
  return (Array.isArray(given) ? given : [given]).map((place) =>
    typeof place === 'string'
      ? readPlace(place, undefined, home)
      : { kind: 'command', argv: place.command, folder: home },
  )
}

export interface PlaceTools {
  repository(path: string): Repository
  now(): number
}

export function openPlace(spec: PlaceSpec, tools: PlaceTools): CheckpointPlace {
  if (spec.kind === 'file') return filePlace(spec.path)
  if (spec.kind === 'command') return commandPlace(`command ${spec.argv.join(' ')}`, spec.argv, spec.folder)
  const name = `${spec.ref} of ${spec.repository}`
  return refPlace(name, tools.repository(spec.repository), spec.ref, tools.now)
}

/** Each once, however often it was asked for. */
export function openPlaces(specs: readonly PlaceSpec[], tools: PlaceTools): readonly CheckpointPlace[] {
  const different = new Map(specs.map((spec) => [JSON.stringify(spec), spec]))
  return [...different.values()].map((spec) => openPlace(spec, tools))
}

/** Also a file inside the home can be read: only nothing is to be kept there. */
export async function readKeptAt(place: string, folder: string, home: string): Promise<string | undefined> {
  const asked = readPlace(place, folder, place.startsWith('ref:') ? home : join(home, 'nowhere'))
  const scratch = mkdtempSync(join(tmpdir(), 'baton-kept-'))
  const repository = asked.kind === 'ref' ? await opened(asked.repository, scratch) : undefined
  try {
    const tools = { repository: () => repository as OpenRepository, now: () => 0 }
    return await openPlace(asked, tools).read()
  } finally {
    await repository?.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function opened(path: string, scratch: string): Promise<OpenRepository> {
  try {
    return await createRepository(path, { scratch })
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true })
    throw error
  }
}
