// Reads what Kiro and its relatives write under a task: which requirements judge it, and which tasks come first.
import type { Place } from '../../core/nouns/plan.ts'
import { columnOf, type Row, type Rows, textOf } from '../lists/boxes.ts'

export interface Mentioned {
  readonly number: string
  readonly at: Place
}

export interface Details {
  readonly requirements: readonly Mentioned[]
  readonly waits: readonly Mentioned[]
}

const lettersAtMost = 2000
const numbersAtMost = 200
/** A whole line in emphasis: a word, a colon, and numbers; the word may be of any language. */
const labelled = /^(?:_|\*{1,2})?([\p{L}\p{M}][\p{L}\p{M} ]{1,40})\s{0,3}[:：]\s{0,3}(.*?)(?:_|\*{1,2})?$/su
const waiting = /^(?:depends?(?: on)?|dependenc(?:y|ies)|blocked by|after)$/i
const judging = /^(?:requirements?|validates|acceptance criteria|criteria|satisfies|covers|implements)$/i
const telling =
  /^(?:boundary|leverage|prompt|files?|property|goal|note|tests?|validation|deliverable|purpose|success)$/i
const number = /(?<![\w.])(\d{1,4}(?:\.\d{1,4}){0,5})(?:\s{0,2}[-–—]\s{0,2}(\d{1,4}(?:\.\d{1,4}){0,5}))?(?![\w]|\.\d)/g

export function detailsIn(rows: Rows, more: readonly Row[]): Details {
  const requirements: Mentioned[] = []
  const waits: Mentioned[] = []
  for (const row of more) {
    if (row.kind === 'code' || row.end - row.from > lettersAtMost) continue
    const raw = textOf(rows, row.from, row.end)
    if (!raw.includes(':') && !raw.includes('：')) continue
    const text = raw.trim()
    const [, word = '', said = ''] = labelled.exec(text) ?? []
    if (said === '' || telling.test(word)) continue
    const emphasized = /^[_*]/.test(text)
    const into = waiting.test(word)
      ? waits
      : judging.test(word) || (emphasized && onlyNumbers(said))
        ? requirements
        : undefined
    if (into !== undefined) numbersIn(rows, row, text.length - said.length, said, into)
  }
  return { requirements, waits }
}

/** `_需求：1.1, 2.3_`: in a language that is not known here, numbers alone say it. */
function onlyNumbers(said: string): boolean {
  return /^[\d\s.,;、，–—_*-]{1,400}$/.test(said) && /\d/.test(said)
}

function numbersIn(rows: Rows, row: Row, offset: number, said: string, into: Mentioned[]): void {
  const before =
    columnOf(rows, row, row.from) +
    offset -
    (/[_*]{1,2}$/.exec(textOf(rows, row.from, row.end).trim())?.[0].length ?? 0)
  for (const found of said.matchAll(number)) {
    if (into.length >= numbersAtMost) return
    const at = { file: rows.file, line: row.number, column: Math.max(1, before + found.index) }
    for (const each of between(found[1] ?? '', found[2])) into.push({ number: each, at })
  }
}

/** `1.1-1.4` under one head; anything else is its two ends. */
function between(first: string, last: string | undefined): string[] {
  if (last === undefined) return [first]
  const head = first.slice(0, first.lastIndexOf('.') + 1)
  const [from, to] = [
    Number(first.slice(head.length)),
    Number(last.startsWith(head) ? last.slice(head.length) : Number.NaN),
  ]
  if (!Number.isInteger(to) || to < from || to - from > 100) return [first, last]
  return Array.from({ length: to - from + 1 }, (_, at) => `${head}${from + at}`)
}
