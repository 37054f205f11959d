// Reads a plan that lies in one file: what is not there, and what holds nothing, is an error with a remedy.
import type { PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files } from '../../core/ports.ts'
import { Notes } from './notes.ts'

export interface Opening {
  readonly format: string
  /** The path that a person gave. */
  readonly source: string
  /** Where it leads; undefined when there is no such file. */
  readonly found: string | undefined
  /** The name for it when there is none. */
  readonly otherwise: string
  readonly missing: Said
  readonly empty: Said
}

interface Said {
  readonly text: string
  readonly remedy: string
}

/** No items without an error among the notes: that is all that an empty plan needs to say of itself. */
export async function readFileOf(
  files: Files,
  { format, source, found, otherwise, missing, empty }: Opening,
  read: (bytes: Uint8Array, file: string, notes: Notes) => readonly PlanItem[],
): Promise<PlanRead> {
  const notes = new Notes()
  const file = found ?? otherwise
  const bytes = found === undefined ? null : await files.read(found)
  const items = bytes === null ? [] : read(bytes, file, notes)
  if (bytes === null) notes.error('missing', { file, line: 1 }, missing.text, missing.remedy)
  else if (items.length === 0 && !notes.broken) notes.error('empty', { file, line: 1 }, empty.text, empty.remedy)
  return { format, source, tickFile: found ?? otherwise, items, notes: notes.all(file) }
}
