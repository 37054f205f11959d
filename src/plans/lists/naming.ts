// Gives every entry of a list the name that it keeps while lines around it come and go.

import { keyFrom } from '../reading/names.ts'
import type { Row } from './boxes.ts'
import { type Called, calledIn, slugOf } from './ids.ts'
import type { Outline } from './outline.ts'
import { titleOf, wordsOf } from './outline.ts'

/** `raw` is what the file calls it, or a name made of its words; `rest` the words without their own name. */
export interface Name {
  readonly raw: string
  readonly rest: string
  /** The file itself calls it so. */
  readonly own: boolean
}

const contextAtMost = 32
const number = /^\d{1,6}(?:\.\d{1,6}){0,7}[a-z]?$/
const counted = /^#?\d{1,9}$/

/** A number that two entries carry is a mistake where `strict`; elsewhere lists begin anew under each heading. */
export class Namer {
  readonly #outline: Outline
  readonly #strict: boolean

  constructor(outline: Outline, strict = false) {
    this.#outline = outline
    this.#strict = strict
  }

  /**
   * One name for each of these rows. What the file calls a row is its name; words that only look like a name, and that stand twice, are none.
   * Other rows are named after their words; twins among them after what holds them too, and only twins under one roof are counted.
   */
  names(indices: readonly number[], words = indices.map((index) => this.#words(index))): Name[] {
    const called = words.map((each) => calledIn(each))
    const seen = new Map<string, number>()
    for (const each of called) if (each) seen.set(each.raw, (seen.get(each.raw) ?? 0) + 1)
    const own = called.map((each) => (each && this.#isOwn(each, seen.get(each.raw) ?? 0) ? each : undefined))
    const slugs = words.map((each, at) => (own[at] ? '' : slugOf(slugWords(each, called[at]))))
    const twins = new Map<string, number>()
    for (const each of own) if (each) twins.set(keyFrom(each.raw) ?? '', 1)
    for (const slug of slugs) if (slug !== '') twins.set(slug, (twins.get(slug) ?? 0) + 1)
    const taken = new Unused()
    return indices.map((index, at) => {
      const [mine, slug = ''] = [own[at], slugs[at]]
      if (mine) return { raw: mine.raw, rest: mine.rest, own: true }
      const alone = twins.get(slug) === 1 && !taken.has(slug)
      const raw = taken.take(alone ? slug : this.#placed(index, slug))
      return { raw, rest: restOf(words[at] ?? '', called[at]), own: false }
    })
  }

  #isOwn(called: Called, times: number): boolean {
    return times === 1 || called.strong || (this.#strict && number.test(called.raw))
  }

  #words(index: number): string {
    const { rows } = this.#outline
    return wordsOf(rows, rows.all[index] as Row)
  }

  #placed(index: number, slug: string): string {
    const { rows, owner, heading } = this.#outline
    const above = owner[index] ?? -1
    const words = above >= 0 ? this.#words(above) : titleOf(rows, rows.all[heading[index] ?? -1])
    if (words === '') return slug
    const own = above >= 0 ? calledIn(words)?.raw : undefined
    return `${(keyFrom(own ?? '') ?? slugOf(words)).slice(0, contextAtMost).replace(/[-._]{1,9}$/, '')}.${slug}`
  }
}

/** A number in front that counts and names nothing belongs neither to the words nor to the name. */
function restOf(words: string, called: Called | undefined): string {
  return called !== undefined && counted.test(called.raw) ? called.rest : words
}

function slugWords(words: string, called: Called | undefined): string {
  const rest = restOf(words, called)
  return rest === '' ? words : rest
}

/** Names that nobody has yet; twins are counted from where the last one stopped, so that a crowd of them costs no more than others. */
export class Unused {
  readonly #taken: Set<string>
  readonly #next = new Map<string, number>()

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken)
  }

  has(name: string): boolean {
    return this.#taken.has(name)
  }

  take(name: string): string {
    let raw = name
    let next = this.#next.get(name) ?? 2
    for (; this.#taken.has(raw); next += 1) raw = `${name}_${next}`
    this.#next.set(name, next)
    this.#taken.add(raw)
    return raw
  }
}

/** Words that all stand in the line of whatever has this name, but for a digest at its end; the longest first. */
export function tracesOf(key: string): readonly string[] {
  const base =
    key
      .replace(/_\d{1,6}$/, '')
      .split('.')
      .at(-1) ?? ''
  const parts: string[] = base.match(/[A-Za-z0-9]{2,80}/g) ?? []
  const said = parts.length > 1 && parts.at(-1)?.length === 4 ? parts.slice(0, -1) : parts
  return said.map((part) => part.toLowerCase()).toSorted((a, b) => b.length - a.length)
}
