// Reads an event stream (the format of EventSource) out of bytes that come in pieces cut anywhere.

const lineEnd = /\r\n?|\n/g

export interface SseEvent {
  /** `message` when the stream names none. */
  readonly event: string
  readonly data: string
  /** The last id that the stream has given, with this event or before it; '' while there was none. */
  readonly id: string
}

/** Thrown at an event that grows without an end. */
export class TooLong extends Error {}

/**
 * Holds at most one event that is not over yet, of at most `most` characters; one that the stream's end cuts off is never given.
 * A line ends at CR, LF or CRLF, wherever the pieces are cut.
 */
export class SseReader {
  readonly #decoder = new TextDecoder()
  readonly #most: number
  /** The line that is not over yet, in pieces: joined once, so that a long line costs no more than its length. */
  #line: string[] = []
  #held = 0
  #afterCr = false
  #event = ''
  #lines: string[] = []
  #id = ''
  #lastId = ''

  constructor(most = 64 * 1024 * 1024) {
    this.#most = most
  }

  /** The events that are over with this piece. */
  push(bytes: Uint8Array): SseEvent[] {
    const events: SseEvent[] = []
    const text = this.#decoder.decode(bytes, { stream: true })
    let from = 0
    if (this.#afterCr && text.length > 0) {
      if (text[0] === '\n') from = 1
      this.#afterCr = false
    }
    for (const end of text.matchAll(lineEnd)) {
      if (end.index < from) continue
      this.#take(text.slice(from, end.index), events)
      from = end.index + end[0].length
      this.#afterCr = end[0] === '\r' && from === text.length
    }
    this.#hold(text.slice(from))
    return events
  }

  #hold(piece: string): void {
    if (piece === '') return
    this.#line.push(piece)
    this.#held += piece.length
    if (this.#held > this.#most) throw new TooLong(`an event is longer than ${this.#most} characters`)
  }

  #take(rest: string, events: SseEvent[]): void {
    this.#hold(rest)
    const line = this.#line.length === 1 ? (this.#line[0] as string) : this.#line.join('')
    this.#line = []
    if (line === '') this.#dispatch(events)
    else if (line[0] === ':') this.#held -= line.length
    else this.#field(line)
  }

  #field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') this.#lines.push(value)
    else if (name === 'event') this.#event = value
    else if (name === 'id' && !value.includes('\0')) this.#id = value
  }

  /** An id counts once its event is over, also when there is no data with it. */
  #dispatch(events: SseEvent[]): void {
    this.#lastId = this.#id
    if (this.#lines.length > 0)
      events.push({ event: this.#event || 'message', data: this.#lines.join('\n'), id: this.#lastId })
    this.#event = ''
    this.#lines = []
    this.#held = 0
  }

  /** The id that a new connection goes on from. */
  get lastId(): string {
    return this.#lastId
  }
}
