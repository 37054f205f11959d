// Cuts a file's bytes into lines that know where they began, so that a tick can find its one byte again.
import { isAscii, isUtf8 } from 'node:buffer'
import type { Notes } from './notes.ts'

/** `hidden` is an HTML comment, `code` a fenced block, `diagram` a fenced Mermaid block. */
export type Mode = 'text' | 'code' | 'diagram' | 'hidden'

export interface Line {
  readonly number: number
  /** Offset of its first byte in the file. */
  readonly start: number
  readonly text: string
  mode: Mode
}

export const bytesAtMost = 8 * 1024 * 1024
const lineAtMost = 65_536
export const linesAtMost = 400_000
const [feed, back] = [10, 13]

/** Lines end at a line feed, a carriage return, or both. A byte order mark belongs to none. Stops one past `linesAtMost`. */
export function linesOf(bytes: Uint8Array): Line[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = isAscii(buffer) ? buffer.toString('latin1') : undefined
  const holes = buffer.includes(0)
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const lines: Line[] = []
  let start = marked ? 3 : 0
  for (let at = start; at <= bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte !== feed && byte !== back && byte !== undefined) continue
    if (byte === undefined && at === start) break
    const end = Math.min(at, start + lineAtMost)
    const text = whole?.slice(start, end) ?? buffer.toString('utf8', start, end)
    lines.push({ number: lines.length + 1, start, text: holes ? text.replaceAll('\0', '\ufffd') : text, mode: 'text' })
    if (lines.length > linesAtMost) break
    if (byte === back && bytes[at + 1] === feed) at += 1
    start = at + 1
  }
  return lines
}

/** Says what the bytes themselves have against being read as a plan; false when nothing can be read at all. */
export function readable(bytes: Uint8Array, file: string, notes: Notes): boolean {
  const at = { file, line: 1, column: 1 }
  if (bytes.length > bytesAtMost) {
    notes.error(
      'too-large',
      at,
      `This file has ${bytes.length} bytes, more than 8 MiB.`,
      'Split the plan into several features.',
    )
    return false
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    notes.error('encoding', at, 'This file is written in UTF-16.', 'Save it as UTF-8.')
    return false
  }
  if (!isUtf8(bytes))
    notes.warning('encoding', at, 'This file is not valid UTF-8; bad bytes are shown as �.', 'Save it as UTF-8.')
  if (bytes.includes(0))
    notes.warning('encoding', at, 'This file holds NUL bytes; they are shown as �.', 'Remove them.')
  return true
}

export function warnOfLongLines(lines: readonly Line[], file: string, notes: Notes): void {
  for (const { number, text } of lines) {
    if (text.length < lineAtMost) continue
    const at = { file, line: number, column: lineAtMost }
    notes.warning('long-line', at, 'This line is longer than 64 KiB; the rest of it is not read.', 'Break the line.')
  }
}
