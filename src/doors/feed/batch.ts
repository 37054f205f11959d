// What many readers are told at once: the same entries, and the bytes of each way to say them, made once.

export class Batch {
  /** The sequence that a reader has reached once it was told. */
  readonly upTo: number
  readonly count: number
  /** A JSON array of the entries. */
  readonly json: string
  readonly #said = new Map<string, Buffer>()

  constructor(upTo: number, texts: readonly string[]) {
    this.upTo = upTo
    this.count = texts.length
    this.json = `[${texts.join(',')}]`
  }

  as(way: string, say: (json: string) => Buffer): Buffer {
    const said = this.#said.get(way)
    if (said !== undefined) return said
    const frame = say(this.json)
    this.#said.set(way, frame)
    return frame
  }
}

/** Takes texts until they fill a frame; the first one always fits. */
export class Filling {
  readonly texts: string[] = []
  readonly #most: number
  #bytes = 0

  constructor(most: number) {
    this.#most = most
  }

  /** False when it no longer fits. */
  take(text: string, bytes: number): boolean {
    if (this.texts.length > 0 && this.#bytes + bytes >= this.#most) return false
    this.texts.push(text)
    this.#bytes += bytes + 1
    return true
  }
}
