// Reads one line of a plans.md as a box with an id: a task such as S1.1, or a stage.
import type { Row } from './rows.ts'
import { shown } from './rows.ts'

/** From its first byte to the one after its last. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A box with an id: a task, or a stage in the roadmap. */
export interface Entry {
  /** `S1.1`, or `S1` for a stage. */
  readonly key: string
  readonly stage: number
  /** Offset of the byte inside its box. */
  readonly box: number
  readonly ticked: boolean
  /** Offset of its id, and the one after it. */
  readonly id: number
  readonly after: number
  readonly line: number
  /** Where its line begins, where its bullet stands, and where its line ends. */
  readonly from: number
  readonly first: number
  readonly head: number
  readonly indent: number
  /** The end of the last line that is indented under it, and that line. */
  end: number
  last: number
  /** The task that it is indented under, or -1. */
  readonly parent: number
}

export const isStage = ({ key }: Entry): boolean => !key.includes('.')

const [space, tab, star, plus, dash, open, close, letter, small, under, dot] = [
  32, 9, 42, 43, 45, 91, 93, 83, 115, 95, 46,
]

const isDigit = (code: number): boolean => code >= 48 && code <= 57

function afterBlanks(text: string, from: number): number {
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === space || code === tab) at += 1
    else if (code === 0xc2 && text.charCodeAt(at + 1) === 0xa0) at += 2
    else return at
  }
}

export const isBullet = (code: number): boolean => code === dash || code === star || code === plus

/** Where the words after a box begin and what stands in the box, or undefined when there is none. */
export function boxAt(text: string, { first, to }: Row): { readonly at: number; readonly words: number } | undefined {
  const at = afterBlanks(text, first + 1)
  if (at === first + 1 || at - first > 8 || text.charCodeAt(at) !== open) return undefined
  let end = at + 2
  while (end < at + 5 && text.charCodeAt(end) !== close) end += 1
  const words = afterBlanks(text, end + 1)
  if (text.charCodeAt(end) !== close || words === end + 1 || words > to) return undefined
  return { at: at + 1, words }
}

function afterDigits(text: string, from: number): number {
  let at = from
  while (at - from < 7 && isDigit(text.charCodeAt(at))) at += 1
  return at - from > 6 ? from : at
}

/** A letter, a digit, an underscore or a hyphen in bytes. */
function goesOn(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code === 0xe2) return text.charCodeAt(at + 1) === 0x80 && /^[\x90\x91]\w/.test(text.slice(at + 2, at + 4))
  return isDigit(code) || code === under || code === dash || (code > 64 && code < 91) || (code > 96 && code < 123)
}

/** `S1.2`, `S1.2.3`, `S1.2a`: the first dot stands at `first`. */
function taskAt(text: string, id: number, first: number): Pick<Entry, 'key' | 'stage' | 'id' | 'after'> | undefined {
  let at = first
  for (let parts = 0; parts < 6 && text.charCodeAt(at) === dot; parts += 1) {
    const end = afterDigits(text, at + 1)
    if (end === at + 1) break
    at = end
  }
  if (at === first) return undefined
  const code = text.charCodeAt(at)
  if (code > 96 && code < 123 && !goesOn(text, at + 1)) at += 1
  if (goesOn(text, at)) return undefined
  return { key: `S${text.slice(id + 1, at)}`, stage: Number(text.slice(id + 1, first)), id, after: at }
}

const stageId = /Stage(?:[ \t]|\xc2\xa0){1,4}(\d{1,6})(?![\w-])/iy

/** The id at these words, behind marks of bold type. */
export function idAt(text: string, words: number): Pick<Entry, 'key' | 'stage' | 'id' | 'after'> | undefined {
  let id = words
  while (id - words < 3 && (text.charCodeAt(id) === star || text.charCodeAt(id) === under)) id += 1
  if (text.charCodeAt(id) !== letter && text.charCodeAt(id) !== small) return undefined
  const end = afterDigits(text, id + 1)
  if (end > id + 1 && text.charCodeAt(end) === dot) return taskAt(text, id, end)
  stageId.lastIndex = id
  const found = stageId.exec(text)
  if (found === null) return undefined
  return { key: `S${Number(found[1])}`, stage: Number(found[1]), id, after: id + found[0].length }
}

const joint = /^[*_]{0,3}[ \t\u00a0]{0,8}(?:[-\u2010-\u2015\u2212:.]|--)?[ \t\u00a0]{0,8}/

/** Its title, and what follows the title on its line. */
export function wordsAt(
  text: string,
  { id, after, head, from }: Entry,
): { readonly title: string; readonly rest: string } {
  const words = shown(text, after, Math.min(head, after + 65_536))
  const bold = /[*_]{1,3}$/.exec(text.slice(Math.max(from, id - 3), id))?.[0]
  const bare = words.replace(joint, '')
  const end = bold === undefined ? -1 : bare.indexOf(bold)
  if (end < 0) return { title: bare.trim(), rest: '' }
  return { title: bare.slice(0, end).trim(), rest: bare.slice(end + (bold?.length ?? 0)).trim() }
}
