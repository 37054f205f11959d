// Finds what the files beside a plans.md say under the headings that its tasks point to.
import type { Place } from '../../core/nouns/plan.ts'
import type { Files } from '../../core/ports.ts'
import { clip, quoted } from '../../core/text/neutral.ts'
import { markBlocks, withoutComments } from '../reading/blocks.ts'
import { type Line, linesOf, readable } from '../reading/lines.ts'
import type { Notes } from '../reading/notes.ts'

export const beside = ['research.md', 'issues.md'] as const
type Beside = (typeof beside)[number]

/** Where a heading stands; its section ends at the next one of its level or above. */
interface Section {
  readonly level: number
  readonly line: number
}

const heading = /^ {0,3}(#{1,6})[ \t]{1,8}(.{1,400})$/
const named = /<a[ \t]{1,4}(?:id|name)=["']([^"'<>]{1,120})["']/gi
const inBraces = /\{#([\w-]{1,120})\}/
const lettersAtMost = 8000
const sectionsAtMost = 8
const lettersInAll = 4_000_000

/** The name that a heading has in an address, as the hosts of repositories make it. */
export function anchorOf(title: string): string {
  const plain = title.toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
  return plain.trim().replaceAll(' ', '-')
}

/** The sections of one file, by every name they go by. */
class Sections {
  readonly #lines: readonly Line[]
  readonly #found = new Map<string, Section>()
  readonly #text = new Map<string, string>()

  constructor(bytes: Uint8Array, file: string, notes: Notes) {
    this.#lines = readable(bytes, file, notes) ? linesOf(bytes) : []
    markBlocks(this.#lines, file, notes)
    let last: Section = { level: 7, line: -1 }
    for (const [at, { mode, text }] of this.#lines.entries()) {
      const level = this.#levelAt(at)
      if (level !== undefined) {
        last = { level, line: at }
        this.#enter(text, last)
      }
      if (mode === 'code' || !text.includes('<a')) continue
      const [next] = [at, at + 1, at + 2].filter((one) => this.#levelAt(one) !== undefined)
      const section = next === undefined ? last : { level: this.#levelAt(next) ?? 7, line: next }
      for (const [, name = ''] of text.matchAll(named)) if (!this.#found.has(name)) this.#found.set(name, section)
    }
  }

  #levelAt(at: number): number | undefined {
    const line = this.#lines[at]
    return line?.mode === 'text' ? heading.exec(line.text)?.[1]?.length : undefined
  }

  #enter(text: string, section: Section): void {
    const title = heading.exec(text)?.[2] ?? ''
    const own = inBraces.exec(title)?.[1]
    if (own !== undefined && !this.#found.has(own)) this.#found.set(own, section)
    const name = anchorOf(title.replace(inBraces, ''))
    const free = [name, `${name}-1`, `${name}-2`].find((one) => !this.#found.has(one))
    if (free !== undefined) this.#found.set(free, section)
  }

  textOf(anchor: string): string | undefined {
    const section = this.#found.get(anchor) ?? this.#found.get(anchor.toLowerCase())
    if (section === undefined) return undefined
    const known = this.#text.get(anchor)
    if (known !== undefined) return known
    const text: string[] = []
    for (let at = section.line + 1, left = lettersAtMost; at < this.#lines.length && left >= 0; at += 1) {
      const line = this.#lines[at] as Line
      if ((this.#levelAt(at) ?? 7) <= section.level) break
      left -= line.text.length + 1
      if (line.mode !== 'hidden') text.push(line.mode === 'text' ? withoutComments(line.text).trimEnd() : line.text)
    }
    const words = clip(text.join('\n').trim(), lettersAtMost)
    this.#text.set(anchor, words)
    return words
  }
}

const link = /\b(research|issues)\.md#([A-Za-z0-9_-]{1,120})/g

/** What lies beside the plan, for whoever points to it. */
export class Research {
  readonly #files = new Map<Beside, Sections>()
  readonly read: string[] = []
  readonly #folder: string
  readonly #notes: Notes
  #missing = 0
  #left = lettersInAll

  constructor(folder: string, notes: Notes) {
    this.#folder = folder
    this.#notes = notes
  }

  async open(files: Files): Promise<this> {
    for (const name of beside) {
      const file = `${this.#folder}${name}`
      const bytes = await files.read(file)
      if (bytes === null) continue
      this.read.push(file)
      this.#files.set(name, new Sections(bytes, file, this.#notes))
    }
    return this
  }

  /** The sections that these lines point to, as they go into a brief. */
  under(lines: readonly { readonly number: number; readonly text: string }[], file: string): string[] {
    const parts: string[] = []
    const seen = new Set<string>()
    for (const { number, text } of lines) {
      if (!text.includes('.md#')) continue
      for (const found of text.matchAll(link)) {
        const [whole, kind, anchor = ''] = found
        if (seen.has(whole) || seen.size === sectionsAtMost) continue
        seen.add(whole)
        const name: Beside = kind === 'research' ? 'research.md' : 'issues.md'
        const section = this.#files.get(name)?.textOf(anchor)
        const at = { file, line: number, column: found.index + 1 }
        if (section === undefined) this.#missed(name, anchor, at, text)
        else if (section !== '' && this.#fits(section, at)) parts.push('', `From ${whole}:`, '', section)
      }
    }
    return parts
  }

  #fits(section: string, at: Place): boolean {
    const before = this.#left
    this.#left -= section.length
    if (this.#left >= 0) return true
    const text = 'Tasks point to more text than can be put into their briefs; from here on it is left out.'
    if (before >= 0) this.#notes.warning('too-much', at, text, 'Point to smaller sections.')
    return false
  }

  #missed(name: Beside, anchor: string, at: Place, text: string): void {
    if (this.#files.has(name)) {
      if (/\bexample\b/i.test(text)) return
      const words = `${this.#folder}${name} has no heading for #${quoted(anchor)}, so nothing of it is in the brief.`
      this.#notes.warning('dangling-link', at, words, 'Write that section, or correct the link.')
    } else if (name === 'research.md' && this.#missing++ === 0) {
      const words = `There is no ${this.#folder}${name}; what tasks point to in it is in no brief (#${quoted(anchor)} first).`
      this.#notes.warning('dangling-link', at, words, 'Commit it beside the plan, or take the links out.')
    }
  }
}
