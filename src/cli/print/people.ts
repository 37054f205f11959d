// Prints for people: every piece of text is made harmless on its way out, and only then coloured.
import { neutral, singleLine } from '../../core/text/neutral.ts'
import type { Terminal } from '../world.ts'

export type Style = 'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan'
export type Piece = string | { readonly text: string; readonly style: Style }

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 }

export const paint = (style: Style, text: string): Piece => ({ text, style })

export class People {
  readonly colour: boolean
  readonly #to: Terminal

  constructor(to: Terminal, env: Readonly<Record<string, string | undefined>>) {
    this.#to = to
    this.colour = to.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  }

  /** One line; line ends inside a piece become blanks. */
  line(...pieces: readonly Piece[]): void {
    this.#to.write(`${this.render(pieces)}\n`)
  }

  /** Text as it is, over as many lines as it has. */
  block(text: string, indent = ''): void {
    const lines = neutral(text).replace(/\n+$/, '').split('\n')
    this.#to.write(`${lines.map((line) => indent + line).join('\n')}\n`)
  }

  /** Columns as wide as their widest cell; the last one takes what is left of the terminal. */
  table(rows: readonly (readonly Piece[])[], indent = ''): void {
    for (const line of this.lines(rows, indent)) this.#to.write(`${line}\n`)
  }

  lines(rows: readonly (readonly Piece[])[], indent = ''): string[] {
    const clean = rows.map((row) => row.map((cell) => ({ text: singleLine(textOf(cell)), style: styleOf(cell) })))
    const widths: number[] = []
    for (const row of clean)
      row.forEach((cell, at) => {
        widths[at] = Math.max(widths[at] ?? 0, widthOf(cell.text))
      })
    // A terminal that does not know how wide it is says 0.
    const room = this.#to.isTTY === true ? this.#to.columns || 100 : Number.POSITIVE_INFINITY
    return clean.map((row) => {
      let left = room - indent.length
      const cells = row.map((cell, at) => {
        const text = cut(cell.text, Math.max(4, left))
        const width = widths[at] ?? 0
        left -= width + 2
        return (
          this.#styled(text, cell.style) + (at === row.length - 1 ? '' : ' '.repeat(Math.max(0, width - widthOf(text))))
        )
      })
      return (indent + cells.join('  ')).trimEnd()
    })
  }

  render(pieces: readonly Piece[]): string {
    return pieces.map((piece) => this.#styled(flat(textOf(piece)), styleOf(piece))).join('')
  }

  #styled(text: string, style: Style | undefined): string {
    return style === undefined || !this.colour ? text : `\u001b[${codes[style]}m${text}\u001b[0m`
  }
}

const textOf = (piece: Piece): string => (typeof piece === 'string' ? piece : piece.text)
const styleOf = (piece: Piece): Style | undefined => (typeof piece === 'string' ? undefined : piece.style)
const flat = (text: string): string => neutral(text).replace(/\n/g, ' ')

/** Wide letters of East Asia and pictures take two places. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u

export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const letter of text) width += /\p{M}/u.test(letter) ? 0 : wide.test(letter) ? 2 : 1
  return width
}

function cut(text: string, most: number): string {
  if (widthOf(text) <= most) return text
  let width = 0
  let kept = ''
  for (const letter of text) {
    width += widthOf(letter)
    if (width > most - 1) break
    kept += letter
  }
  return `${kept}…`
}
