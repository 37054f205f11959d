// Turns what a shape finds wrong with a YAML file into notes: where, what, why, and what was probably meant.
import type { z } from 'zod'
import type { PlanNote } from '../nouns/plan.ts'
import { nearest } from './nearest.ts'
import { quoted } from './neutral.ts'
import type { YamlRead } from './yaml.ts'

export interface Faults {
  readonly file: string
  readonly yaml: Pick<YamlRead, 'at'>
  /** Every key that the file may hold, for a did-you-mean. */
  readonly known: readonly string[]
  /** Keys that belong into another file, each with a sentence that says which. */
  readonly elsewhere?: Readonly<Record<string, string>>
  readonly usual: string
}

export interface NoteAt {
  readonly file: string
  readonly line: number
  readonly column?: number
}

export function noteAt(at: NoteAt, kind: string, text: string, remedy: string): PlanNote {
  const { file, line, column } = at
  return { file, line, ...(column === undefined ? {} : { column }), level: 'error', kind, text, remedy }
}

export const didYouMean = (word: string, known: readonly string[]): string | undefined => {
  const meant = nearest(word, known)
  return meant === undefined ? undefined : `Did you mean ${meant}?`
}

export function faultsOf(issue: z.core.$ZodIssue, faults: Faults): PlanNote[] {
  const { file, yaml, known, elsewhere = {}, usual } = faults
  const at = (path: readonly PropertyKey[]): NoteAt => ({ ...yaml.at(path), file })
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const place = path === '' && Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined
      const remedy = place ?? didYouMean(key, known) ?? 'Delete it.'
      const where = path === '' ? '' : ` under ${quoted(path)}`
      return noteAt(at([...issue.path, key]), 'unknown-key', `There is no setting "${quoted(key)}"${where}.`, remedy)
    })
  }
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
  const what = quoted(inner ?? issue.message, 200)
  return [noteAt(at(issue.path), 'shape', `${path === '' ? 'The file' : quoted(path)}: ${what}.`, usual)]
}
