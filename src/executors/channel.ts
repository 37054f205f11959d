// A bounded line of reports between a run and its reader: a reader who falls behind holds the run back, and talk is put together.
import type { Report } from '../core/ports.ts'

const reportsAtMost = 64
const lettersAtMost = 65_536

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
    const last = this.#waiting.at(-1)
    if (report.kind !== 'said' || last?.kind !== 'said' || last.from !== report.from) return false
    if (last.text.length + report.text.length > lettersAtMost) return false
    this.#waiting[this.#waiting.length - 1] = { ...last, text: last.text + report.text }
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
