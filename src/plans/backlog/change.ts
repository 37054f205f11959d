// Changes one task file in place: its status and date at the top, and notes where the tool keeps them.
import type { Stamp } from '../../core/nouns/plan.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { Front, Key } from './front.ts'

const noStatus = '(no status)'

/** The status with the date of the last change, both as they stand: what unticking needs to give the first bytes back. */
export function markOf(text: string, { keys }: Front): string {
  const date = rawOf(text, keys.get('updated_date'))
  const status = rawOf(text, keys.get('status')) ?? noStatus
  return `${status} (${date === undefined ? 'never updated' : `updated ${date}`})`
}

function rawOf(text: string, key: Key | undefined): string | undefined {
  if (key === undefined) return undefined
  return Buffer.from(text.slice(key.from, endOf(text, key) ?? key.to), 'latin1').toString('utf8')
}

/** Whether the status can be put anew where it stands. */
export function isWritable(text: string, { keys }: Front): boolean {
  const key = keys.get('status')
  return key === undefined || endOf(text, key) !== undefined
}

const mark = /^(.{0,400}) \((?:updated(.{0,100})|never updated)\)$/su

/** Undefined for the date stands for none; absent altogether when the mark says nothing of it. */
export function readMark(to: string): { readonly word: string; readonly date?: { readonly raw: string | undefined } } {
  const [, word, date] = mark.exec(to) ?? []
  if (word === undefined) return { word: to }
  return { word, date: { raw: date === undefined ? undefined : date.replace(/^ /, '') } }
}

/** As the tool writes it: minutes of universal time. */
function dated(stamp: Stamp): string | undefined {
  const time = Date.parse(stamp.at)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 16).replace('T', ' ')
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Words, or what stands in quotes, as far as a comment. */
const simple = /^(?:'(?:[^']|''){0,400}'|"[^"\\]{0,400}"|(?:[^'"[{>|&*!%`@#\s](?:[^\s]|[ \t](?!#)){0,400})?)/su

/** Where what stands behind a key ends and can be put anew: on its own line, and nothing of it below. */
function endOf(text: string, { from, to }: Key): number | undefined {
  const next = text.indexOf('\n', to) + 1
  if (next > 0 && /^[ \t]{1,200}\S|^-[ \t]/.test(text.slice(next, next + 202))) return undefined
  const value = simple.exec(Buffer.from(text.slice(from, to), 'latin1').toString('utf8'))?.[0].trimEnd()
  if (value === undefined) return undefined
  const end = from + Buffer.byteLength(value)
  return /^[ \t]{0,200}(?:#|$)/.test(text.slice(end, to)) ? end : undefined
}

/** The same quotes as before; quotes where the word needs them. */
function inQuotes(word: string, before: string): string {
  if (before.startsWith('"')) return JSON.stringify(word)
  const needs = /^[\s&*!|>%@`{}[\]"'#,?:-]|: | #|:$|\s$|^(?:true|false|null|yes|no|on|off|~|)$|^[\d.+-]/i.test(word)
  return before.startsWith("'") || needs ? `'${word.replaceAll("'", "''")}'` : word
}

export class Change {
  readonly #text: string
  readonly #front: Front
  readonly #feed: string
  #status: string | undefined
  #isGone = false
  #date: { raw: string | undefined } | undefined
  readonly #notes: string[] = []

  /** `text` is the file as Latin-1. */
  constructor(text: string, front: Front) {
    this.#text = text
    this.#front = front
    this.#feed = text.slice(0, 40).includes('\r\n') ? '\r\n' : '\n'
  }

  #raw(name: string): string {
    return rawOf(this.#text, this.#front.keys.get(name)) ?? ''
  }

  /** False when what stands there cannot be put anew. */
  get fits(): boolean {
    return isWritable(this.#text, this.#front)
  }

  say(word: string, stamp: Stamp | undefined): void {
    this.#isGone = false
    this.#status = inQuotes(word, this.#raw('status'))
    if (stamp !== undefined) this.stamp(stamp)
  }

  /** Puts back what stood there, as `markOf` has kept it. */
  putBack(word: string, date: { readonly raw: string | undefined } | undefined): void {
    this.#isGone = word === noStatus
    this.#status = word
    if (date !== undefined) this.#date = date
  }

  stamp(stamp: Stamp): void {
    const date = dated(stamp)
    if (date !== undefined) this.#date = { raw: inQuotes(date, this.#raw('updated_date') || "'") }
  }

  note(text: string, stamp: Stamp): void {
    const line = `${dated(stamp) ?? quoted(stamp.at, 40)} (${quoted(stamp.by)}): ${quoted(text.slice(0, 8000), 2000)}`
    const safe = line.replaceAll('<!--', '&lt;!--')
    if (this.#notes.includes(safe) || this.#text.includes(Buffer.from(safe).toString('latin1'))) return
    this.#notes.push(safe)
    this.stamp(stamp)
  }

  written(): Uint8Array | undefined {
    const edits = [
      ...this.#statusEdits(),
      ...this.#dateEdits(),
      ...(this.#notes.length === 0 ? [] : [this.#noteEdit()]),
    ]
    let [out, at] = ['', 0]
    for (const { from, to, text } of edits.toSorted((a, b) => a.from - b.from)) {
      out += this.#text.slice(at, from) + Buffer.from(text).toString('latin1')
      at = to
    }
    out += this.#text.slice(at)
    return out === this.#text ? undefined : Buffer.from(out, 'latin1')
  }

  #statusEdits(): Edit[] {
    if (this.#status === undefined) return []
    const key = this.#front.keys.get('status')
    if (this.#isGone) return key === undefined ? [] : [this.#withoutLine(key)]
    if (key !== undefined) return [this.#value(key, this.#status)]
    return [this.#line(['title', 'id'], `status: ${this.#status}`)]
  }

  #dateEdits(): Edit[] {
    if (this.#date === undefined) return []
    const { raw } = this.#date
    const key = this.#front.keys.get('updated_date')
    if (key === undefined)
      return raw === undefined ? [] : [this.#line(['created_date', 'status', 'id'], `updated_date: ${raw}`)]
    if (endOf(this.#text, key) === undefined) return []
    return [raw === undefined ? this.#withoutLine(key) : this.#value(key, raw)]
  }

  #value(key: Key, raw: string): Edit {
    const { from } = key
    const to = endOf(this.#text, key) ?? key.to
    const isTight = this.#text[from - 1] === ':'
    return { from, to, text: isTight && raw !== '' ? ` ${raw}` : raw }
  }

  #withoutLine({ start, to }: Key): Edit {
    const end = this.#text.indexOf('\n', to)
    return { from: start, to: end < 0 ? this.#text.length : end + 1, text: '' }
  }

  /** A line of its own below the first of these keys that is there, else the last at the top. */
  #line(after: readonly string[], line: string): Edit {
    const key = after
      .map((name) => this.#front.keys.get(name))
      .find((one) => one !== undefined && endOf(this.#text, one) !== undefined)
    const end = key === undefined ? -1 : this.#text.indexOf('\n', key.to)
    const at = end < 0 ? this.#front.close : end + 1
    return { from: at, to: at, text: `${line}${this.#feed}` }
  }

  /** Within the marks of the section where they are; else at the end of the section; else in one of its own, where the tool makes it. */
  #noteEdit(): Edit {
    const { body } = this.#front
    const feed = this.#feed
    const notes = this.#notes.join(`${feed}${feed}`)
    const begin = this.#text.indexOf('<!-- SECTION:NOTES:BEGIN -->', body)
    const end = begin < 0 ? -1 : this.#text.indexOf('<!-- SECTION:NOTES:END -->', begin)
    if (end >= 0) {
      const last = endOfWords(this.#text, end)
      const isEmpty = last <= begin + '<!-- SECTION:NOTES:BEGIN -->'.length
      return {
        from: last,
        to: last,
        text: `${isEmpty ? feed : `${feed}${feed}`}${notes}${this.#text.slice(last, end).includes('\n') ? '' : feed}`,
      }
    }
    const own = this.#section('Implementation Notes')
    if (own !== undefined) return { from: own.end, to: own.end, text: `${feed}${feed}${notes}` }
    const block = [
      '## Implementation Notes',
      '',
      '<!-- SECTION:NOTES:BEGIN -->',
      notes,
      '<!-- SECTION:NOTES:END -->',
    ].join(feed)
    for (const title of ['Implementation Plan', 'Definition of Done', 'Acceptance Criteria']) {
      const found = this.#section(title)
      if (found !== undefined) return { from: found.end, to: found.end, text: `${feed}${feed}${block}` }
    }
    for (const title of ['Comments', 'Final Summary']) {
      const found = this.#section(title)
      if (found !== undefined) return { from: found.start, to: found.start, text: `${block}${feed}${feed}` }
    }
    const last = Math.max(endOfWords(this.#text, this.#text.length), Math.min(body, this.#text.length))
    const tail = this.#text.slice(last) === '' ? feed : ''
    return { from: last, to: last, text: `${last <= body ? feed : `${feed}${feed}`}${block}${tail}` }
  }

  /** From its heading to its last words. */
  #section(title: string): { readonly start: number; readonly end: number } | undefined {
    const heading = new RegExp(`^## ${title}[ \\t]{0,8}\\r?$`, 'gim')
    heading.lastIndex = this.#front.body
    const found = heading.exec(this.#text)
    if (found === null) return undefined
    const next = /^## /gm
    next.lastIndex = found.index + found[0].length
    const stop = next.exec(this.#text)?.index ?? this.#text.length
    return { start: found.index, end: endOfWords(this.#text, stop) }
  }
}

function endOfWords(text: string, from: number): number {
  let end = from
  while (end > 0 && ' \t\r\n'.includes(text[end - 1] ?? '')) end -= 1
  return end
}
