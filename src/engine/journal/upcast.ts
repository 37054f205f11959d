// Old facts in today's shape: a table from type and version to the function that lifts them one version.
import type { Entry, ReadEntry } from '../../core/nouns/entry.ts'

export type Shape = Pick<Entry, 'type' | 'version' | 'data'>

/** What this version of Baton knows of fact types. */
export interface FactTypes {
  /** Whether a fact of this type and version is in today's shape. */
  knows(type: string, version: number): boolean
  /** By `type@version`: the fact in the shape that came next, which may have another type. */
  readonly lifts?: Readonly<Record<string, (fact: Shape) => Shape>>
}

const farthest = 100

/** Applied when reading, never written back. What nobody knows is kept as it is and marked. */
export function upcast(entry: Entry, types: FactTypes | undefined): ReadEntry {
  if (types === undefined || types.knows(entry.type, entry.version)) return entry
  let shape: Shape = entry
  for (let steps = 0; steps < farthest; steps++) {
    const key = `${shape.type}@${shape.version}`
    const lift = types.lifts !== undefined && Object.hasOwn(types.lifts, key) ? types.lifts[key] : undefined
    if (lift === undefined) return { ...entry, unknown: true }
    const { type, version, data } = lift(shape)
    shape = { type, version, data }
    if (types.knows(type, version)) return { ...entry, ...shape }
  }
  throw new Error(`The upcasts of ${entry.type}@${entry.version} never arrive at a shape that is known.`)
}
