// Reads the acceptance criteria of a requirements.md or bugfix.md, each under the number that tasks name it by.
import { type Row, type Rows, rowsOf, textOf } from '../lists/boxes.ts'
import { titleOf, wordsOf } from '../lists/outline.ts'
import { Notes } from '../reading/notes.ts'

export interface Requirements {
  /** `2.3` → its words. Empty when there is no such document. */
  readonly criteria: ReadonlyMap<string, string>
  readonly introduction: string
}

const lettersAtMost = 2000
const criteriaAtMost = 20_000
const numbered = /^[^\d\n]{0,40}?(\d{1,4})(?!\.?\d)/
const whole = /^\*{0,2}(\d{1,4}\.\d{1,4})\*{0,2}[.:)]?\s{1,8}(\S.*)$/s
const introduced = /^(?:introduction|overview|summary)\b/i

class Reader {
  readonly criteria = new Map<string, string>()
  readonly introduction: string[] = []
  readonly #rows: Rows
  #requirement = ''
  #level = 9
  #open = ''
  #indent = 0
  #introduces = false

  constructor(rows: Rows) {
    this.#rows = rows
  }

  take(row: Row): void {
    if (row.kind === 'heading') this.#heading(row)
    else if (row.kind === 'code' || row.kind === 'table') this.#open = ''
    else if (!this.#item(row)) this.#more(row)
  }

  /** `### Requirement 2: Search`, in any language; headings inside it have no number. */
  #heading(row: Row): void {
    const title = titleOf(this.#rows, row)
    const number = numbered.exec(title)?.[1]
    this.#open = ''
    this.#introduces = introduced.test(title)
    if (number !== undefined && row.level > 1) {
      this.#requirement = String(Number(number))
      this.#level = row.level
    } else if (row.level <= this.#level) this.#requirement = ''
  }

  #item(row: Row): boolean {
    const words = wordsOf(this.#rows, row)
    const [, id, said] = whole.exec(words) ?? []
    if (id !== undefined && said !== undefined) return this.#put(id, said, row)
    if (row.kind !== 'bullet' || this.#requirement === '' || row.indent > 3) return false
    const mark = /^\s{0,8}(\d{1,4})[.)]/.exec(textOf(this.#rows, row.start, row.from))?.[1]
    return mark !== undefined && this.#put(`${this.#requirement}.${Number(mark)}`, words, row)
  }

  #put(id: string, words: string, row: Row): boolean {
    this.#open = ''
    if (this.criteria.has(id) || this.criteria.size >= criteriaAtMost) return true
    this.criteria.set(id, words.slice(0, lettersAtMost))
    this.#open = id
    this.#indent = row.indent
    return true
  }

  #more(row: Row): void {
    const words = wordsOf(this.#rows, row)
    if (this.#introduces && this.introduction.length < 60) this.introduction.push(words)
    const before = this.criteria.get(this.#open)
    if (before === undefined) return
    if (row.indent <= this.#indent && row.kind !== 'text') this.#open = ''
    else if (row.indent > this.#indent && before.length < lettersAtMost)
      this.criteria.set(this.#open, `${before}\n${words}`.slice(0, lettersAtMost))
  }
}

export function readRequirements(bytes: Uint8Array | null, file: string): Requirements {
  const rows = bytes === null ? undefined : rowsOf(bytes, file, new Notes())
  if (rows === undefined) return { criteria: new Map(), introduction: '' }
  const reader = new Reader(rows)
  for (const row of rows.all) reader.take(row)
  return { criteria: reader.criteria, introduction: reader.introduction.join('\n').slice(0, 4000) }
}
