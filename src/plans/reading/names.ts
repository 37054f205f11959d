// Makes names that mean nothing else to git, to a shell or to a person from whatever a plan calls things.
import type { Place } from '../../core/nouns/plan.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { Notes } from './notes.ts'

/** What names the item everywhere: letters, digits, dot, dash and underscore. */
export function itemId(name: string): string {
  const kept = name
    .normalize('NFKC')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
  const cut = kept
    .slice(0, 100)
    .replace(/^[-._]+/, '')
    .replace(/[-._]+$/, '')
    .replace(/\.lock$/i, '-lock')
  return cut === '' ? 'plan' : cut
}

const keyAtMost = 120
/** Letters that look like a hyphen and are none. */
const hyphens = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g

/** Most ids are their own key and look like nothing else. */
const plainKey = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/

/** A step's key from what the plan calls it; undefined when nothing of it can be a name. */
export function keyFrom(raw: string): string | undefined {
  if (plainKey.test(raw)) return raw
  const plain = raw.trim().normalize('NFKC').replace(hyphens, '-').replace(/^#/, '')
  const kept = plain.replace(/[^A-Za-z0-9._-]{1,400}/g, '-').replace(/^[-._]{1,400}/, '')
  return kept === '' ? undefined : kept.slice(0, keyAtMost)
}

/** Two ids that a person takes for one: they differ in case, in Unicode form or in the shape of a hyphen. */
function skeleton(raw: string): string {
  if (plainKey.test(raw)) return raw.toLowerCase()
  return raw.normalize('NFKC').replace(hyphens, '-').toLowerCase()
}

/** The ids of one plan: each gets a key, twins are errors, and those that only look alike are said. */
export class Keys {
  readonly #notes: Notes
  readonly #taken = new Map<string, { readonly raw: string; readonly place: Place }>()
  readonly #seen = new Map<string, { readonly raw: string; readonly place: Place }>()

  constructor(notes: Notes) {
    this.#notes = notes
  }

  /** The key for this id, or undefined when it is a twin or no name at all, which has then been said. */
  take(raw: string, place: Place): string | undefined {
    const key = keyFrom(raw)
    if (key === undefined) {
      const text = `"${quoted(raw)}" cannot be an id.`
      this.#notes.error('odd-id', place, text, 'Use letters, digits, dot, dash and underscore.')
      return undefined
    }
    const twin = this.#taken.get(key)
    if (twin !== undefined) {
      const same =
        twin.raw === raw ? `${key} stands` : `"${quoted(raw)}" is the same id as "${quoted(twin.raw)}": it stands`
      const text = `${same} here and in ${where(place, twin.place)}.`
      this.#notes.error('duplicate', place, text, 'Give one of them an id of its own.')
      return undefined
    }
    const shape = skeleton(raw)
    const alike = this.#seen.get(shape)
    if (alike !== undefined) {
      const text = `The ids "${quoted(raw)}" here and "${quoted(alike.raw)}" in ${where(place, alike.place)} look alike and differ.`
      this.#notes.warning('look-alike', place, text, 'Rename one of them.')
    }
    if (key !== raw.trim().replace(/^#/, '')) {
      this.#notes.warning(
        'odd-id',
        place,
        `The id "${quoted(raw)}" is read as ${key}.`,
        'Use letters, digits, dot, dash and underscore.',
      )
    }
    const taken = { raw, place }
    this.#taken.set(key, taken)
    if (alike === undefined) this.#seen.set(shape, taken)
    return key
  }
}

function where(here: Place, there: Place): string {
  return here.file === there.file ? `line ${there.line}` : `${quoted(there.file, 200)}:${there.line}`
}
