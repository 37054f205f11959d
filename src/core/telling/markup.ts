// HTML out of templates: every text that is put in is escaped, and nothing else ever makes a tag.
import { clip, neutral } from '../text/neutral.ts'

/** What is HTML already; made here and nowhere else. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Piece = string | number | Markup | undefined | readonly Piece[]

const mostLetters = 4000
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function render(piece: Piece): string {
  if (piece === undefined) return ''
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'object') return piece.map(render).join('')
  return clip(neutral(String(piece)), mostLetters).replace(/[&<>"'`]/gu, (letter) => escapes[letter] ?? '')
}

/** Invariant: what stands between the pieces is written by us; the pieces are text of whoever, unless they are markup themselves. */
export function html(ours: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(ours.map((text, at) => text + render(pieces[at])).join(''))
}
