// One task or stage that is being changed: its box, its stamps, its links and its notes.
import type { Stamp } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { quoted } from '../../core/text/neutral.ts'
import { type Body, bodyOf, type Field, linesUnder } from './body.ts'
import { type Entry, isStage, wordsAt } from './entry.ts'
import type { Pen } from './pen.ts'
import type { Outline } from './scan.ts'
import { meaningOf } from './words.ts'

const labels: Readonly<Record<string, string>> = {
  status: 'Status',
  'last updated': 'Last Updated',
  completed: 'Completed',
  links: 'Links',
  notes: 'Notes',
}
const placeholder = /<[^<>\r\n]{1,200}>/g

/** Words of a stranger as they may stand on one line of a plan: nothing in them can open or close a part of it. */
export function plain(text: string, most = 2000): string {
  return quoted(text.slice(0, most * 4), most).replaceAll('<!--', '&lt;!--')
}

export const nameOf = ({ by }: Stamp): string => plain(by, 80).replaceAll('`', "'")

/** `at` by `by`, as the document writes them. */
export const signed = (stamp: Stamp, quote = '`'): string =>
  `${quote}${plain(stamp.at, 40)}${quote} by ${quote}${nameOf(stamp)}${quote}`

/** Every placeholder of a template filled in, as far as a stamp can. */
export function filled(value: string, stamp: Stamp): string {
  return value.replace(placeholder, (found) =>
    /agent|cli\b|name|editor/i.test(found) ? nameOf(stamp) : plain(stamp.at, 40),
  )
}

export class Touched {
  readonly entry: Entry
  ticked: boolean
  readonly #outline: Outline
  readonly #bytes: Uint8Array
  #body: Body | undefined
  readonly #values = new Map<string, string>()
  readonly #under = new Map<'links' | 'notes', string[]>()

  constructor(bytes: Uint8Array, outline: Outline, entry: Entry) {
    this.entry = entry
    this.ticked = entry.ticked
    this.#bytes = bytes
    this.#outline = outline
  }

  get title(): string {
    const title = plain(wordsAt(this.#outline.text, this.entry).title, 200).replaceAll('**', '')
    const id = this.isStage ? `Stage ${this.entry.stage}` : this.entry.key
    return `**${title === '' ? id : `${id} – ${title}`}**`
  }

  get isStage(): boolean {
    return isStage(this.entry)
  }

  get status(): PlanStatus {
    if (this.ticked) return 'done'
    const status = meaningOf(this.#valueOf('status'))
    return status === undefined || status === 'done' ? 'open' : status
  }

  #inside(): Body {
    this.#body ??= bodyOf(linesUnder(this.#bytes, this.entry))
    return this.#body
  }

  #field(name: string): Field | undefined {
    return this.#inside().fields.find((field) => field.name === name)
  }

  #valueOf(name: string): string {
    return this.#values.get(name) ?? this.#field(name)?.value ?? ''
  }

  /** The state in words; a field for it is made only when `always`, or kept true when it is there. */
  say(word: string, always: boolean): void {
    if (!always && this.#field('status') === undefined && !this.#values.has('status')) return
    const quote = this.#field('status')?.value.startsWith('`') === true ? '`' : ''
    this.#values.set('status', `${quote}${plain(word, 40)}${quote}`)
  }

  stamp(stamp: Stamp): void {
    if (this.isStage) return
    const before = this.#field('last updated')?.value
    const quote = before === undefined || before === '' || before.includes('`') ? '`' : ''
    const by = this.#field('last updated by')
    this.#values.set('last updated', by ? `${quote}${plain(stamp.at, 40)}${quote}` : signed(stamp, quote))
    if (by) this.#values.set('last updated by', `${quote}${nameOf(stamp)}${quote}`)
    for (const name of ['created', 'created by']) {
      const value = this.#valueOf(name)
      if (value !== '' && filled(value, stamp) !== value) this.#values.set(name, filled(value, stamp))
    }
  }

  /** Completion is never taken back: what came after it is said behind it. */
  complete(what: string, stamp: Stamp, commit?: string): void {
    if (this.isStage) return
    const before = this.#valueOf('completed').replace(/^`?<[^<>]{0,200}>`?$/, '')
    if (before === '' && what === 'reopened') return
    const sha = commit === undefined ? '' : ` (commit \`${plain(commit, 64)}\`)`
    const words = `${signed(stamp)}${sha}`
    this.#values.set('completed', before === '' ? words : `${before}; ${what} ${words}`)
  }

  note(text: string, stamp: Stamp): boolean {
    return this.#append('notes', `${plain(stamp.at, 40)} (${nameOf(stamp)}): ${text}`)
  }

  link(address: string): boolean {
    return this.#append('links', `Issues: \`${address}\``)
  }

  /** Not a second time when it already stands there, so that a change carried out twice is there once. */
  #append(name: 'links' | 'notes', text: string): boolean {
    const lines = this.#under.get(name) ?? []
    if (lines.includes(text) || this.#inside().lines.some((line) => line.text.includes(text))) return false
    this.#under.set(name, [...lines, text])
    return true
  }

  write(pen: Pen): void {
    const { box, ticked, end, indent, from, first } = this.entry
    if (ticked !== this.ticked) pen.put(box, box + 1, this.ticked ? this.#outline.cross : ' ')
    const { feed, text } = this.#outline
    const own = text.slice(from, first)
    const body = this.#inside()
    const blanks = body.lead ?? `${own}${own.includes('\t') ? '\t' : '  '}`
    const bullet = body.bullet ?? '-'
    // Of entries that end at the same line the innermost is first.
    let rank = -indent * 100
    if (this.isStage) {
      for (const line of this.#under.get('notes') ?? []) pen.put(end, end, `${feed}${blanks}${bullet} ${line}`, rank)
      return
    }
    for (const name of ['created', 'created by', 'last updated by', 'status', 'last updated', 'completed']) {
      rank += 1
      this.#writeValue(pen, name, `${feed}${blanks}${bullet} `, rank)
    }
    for (const name of ['links', 'notes'] as const) {
      rank += 1
      const field = this.#field(name)
      const lines = this.#under.get(name) ?? []
      if (lines.length === 0) continue
      const deeper =
        /^([ \t]{0,40})[-*+][ \t]/.exec(field?.inner[0]?.text ?? '')?.[1] ??
        `${blanks}${blanks.includes('\t') ? '\t' : '  '}`
      const under = lines.map((line) => `${feed}${deeper}${bullet} ${line}`).join('')
      if (field) pen.put(field.end, field.end, under, -indent * 100)
      else pen.put(end, end, `${feed}${blanks}${bullet} **${labels[name]}:**${under}`, rank)
    }
  }

  #writeValue(pen: Pen, name: string, start: string, rank: number): void {
    const value = this.#values.get(name)
    const field = this.#field(name)
    if (value === undefined || value === field?.value) return
    if (field) {
      const gap = field.place.from > 0 && /[ \t]/.test(this.#outline.text[field.place.from - 1] ?? '') ? '' : ' '
      pen.put(field.place.from, field.place.to, `${gap}${value}`)
      return
    }
    const after = name === 'last updated' ? (this.#field('created by') ?? this.#field('created')) : undefined
    const at = after?.end ?? this.entry.end
    pen.put(at, at, `${start}**${labels[name]}:** ${value}`, after ? -this.entry.indent * 100 : rank)
  }
}
