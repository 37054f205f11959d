// Puts a person's registry and a repository's together: a repository says neither where models are asked nor which key opens them.
import { type ModelSpec, type Registry, usualModel } from '../../core/nouns/model.ts'
import type { PlanNote } from '../../core/nouns/plan.ts'
import { didYouMean, noteAt } from '../../core/text/faults.ts'
import { quoted } from '../../core/text/neutral.ts'
import { isAfar, provider } from './providers.ts'
import type { Described, RegistryRead } from './read.ts'
import { type Standing, specOf, standingOf, usualIsNear, usualSpec } from './specs.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface Together {
  readonly registry: Registry
  readonly notes: readonly PlanNote[]
  /** What whoever is asked to trust the repository's registry should know of it, one sentence each. */
  readonly sentences: readonly string[]
}

/** What a person says is taken as it stands. */
function ownSpecs(home: RegistryRead, env: Env): readonly ModelSpec[] {
  return home.described.map(({ name, entry, address }) => specOf(name, entry, standingOf(entry, address, env)))
}

/** Asked where the person's own registry asks, with its key and on its word that this is near; else at the usual place. */
function guestStanding({ entry, address }: Described, own: readonly ModelSpec[], env: Env): Standing {
  const wanted = address ?? provider(entry.provider ?? '')?.endpoint
  const host = wanted === undefined ? undefined : own.find(({ endpoint }) => endpoint === wanted)
  if (host !== undefined) {
    const { endpoint, keyName: key, local, account } = host
    return { endpoint, key, local, account }
  }
  const local = usualIsNear(env) && !isAfar(entry.provider ?? '')
  return { endpoint: '', key: undefined, local, account: undefined }
}

function guestNotes(file: string, one: Described, { endpoint, key }: Standing): PlanNote[] {
  const { name, entry, address, line } = one
  const at = { file, line }
  const notes: PlanNote[] = []
  if (address !== undefined && endpoint === '') {
    const text = `The model "${quoted(name)}" is not asked at ${quoted(address, 200)} but at your own usual place: a repository does not say where.`
    const remedy = `If that server is yours, name it in your own model_registry.yaml.`
    notes.push({ ...noteAt(at, 'endpoint-ignored', text, remedy), level: 'warning' })
  }
  if (entry.key !== undefined && entry.key !== key) {
    const text = `The model "${quoted(name)}" does not get the key "${quoted(entry.key)}": a repository does not say which key opens a server.`
    const remedy = 'Name it in your own model_registry.yaml.'
    notes.push({ ...noteAt(at, 'key-ignored', text, remedy), level: 'warning' })
  }
  return notes
}

function said(spec: ModelSpec): string {
  const where =
    spec.endpoint === ''
      ? 'at your own usual place (OPENAI_API_BASE)'
      : `at ${spec.endpoint}, because your own registry names that server`
  return `The model ${spec.name} of its model_registry.yaml is asked ${where}.`
}

function strangers(read: RegistryRead, names: readonly string[]): PlanNote[] {
  return Object.entries(read.roles).flatMap(([role, models]) =>
    models.flatMap((model) => {
      if (names.includes(model)) return []
      const remedy = didYouMean(model, names) ?? 'Describe it under models.'
      const text = `The role "${quoted(role)}" names the model "${quoted(model)}", which nobody has described.`
      return [noteAt({ file: read.file, line: read.lines[role] ?? 1 }, 'no-model', text, remedy)]
    }),
  )
}

/** A person's own description of a name goes before a repository's; a repository's choice for a role before a person's. */
export function together(home: RegistryRead, repository: RegistryRead | undefined, env: Env): Together {
  const own = ownSpecs(home, env)
  const notes: PlanNote[] = [...home.notes, ...(repository?.notes ?? [])]
  const guests: ModelSpec[] = []
  for (const one of repository?.described ?? []) {
    if (own.some(({ name }) => name === one.name)) continue
    const standing = guestStanding(one, own, env)
    const spec = specOf(one.name, one.entry, standing)
    // What its provider is said to be tells nothing of whoever answers at the usual place.
    guests.push(standing.endpoint === '' ? { ...spec, dialect: 'auto' } : spec)
    notes.push(...guestNotes(repository?.file ?? '', one, standing))
  }
  const described = [...own, ...guests]
  const models = described.some(({ name }) => name === usualModel) ? described : [...described, usualSpec(env)]
  const names = models.map(({ name }) => name)
  const reads = [home, ...(repository === undefined ? [] : [repository])]
  notes.push(...reads.flatMap((read) => strangers(read, names)))
  const roles = { ...home.roles, ...repository?.roles }
  return { registry: { models, roles }, notes, sentences: guests.map(said) }
}
