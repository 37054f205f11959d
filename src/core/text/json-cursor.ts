// Goes through JSON that was read before without a fault, looks only at what is asked for, and makes nothing of the rest.

const [quote, backslash, comma, colon] = [34, 92, 44, 58]
/** So many letters of a string are walked before its end is searched for. */
const walkAtMost = 24
const [openList, closeList, openMap, closeMap] = [91, 93, 123, 125]

/**
 * Stands before a value. Whoever is called for a member or an element may go into it or past it; else it is passed over. Of text with a fault
 * in it something is made up, but it comes to an end and throws nothing.
 */
export class JsonCursor {
  readonly text: string
  /** Offset of the next letter. */
  at: number

  constructor(text: string, at = 0) {
    this.text = text
    this.at = at
    if (at === 0 && text.startsWith('\ufeff')) this.at = 1
    else if (at === 0 && text.startsWith('\xef\xbb\xbf')) this.at = 3
    this.#blank()
  }

  get isList(): boolean {
    return this.text.charCodeAt(this.at) === openList
  }

  get isObject(): boolean {
    return this.text.charCodeAt(this.at) === openMap
  }

  /** Ends every walk that is under way. */
  stop(): void {
    this.at = this.text.length
  }

  /** Each member of an object: its key, and where its value begins. */
  members(visit: (key: string, start: number) => void): void {
    if (!this.isObject) {
      this.skip()
      return
    }
    this.at += 1
    for (let code = this.#blank(); code === quote || code === comma; code = this.#blank()) {
      if (code === comma) {
        this.at += 1
        continue
      }
      const from = this.at
      const escaped = this.#string()
      const key = escaped ? wordsOf(this.text.slice(from, this.at)) : this.text.slice(from + 1, this.at - 1)
      if (this.#blank() === colon) this.at += 1
      this.#blank()
      const start = this.at
      visit(key, start)
      if (this.at === start) this.#pass()
    }
    this.#end()
  }

  /** Each element of a list, and where it begins. */
  elements(visit: (index: number, start: number) => void): void {
    if (!this.isList) {
      this.skip()
      return
    }
    this.at += 1
    let index = 0
    for (let code = this.#blank(); code !== closeList && code >= 0; code = this.#blank()) {
      if (code === comma) {
        this.at += 1
        continue
      }
      const start = this.at
      visit(index, start)
      if (this.at === start) this.#pass()
      index += 1
    }
    this.#end()
  }

  #end(): void {
    this.at = Math.min(this.at + 1, this.text.length)
  }

  #pass(): void {
    const start = this.at
    this.skip()
    if (this.at === start) this.at += 1
  }

  /** Past the value, and what it holds. */
  skip(): void {
    let depth = 0
    do {
      const code = this.#blank()
      if (code < 0) return
      if (code === quote) this.#string()
      else if (code === openMap || code === openList) {
        depth += 1
        this.at += 1
      } else if (code === closeMap || code === closeList) {
        if (depth === 0) return
        depth -= 1
        this.at += 1
      } else if (code === comma || code === colon) {
        if (depth === 0) return
        this.at += 1
      } else this.#plain()
    } while (depth > 0)
  }

  /** The value as it is written, and past it. */
  written(): string {
    const start = this.at
    this.skip()
    return this.text.slice(start, this.at)
  }

  #plain(): void {
    const text = this.text
    let at = this.at + 1
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code <= 32 || code === comma || code === closeList || code === closeMap || code === colon) break
    }
    this.at = at
  }

  /** From quote past the closing one; true when there may be an escape in it. */
  #string(): boolean {
    const text = this.text
    const from = this.at + 1
    const near = Math.min(from + walkAtMost, text.length)
    for (let at = from; at < near; at += 1) {
      const code = text.charCodeAt(at)
      if (code === backslash) break
      if (code !== quote) continue
      this.at = at + 1
      return false
    }
    let end = text.indexOf('"', from)
    for (; end >= 0; end = text.indexOf('"', end + 1)) {
      let before = end
      while (before > from && text.charCodeAt(before - 1) === backslash) before -= 1
      if ((end - before) % 2 === 0) break
    }
    this.at = end < 0 ? text.length : end + 1
    return true
  }

  #blank(): number {
    const text = this.text
    let at = this.at
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === 32 || code === 10 || code === 13 || code === 9) continue
      this.at = at
      return code
    }
    this.at = at
    return -1
  }
}

/** What a string, a number or a boolean says, as it is written (3.10 and not 3.1); '' for anything else. */
export function wordsOf(written: string): string {
  if (!written.startsWith('"')) return /^[[{n]/.test(written) ? '' : written
  if (!written.includes('\\')) return written.slice(1, -1)
  try {
    return String(JSON.parse(written))
  } catch {
    return ''
  }
}
