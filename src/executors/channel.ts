// A bounded line of reports between a run and its reader: a reader who falls behind holds the run back, and talk is put together.
import { updateLettersAtMost } from '../core/nouns/update.ts'
import type { Report } from '../core/ports.ts'

const reportsAtMost = 64
const lettersAtMost = 65_536

/** Pieces of one text as one piece, where that stays small enough. */
function joined(last: Report | undefined, next: Report): Report | undefined {
  if (last?.kind === 'said' && next.kind === 'said' && last.from === next.from) {
    const text = last.text + next.text
    return text.length > lettersAtMost ? undefined : { ...last, text }
  }
  if (last?.kind !== 'told' || next.kind !== 'told') return undefined
  const [before, after] = [last.update, next.update]
  if (before.kind !== 'message' && before.kind !== 'thought') return undefined
  if (after.kind !== before.kind || before.text.length + after.text.length > updateLettersAtMost) return undefined
  return { kind: 'told', update: { kind: before.kind, text: before.text + after.text } }
}

export class Channel {
  #waiting: Report[] = []
  #closed = false
  #abandoned = false
  #read: (() => void) | undefined
  #room: (() => void)[] = []

  /** Settles when there is room again. After the reader has gone, everything is dropped at once. */
  async push(report: Report): Promise<void> {
    if (this.#abandoned || this.#closed) return
    if (!this.#merge(report)) this.#waiting.push(report)
    this.#wake()
    while (this.#waiting.length >= reportsAtMost && !this.#abandoned) {
      await new Promise<void>((done) => this.#room.push(done))
    }
  }

  close(): void {
    this.#closed = true
    this.#wake()
  }

  #merge(report: Report): boolean {
    const one = joined(this.#waiting.at(-1), report)
    if (one === undefined) return false
    this.#waiting[this.#waiting.length - 1] = one
    return true
  }

  #wake(): void {
    this.#read?.()
    this.#read = undefined
  }

  #makeRoom(): void {
    const room = this.#room
    this.#room = []
    for (const done of room) done()
  }

  /** One reader. A reader who leaves early lets the run go on unheard. */
  async *reports(): AsyncGenerator<Report, void, undefined> {
    try {
      for (;;) {
        const report = this.#waiting.shift()
        if (report !== undefined) {
          this.#makeRoom()
          yield report
        } else if (this.#closed) return
        else
          await new Promise<void>((done) => {
            this.#read = done
          })
      }
    } finally {
      this.#abandoned = true
      this.#waiting = []
      this.#makeRoom()
    }
  }
}
