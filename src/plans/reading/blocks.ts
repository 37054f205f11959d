// Marks the lines that only look like a plan: fenced code and HTML comments.
import type { Line, Mode } from './lines.ts'
import type { Notes } from './notes.ts'

/** As much of a line as is looked at here. */
type Seen = Pick<Line, 'number' | 'text'>

interface Open {
  readonly kind: 'fence' | 'comment'
  readonly line: Seen
  readonly mark: string
  readonly mode: 'code' | 'diagram' | 'hidden'
  /** Lines inside that would have been steps. */
  lookalikes: number
}

const fence = /^[ \t>]{0,40}(`{3,}|~{3,})(.*)$/
const lookalike = /^[ \t]{0,40}[-*+][ \t]{1,8}\[[ xX]\]/

function opening(line: Seen): Open | undefined {
  if (/^[ \t]{0,40}<!--/.test(line.text)) {
    return line.text.includes('-->') ? undefined : { kind: 'comment', line, mark: '-->', mode: 'hidden', lookalikes: 0 }
  }
  const [, mark, rest = ''] = fence.exec(line.text) ?? []
  if (mark === undefined || (mark.startsWith('`') && rest.includes('`'))) return undefined
  const mode = /^\s{0,8}mermaid\b/i.test(rest) ? 'diagram' : 'code'
  return { kind: 'fence', line, mark, mode, lookalikes: 0 }
}

function closes(open: Open, text: string): boolean {
  if (open.kind === 'comment') return text.includes(open.mark)
  const [, mark, rest = ''] = fence.exec(text) ?? []
  return mark !== undefined && mark[0] === open.mark[0] && mark.length >= open.mark.length && rest.trim() === ''
}

function warnOfOpenEnd(open: Open, file: string, notes: Notes): void {
  const what = open.kind === 'fence' ? 'code block' : 'comment'
  const at = { file, line: open.line.number, column: 1 }
  const close = `Close it with ${open.kind === 'fence' ? open.mark : '-->'}.`
  if (open.lookalikes === 0) notes.warning('open-end', at, `The ${what} that begins here is never closed.`, close)
  else
    notes.error(
      'open-end',
      at,
      `The ${what} that begins here is never closed and hides ${open.lookalikes} boxes.`,
      close,
    )
}

/** Follows the lines of one file, in order. Outside of a block only lines that begin with one of ` ~ < need be shown to it. */
export class Blocks {
  #open: Open | undefined

  get within(): boolean {
    return this.#open !== undefined
  }

  take(line: Seen): Mode {
    const open = this.#open
    if (open) {
      if (closes(open, line.text)) this.#open = undefined
      else if (lookalike.test(line.text)) open.lookalikes += 1
      return open.mode
    }
    this.#open = opening(line)
    return this.#open?.mode ?? (/^[ \t]{0,40}<!--/.test(line.text) ? 'hidden' : 'text')
  }

  /** What opened and never closed is said, as an error if it swallows boxes. */
  end(file: string, notes: Notes): void {
    if (this.#open) warnOfOpenEnd(this.#open, file, notes)
  }
}

/** Sets the mode of every line. */
export function markBlocks(lines: readonly Line[], file: string, notes: Notes): void {
  const blocks = new Blocks()
  for (const line of lines) line.mode = blocks.take(line)
  blocks.end(file, notes)
}

/** A comment that begins and ends inside a line is not shown by anything that renders the file, so it is not read either. */
export function withoutComments(text: string): string {
  let out = ''
  let from = 0
  for (let at = text.indexOf('<!--'); at >= 0; at = text.indexOf('<!--', from)) {
    const end = text.indexOf('-->', at + 4)
    if (end < 0) break
    const inCode = text.slice(from, at).split('`').length % 2 === 0
    out += text.slice(from, inCode ? end + 3 : at)
    from = end + 3
  }
  return from === 0 ? text : out + text.slice(from)
}
