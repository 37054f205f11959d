// Opens entries in the issues.md beside a plan: one for each blocker, with a number of its own.
import type { Stamp } from '../../core/nouns/plan.ts'
import { neutral } from '../../core/text/neutral.ts'
import { nameOf, plain, signed } from './touched.ts'

const id = /\b([a-z]{1,10})-(\d{1,6})-[a-z0-9]/gi
const entry = /^#{1,6}[ \t]{1,8}([a-z]{1,10})-(\d{1,6})-([a-z0-9-]{1,120})[ \t]{0,8}\r?$/gim
const linesAtMost = 200

/** A few of the first words, as they may stand in an address. */
export function slugOf(text: string, otherwise: string): string {
  const words =
    plain(text, 400)
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]{1,40}/g) ?? []
  let slug = ''
  for (const word of words.slice(0, 8)) if (slug.length + word.length < 48) slug += slug === '' ? word : `-${word}`
  return slug === '' ? otherwise.toLowerCase().replace(/[^a-z0-9]+/g, '-') : slug
}

export class Issues {
  readonly #bytes: Uint8Array
  readonly #isNew: boolean
  readonly #plan: string
  readonly #feed: string
  #text: string
  #added = ''
  #prefix = 'km'
  #last = 0

  /** `plan` is the plan's own text, in Latin-1: numbers that it already points to are taken. */
  constructor(bytes: Uint8Array | null, plan: string, name: string, feed: string) {
    this.#bytes = bytes ?? new Uint8Array()
    this.#isNew = bytes === null || bytes.length === 0
    this.#plan = name.slice(name.lastIndexOf('/') + 1)
    this.#text = Buffer.from(this.#bytes).toString('latin1')
    const [first = feed] = /\r\n|\n|\r/.exec(this.#text) ?? []
    this.#feed = first
    this.#prefix = [...this.#text.matchAll(entry)].at(-1)?.[1] ?? this.#prefix
    for (const text of [this.#text, plan]) {
      for (const [, prefix = '', number] of text.matchAll(id))
        if (prefix.toLowerCase() === this.#prefix.toLowerCase()) this.#last = Math.max(this.#last, Number(number))
    }
  }

  /** The id of a new entry, or of one that says the same of the same task and is still open. */
  open(key: string, title: string, text: string, stamp: Stamp): string {
    const slug = slugOf(text, `${key}-blocked`)
    const known = this.#openEntry(slug, key)
    if (known !== undefined) return known
    this.#last += 1
    const name = `${this.#prefix}-${String(this.#last).padStart(3, '0')}-${slug}`
    const said = neutral(text.slice(0, 20_000)).replaceAll('<!--', '&lt;!--').split('\n').slice(0, linesAtMost)
    const lines = [
      `## ${name}`,
      '',
      '- **Status:** Open',
      `- **Task:** ${title} (\`${this.#plan}\`, ${key})`,
      `- **Created:** ${signed(stamp)}`,
      '- **Description:**',
      ...said.map((line) => `  > ${line.trimEnd()}`.trimEnd()),
      '- **Notes:**',
      `  - ${plain(stamp.at, 40)} (${nameOf(stamp)}): opened.`,
    ]
    const block = `${this.#feed}${lines.join(this.#feed)}${this.#feed}`
    this.#added += block
    this.#text += Buffer.from(block).toString('latin1')
    return name
  }

  #openEntry(slug: string, key: string): string | undefined {
    const entries = [...this.#text.matchAll(entry)]
    for (const [at, found] of entries.entries()) {
      if (found[3] !== slug) continue
      const body = this.#text.slice(found.index, entries[at + 1]?.index ?? this.#text.length)
      if (body.includes(`, ${key})`) && /\*\*Status:\*\* Open\b/i.test(body)) return `${found[1]}-${found[2]}-${slug}`
    }
    return undefined
  }

  written(): Uint8Array | undefined {
    if (this.#added === '') return undefined
    const title = `# Issues${this.#feed}${this.#feed}> Blockers of \`${this.#plan}\`. Nothing here is deleted: close an issue by its status and a dated note.${this.#feed}`
    const end =
      this.#isNew || /[\r\n]$/.test(Buffer.from(this.#bytes.subarray(-1)).toString('latin1')) ? '' : this.#feed
    return Buffer.concat([this.#bytes, Buffer.from(`${this.#isNew ? title : end}${this.#added}`)])
  }
}
