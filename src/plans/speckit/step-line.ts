// Reads one line of a tasks.md as a step: its box, id, marks and words.

export interface StepLine {
  readonly kind: 'step'
  readonly key: string
  /** Index in the line of the character inside the box. */
  readonly box: number
  readonly ticked: boolean
  readonly parallel: boolean
  readonly story?: string
  readonly words: string
  readonly indent: number
}

export interface OddLine {
  readonly kind: 'odd'
  readonly why: 'placeholder' | 'no-box' | 'odd-box' | 'odd-id' | 'no-id'
  readonly at: number
}

const bullet = /[ \t\u00a0]{0,200}(?:[-*+]|\d{1,9}[.)])(?=[ \t\u00a0])[ \t\u00a0]{1,16}/y
const box = /\[([^\]\s]{0,3}|\s{1,3})\][ \t\u00a0]{0,16}/y
const id = /[*_`~[(]{0,4}(T\d{3,12})(?!\w)(?![-\u2010-\u2014]T?\d)[*_`~\])]{0,4}[:.]?[*_`~]{0,4}/y
const mark = /[ \t\u00a0]{0,16}[*_`]{0,2}\[(p|us\d{1,6})\][*_`]{0,2}(?!\()/iy
const placeholder = /[*_`[]{0,4}T[X#?]{2,}(?!\w)/iy
const idLike = /[*_`[]{0,4}T-?\d/y
const lead = /^[ \t\u00a0]{0,16}(?:(?:--?|[–—:|])[ \t\u00a0]{1,16})?/

function match(shape: RegExp, text: string, at: number): RegExpExecArray | null {
  shape.lastIndex = at
  return shape.exec(text)
}

interface Marks {
  at: number
  parallel: boolean
  story?: string
}

/** `[P]` and `[US1]` in either order, before or after the id. */
function readMarks(text: string, marks: Marks): void {
  for (let found = match(mark, text, marks.at); found; found = match(mark, text, marks.at)) {
    const name = (found[1] ?? '').toUpperCase()
    if (name === 'P') marks.parallel = true
    else marks.story ??= name
    marks.at += found[0].length
  }
}

function skipBlanks(text: string, at: number): number {
  let next = at
  while (/[ \t\u00a0]/.test(text[next] ?? '')) next += 1
  return next
}

function oddity(text: string, at: number, boxed: boolean): OddLine | undefined {
  if (match(placeholder, text, at)) return { kind: 'odd', why: 'placeholder', at }
  if (match(idLike, text, at)) return { kind: 'odd', why: boxed ? 'odd-id' : 'no-box', at }
  return boxed ? { kind: 'odd', why: 'no-id', at } : undefined
}

export function readStepLine(text: string): StepLine | OddLine | undefined {
  const dot = match(bullet, text, 0)
  if (!dot) return undefined
  const boxAt = dot[0].length
  const boxed = match(box, text, boxAt)
  const marks: Marks = { at: boxAt + (boxed?.[0].length ?? 0), parallel: false }
  readMarks(text, marks)
  marks.at = skipBlanks(text, marks.at)
  const named = match(id, text, marks.at)
  if (!named?.[1]) return oddity(text, marks.at, boxed !== null)
  if (!boxed) return { kind: 'odd', why: 'no-box', at: marks.at }
  const tick = boxed[1] ?? ''
  if (tick !== ' ' && tick !== 'x' && tick !== 'X') return { kind: 'odd', why: 'odd-box', at: boxAt }
  marks.at += named[0].length
  readMarks(text, marks)
  return {
    kind: 'step',
    key: named[1],
    box: boxAt + 1,
    ticked: tick !== ' ',
    parallel: marks.parallel,
    ...(marks.story === undefined ? {} : { story: marks.story }),
    words: text.slice(marks.at).replace(lead, '').trim(),
    indent: indentOf(text),
  }
}

/** Columns of white space before the first word; a tab counts to the next multiple of four. */
export function indentOf(text: string): number {
  let columns = 0
  for (const letter of text) {
    if (letter === '\t') columns += 4 - (columns % 4)
    else if (letter === ' ' || letter === '\u00a0') columns += 1
    else break
  }
  return columns
}
