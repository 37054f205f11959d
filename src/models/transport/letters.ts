// Bytes as text: a letter that is cut waits for its rest, and what is no UTF-8 is refused.
import { isUtf8 } from 'node:buffer'
import { Trouble } from '../trouble.ts'

export class Decoder {
  #cut: Buffer | undefined

  take(bytes: Buffer): string {
    const all = this.#cut === undefined ? bytes : Buffer.concat([this.#cut, bytes])
    this.#cut = undefined
    if (isUtf8(all)) return all.toString('utf8')
    const whole = all.length - cutAt(all)
    const head = all.subarray(0, whole)
    if (whole === all.length || !isUtf8(head)) throw noText()
    this.#cut = Buffer.from(all.subarray(whole))
    return head.toString('utf8')
  }

  end(): void {
    if (this.#cut !== undefined) throw noText()
  }
}

/** How many bytes at the end are the beginning of a letter. */
function cutAt(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}

const noText = (): Trouble =>
  new Trouble({ reason: 'bad-output', why: 'its answer is not text in UTF-8', again: false })
