// Server-sent events out of text as it comes, cut anywhere; a line has a length that it may not pass.
import { Trouble } from '../trouble.ts'

export interface ServerEvent {
  readonly name: string
  readonly data: string
}

export class Events {
  readonly #longest: number
  /** The beginning of a line that has not ended: joined once, so that many small pieces cost no more than a few large ones. */
  #pieces: string[] = []
  #length = 0
  #name = ''
  #lines: string[] = []
  #size = 0
  #first = true

  constructor(longest: number) {
    this.#longest = longest
  }

  take(text: string): ServerEvent[] {
    const found: ServerEvent[] = []
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.#whole(text, from, end)
      from = end + 1
      this.#line(line.endsWith('\r') ? line.slice(0, -1) : line, found)
    }
    if (from < text.length) this.#hold(from === 0 ? text : text.slice(from))
    return found
  }

  /** What came after the last empty line: servers leave that one out at the end. */
  end(): ServerEvent[] {
    const found: ServerEvent[] = []
    const rest = this.#pieces.join('')
    this.#pieces = []
    if (rest !== '') this.#line(rest.endsWith('\r') ? rest.slice(0, -1) : rest, found)
    this.#line('', found)
    return found
  }

  #whole(text: string, from: number, end: number): string {
    if (this.#length === 0 && end - from <= this.#longest) return text.slice(from, end)
    this.#hold(text.slice(from, end))
    const line = this.#pieces.join('')
    this.#pieces = []
    this.#length = 0
    return line
  }

  #hold(piece: string): void {
    this.#length += piece.length
    if (this.#length > this.#longest) throw tooLong(this.#longest)
    this.#pieces.push(piece)
  }

  #line(given: string, found: ServerEvent[]): void {
    const line = this.#first && given.startsWith('\uFEFF') ? given.slice(1) : given
    this.#first = false
    if (line === '') {
      const lines = this.#lines
      if (lines.length > 0) {
        found.push({ name: this.#name, data: lines.length === 1 ? (lines[0] ?? '') : lines.join('\n') })
        this.#lines = []
      }
      this.#size = 0
      this.#name = ''
      return
    }
    if (line.startsWith('data: ')) {
      this.#data(line.slice(6))
      return
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') this.#name = value
    if (field === 'data') this.#data(value)
  }

  #data(value: string): void {
    this.#size += value.length + 1
    if (this.#size > this.#longest) throw tooLong(this.#longest)
    this.#lines.push(value)
  }
}

const tooLong = (longest: number): Trouble =>
  new Trouble({
    reason: 'bad-output',
    why: `it sent a line of more than ${longest} letters, which no model writes`,
    again: false,
  })
