// Whether an entry names an item or a repository that it does not belong to.
import type { Entry } from '../../core/nouns/entry.ts'

/** Every item of the record with its repository, and every folder that the record knows. */
export interface Known {
  readonly items: ReadonlyMap<string, string>
  readonly folders: ReadonlySet<string>
}

/** What is given away together: a repository with its items, or one item of it. */
export interface Share {
  readonly streams: ReadonlySet<string>
  /** The repository that it is, or that the item belongs to. */
  readonly folder: string | undefined
}

const word = /[A-Za-z0-9][A-Za-z0-9._-]*/gu

/** In doubt it does: what is withheld can be asked for, what was given away cannot be taken back. */
export function namesAnother({ by, because, data }: Entry, share: Share, known: Known): boolean {
  const folders = [...known.folders].filter((one) => one !== share.folder && one.length > 1)
  const own = share.folder ?? ''
  return some([by, because, data], (text) => {
    const rest = own === '' ? text : text.replaceAll(own, '\n')
    return namesItem(rest, share, known) || folders.some((one) => namesFolder(rest, one))
  })
}

/** Words of a closed list, or of a configuration: an item may be called the same without being meant. */
const vocabulary: ReadonlySet<string> = new Set(['workflow', 'policy', 'kind', 'format', 'executor', 'agent', 'role'])

function some(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some((one) => some(one, test))
  return Object.entries(value).some(
    ([key, one]) => test(key) || (!(vocabulary.has(key) && typeof one === 'string') && some(one, test)),
  )
}

function namesItem(text: string, share: Share, known: Known): boolean {
  for (const [found] of text.matchAll(word))
    for (const id of [found, found.replace(/[._-]+$/u, '')])
      if (known.items.has(id) && !share.streams.has(id)) return true
  return false
}

function namesFolder(text: string, folder: string): boolean {
  for (let at = text.indexOf(folder); at >= 0; at = text.indexOf(folder, at + 1)) {
    const after = text.slice(at + folder.length, at + folder.length + 1)
    if (!/[A-Za-z0-9._-]/u.test(after)) return true
  }
  return false
}
