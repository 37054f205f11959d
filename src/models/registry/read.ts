// Reads model_registry.yaml: every model and role of it, or notes that say what is wrong and where; half of one is nobody's will.
import type { PlanNote } from '../../core/nouns/plan.ts'
import { didYouMean, faultsOf, noteAt } from '../../core/text/faults.ts'
import { quoted } from '../../core/text/neutral.ts'
import { readYaml, type YamlRead } from '../../core/text/yaml.ts'
import { readAddress } from '../address.ts'
import { provider, providers } from './providers.ts'
import { knownKeys, type ModelEntry, registryShape } from './shape.ts'

const bytesAtMost = 262_144
const faultsAtMost = 30

/** One line of a registry, with its address as every browser would read it. */
export interface Described {
  readonly name: string
  readonly entry: ModelEntry
  readonly address?: string
  readonly line: number
}

export interface RegistryRead {
  readonly file: string
  readonly described: readonly Described[]
  readonly roles: Readonly<Record<string, readonly string[]>>
  /** Where each role stands. */
  readonly lines: Readonly<Record<string, number>>
  readonly notes: readonly PlanNote[]
}

export const nothingRead = (file: string, notes: readonly PlanNote[] = []): RegistryRead => ({
  file,
  described: [],
  roles: {},
  lines: {},
  notes: notes.slice(0, faultsAtMost),
})

interface Reading {
  readonly file: string
  readonly yaml: YamlRead
  readonly notes: PlanNote[]
}

function fault(
  { file, yaml, notes }: Reading,
  path: readonly PropertyKey[],
  kind: string,
  text: string,
  remedy: string,
) {
  notes.push(noteAt({ ...yaml.at(path), file }, kind, text, remedy))
}

function describedOf(reading: Reading, name: string, entry: ModelEntry): Described {
  const path = ['models', name]
  const { line } = reading.yaml.at(path)
  const { endpoint, provider: from } = entry
  if (endpoint === undefined) {
    if (from !== undefined && provider(from) === undefined) {
      const remedy = didYouMean(from, Object.keys(providers)) ?? 'Give its endpoint, such as http://127.0.0.1:1234/v1.'
      fault(
        reading,
        [...path, 'provider'],
        'no-endpoint',
        `Nobody knows where the provider "${quoted(from)}" answers.`,
        remedy,
      )
    }
    return { name, entry, line }
  }
  const address = readAddress(endpoint)
  if (address.ok) return { name, entry, address: address.base, line }
  // The address may hold a login: it is not repeated.
  const text = `The endpoint of the model "${quoted(name)}" cannot be used: ${address.why}.`
  fault(reading, [...path, 'endpoint'], 'endpoint', text, 'Name an address such as http://127.0.0.1:1234/v1.')
  return { name, entry, line }
}

/** Names that another registry may describe are left to whoever puts both together. */
function rolesOf(roles: Readonly<Record<string, string | readonly string[]>>): RegistryRead['roles'] {
  return Object.fromEntries(Object.entries(roles).map(([role, given]) => [role, [...new Set([given].flat())]]))
}

/** `file` is what notes call it. Reads no other file, expands no variable, and never throws. */
export function readRegistry(bytes: Uint8Array, file: string): RegistryRead {
  const start = { file, line: 1 }
  if (bytes.length > bytesAtMost) {
    const text = `It has ${bytes.length} bytes, more than 256 KiB.`
    return nothingRead(file, [noteAt(start, 'too-large', text, 'Shorten it.')])
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return nothingRead(file, [noteAt(start, 'encoding', 'It is not valid UTF-8.', 'Save it as UTF-8.')])
  }
  const yaml = readYaml(text, file)
  if (yaml.notes.length > 0) return nothingRead(file, yaml.notes)
  const parsed = registryShape.safeParse(yaml.value ?? {})
  if (!parsed.success) {
    const faults = { file, yaml, known: knownKeys, usual: 'Correct it.' }
    return nothingRead(
      file,
      parsed.error.issues.flatMap((issue) => faultsOf(issue, faults)),
    )
  }
  const reading: Reading = { file, yaml, notes: [] }
  const described = Object.entries(parsed.data.models).map(([name, entry]) => describedOf(reading, name, entry))
  if (reading.notes.length > 0) return nothingRead(file, reading.notes)
  const { roles } = parsed.data
  const lines = Object.fromEntries(Object.keys(roles).map((role) => [role, yaml.at(['roles', role]).line]))
  return { file, described, roles: rolesOf(roles), lines, notes: [] }
}
