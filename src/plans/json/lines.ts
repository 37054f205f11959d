// Walks over a file with one JSON record in each line, however large, and never makes one text of it.
import { isAscii, isUtf8 } from 'node:buffer'
import { type JsonRead, readJson } from '../../core/text/json.ts'
import type { JsonShapes } from '../../core/text/json-scan.ts'
import type { Notes } from '../reading/notes.ts'
import { isRecord } from './file.ts'

export const linesAtMost = 1_000_000
export const jsonLinesBytesAtMost = 512 * 1024 * 1024
const lineBytesAtMost = 4 * 1024 * 1024
const faultsAtMost = 200
const [feed, back] = [10, 13]

export interface JsonLine {
  readonly number: number
  /** Offsets of the record in the file, without its line end. */
  readonly start: number
  readonly end: number
  readonly value: Readonly<Record<string, unknown>>
  readonly read: JsonRead
}

export function buffered(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Gives each record in turn. What is wrong with a line is said, and the next one is read. */
export function* jsonLines(bytes: Uint8Array, file: string, notes: Notes): Generator<JsonLine> {
  const buffer = buffered(bytes)
  if (!readableLines(buffer, file, notes)) return
  const coding = isAscii(buffer) ? 'latin1' : 'utf8'
  const shapes: JsonShapes = []
  let number = 0
  let faults = 0
  for (let from = marked(buffer); from < buffer.length; ) {
    const found = buffer.indexOf(feed, from)
    const stop = found < 0 ? buffer.length : found
    const end = stop > from && buffer[stop - 1] === back ? stop - 1 : stop
    const start = from
    from = stop + 1
    number += 1
    if (number > linesAtMost || faults >= faultsAtMost) {
      const text = number > linesAtMost ? `This file has more than ${linesAtMost} lines` : 'Too many lines are no JSON'
      notes.error('too-many', { file, line: number }, `${text}; the rest is not read.`, 'Split or mend the file.')
      return
    }
    if (end - start > lineBytesAtMost) {
      notes.error('too-large', { file, line: number }, 'This record is larger than 4 MiB.', 'Shorten it.')
      continue
    }
    const text = buffer.toString(coding, start, end)
    if (text.trim() === '') continue
    const line = recordIn(text, { file, number, start, end, shapes }, notes)
    if (line === undefined) faults += 1
    else yield line
  }
}

export function marked(buffer: Uint8Array): number {
  return buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0
}

function readableLines(buffer: Buffer, file: string, notes: Notes): boolean {
  const at = { file, line: 1, column: 1 }
  if (buffer.length > jsonLinesBytesAtMost) {
    notes.error('too-large', at, `This file has ${buffer.length} bytes, more than 512 MiB.`, 'Export fewer issues.')
    return false
  }
  if ((buffer[0] === 0xff && buffer[1] === 0xfe) || (buffer[0] === 0xfe && buffer[1] === 0xff)) {
    notes.error('encoding', at, 'This file is written in UTF-16.', 'Save it as UTF-8.')
    return false
  }
  if (!isUtf8(buffer)) {
    notes.warning('encoding', at, 'This file is not valid UTF-8; bad bytes are shown as �.', 'Save it as UTF-8.')
  }
  return true
}

type Where = Pick<JsonLine, 'number' | 'start' | 'end'> & { readonly file: string; readonly shapes: JsonShapes }

function recordIn(text: string, { file, number, start, end, shapes }: Where, notes: Notes): JsonLine | undefined {
  if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(text)) {
    const said = 'Two versions of this file were joined and not settled here.'
    notes.error('conflict', { file, line: number, column: 1 }, said, 'Settle the merge conflict.')
    return undefined
  }
  const read = readJson(text, file, { line: number, shapes })
  for (const { level: _, kind, text: said, remedy = '', ...at } of read.notes) notes.error(kind, at, said, remedy)
  if (read.notes.length > 0) return undefined
  if (!isRecord(read.value)) {
    const said = 'This line is no object.'
    notes.error('shape', { file, line: number, column: 1 }, said, 'Write one object { … } in each line.')
    return undefined
  }
  return { number, start, end, value: read.value, read }
}

/** One record again, between the offsets at which it was found. */
export function recordAt(bytes: Uint8Array, at: Pick<JsonLine, 'number' | 'start' | 'end'>): JsonLine | undefined {
  const read = readJson(buffered(bytes).toString('utf8', at.start, at.end), '', { line: at.number })
  return isRecord(read.value) ? { number: at.number, start: at.start, end: at.end, value: read.value, read } : undefined
}
