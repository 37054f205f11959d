// Finds the steps that words such as "after AUTH-1" mean.
import { quoted } from '../../core/text/neutral.ts'
import { keyFrom } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import { columnOf, type Row, type Rows, textOf } from './boxes.ts'
import { slugOf } from './ids.ts'
import type { Name } from './naming.ts'
import type { Entry } from './outline.ts'
import { type Waiting, waitsIn } from './said.ts'

type After = NonNullable<Draft['after']>

const lettersAtMost = 4000
const labelled = /^[*_`"[]{0,3}([^*_`:\]]{2,60})[*_`\]]{0,3}\s{0,1}:/
const ticket = /^(?:[A-Z]{1,10}-?\d{1,6}|\d{1,6}\.\d{1,6})/
const idLike = /^#?[A-Za-z0-9][\w.-]{0,79}$/

export class Resolver {
  readonly #said: readonly (string | undefined)[]
  readonly #names: readonly Name[]
  readonly #notes: Notes
  readonly #own = new Set<string>()
  #index: Map<string, string> | undefined

  /** `keys` and `names` belong together; a twin has no key. */
  constructor(keys: readonly (string | undefined)[], names: readonly Name[], notes: Notes) {
    this.#said = keys
    this.#names = names
    this.#notes = notes
  }

  /** Made when first asked for: most lists say nothing of order. */
  get #keys(): ReadonlyMap<string, string> {
    if (this.#index !== undefined) return this.#index
    const index = new Map<string, string>()
    const labels = new Map<string, string | undefined>()
    for (const [at, key] of this.#said.entries()) {
      if (key === undefined) continue
      index.set(key.toLowerCase(), key)
      if (this.#names[at]?.own === true) this.#own.add(key)
      const label = labelled.exec(this.#names[at]?.rest ?? '')?.[1]
      if (label === undefined) continue
      const short = slugOf(label)
      labels.set(short, labels.has(short) ? undefined : key)
    }
    for (const [label, key] of labels) if (key !== undefined && !index.has(label)) index.set(label, key)
    this.#index = index
    return index
  }

  /** The key that a name means: as written, in other case, or as the words or the label of a step. */
  keyOf(name: string): string | undefined {
    const plain = keyFrom(name)?.replace(/[.:]$/, '')
    const exact = plain === undefined ? undefined : this.#keys.get(plain.toLowerCase())
    if (exact !== undefined) return exact
    const first = /^#?[\w.\u2010-\u2015-]{1,80}(?=\s)/.exec(name)?.[0]
    const leading =
      first === undefined || !/\d/.test(first) ? undefined : this.#keys.get((keyFrom(first) ?? '').toLowerCase())
    return leading ?? this.#keys.get(slugOf(name))
  }

  waits(key: string, rows: Rows, { row, more }: Entry): After {
    const after = new Map<string, After[number]>()
    this.#line(key, rows, row, row.from, after)
    for (const each of more) if (each.kind !== 'code') this.#line(key, rows, each, each.from, after)
    return [...after.values()]
  }

  #line(key: string, rows: Rows, row: Row, from: number, after: Map<string, After[number]>): void {
    const text = textOf(rows, from, Math.min(row.end, from + lettersAtMost))
    for (const waiting of waitsIn(text)) {
      for (const { text: name, at } of waiting.names) {
        const place = { file: rows.file, line: row.number, column: columnOf(rows, row, from) + at }
        const found = this.#find(name, waiting)
        if (found !== undefined && found !== key) {
          if (!after.has(found)) after.set(found, { key: found, at: place })
        } else if (found === key) after.set(key, { key, at: place })
        else if (waiting.how === 'sure' || (waiting.how === 'likely' && ticket.test(name))) this.#warn(key, name, place)
        else break
      }
    }
  }

  /** In the middle of a sentence only what the file itself uses as a name is one. */
  #find(name: string, { how }: Waiting): string | undefined {
    if (how === 'sure') return this.keyOf(name)
    const first = /^#?[\w.\u2010-\u2015-]{1,80}/.exec(name)?.[0].replace(/[.:]$/, '')
    if (first === undefined) return undefined
    const key = this.#keys.get((keyFrom(first) ?? '').toLowerCase())
    if (key === undefined) return undefined
    return (this.#own.has(key) && /[\d-]/.test(key)) || first.length === name.length ? key : undefined
  }

  #warn(key: string, name: string, at: NonNullable<After[number]['at']>): void {
    if (/^(?:none|nothing|n\/a|-|–|—|no)$/i.test(name)) return
    const what = idLike.test(name) ? 'which is not in this plan' : 'which names no step of this plan'
    const text = `${key} waits for "${quoted(name)}", ${what}, so it holds nothing back.`
    this.#notes.warning('dangling', at, text, 'Write the key of a step (baton plan show lists them), or delete it.')
  }
}
