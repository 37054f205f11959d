// Collects what is to be put into a file, and puts it there in one pass with every other byte as it was.

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
  /** Of several at one place, the lowest first; equals in the order in which they came. */
  readonly rank: number
}

export class Pen {
  readonly #edits: Edit[] = []

  put(from: number, to: number, text: string, rank = 0): void {
    this.#edits.push({ from, to, text, rank })
  }

  get moved(): boolean {
    return this.#edits.length > 0
  }

  over(bytes: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = []
    let at = 0
    for (const edit of this.#edits.toSorted((a, b) => a.from - b.from || a.rank - b.rank)) {
      parts.push(bytes.subarray(at, edit.from), Buffer.from(edit.text))
      at = Math.max(at, edit.to)
    }
    return Buffer.concat([...parts, bytes.subarray(at)])
  }
}
