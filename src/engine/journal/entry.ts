// The stored form of an entry: the one text its parts can have, its hash, and a reader that takes nothing else.
import { hash } from 'node:crypto'
import type { Entry, Part } from '../../core/nouns/entry.ts'
import type { Row } from '../../core/ports.ts'

export const noHash = '0'.repeat(64)
export const maxBytes = 1024 * 1024
export const maxDepth = 64

/** Why a text is no entry, or why parts cannot become one. */
export class MalformedEntry extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'MalformedEntry'
  }
}

/** RFC 6962 leaf hash: SHA-256 of a zero byte and the text's UTF-8 bytes, lower-case hex. */
export function leafHash(text: string): string {
  return hash('sha256', `\0${text}`, 'hex')
}

/** What keeps a value from being plain JSON of bounded depth, in words; undefined when nothing does. */
function flawIn(value: unknown, depth: number): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : `the number ${value}, which JSON cannot hold`
  if (typeof value !== 'object') return `a ${typeof value}, which JSON cannot hold`
  if (depth >= maxDepth) return `more than ${maxDepth} levels`
  if (Array.isArray(value)) {
    for (const each of value) {
      const flaw = flawIn(each, depth + 1)
      if (flaw !== undefined) return flaw
    }
    return undefined
  }
  const kind: unknown = Object.getPrototypeOf(value)
  if (kind !== Object.prototype && kind !== null) return 'something that is no plain object'
  for (const key in value) {
    if (key === '__proto__') return 'a key named __proto__'
    const each = (value as Record<string, unknown>)[key]
    if (each === undefined) continue
    const flaw = flawIn(each, depth + 1)
    if (flaw !== undefined) return flaw
  }
  return undefined
}

const isCount = (value: unknown, least: number) => Number.isSafeInteger(value) && (value as number) >= least
const isName = (value: unknown) => typeof value === 'string' && value !== '' && value.isWellFormed()

function flawOf(part: Part): string | undefined {
  if (!isName(part.stream)) return 'its stream is no name'
  if (!isCount(part.at, 0)) return 'its time is no whole number of milliseconds'
  if (typeof part.by !== 'string') return 'it does not say by whom'
  if (typeof part.because !== 'string') return 'it does not say because of what'
  if (!isName(part.type)) return 'its type is no name'
  if (!isCount(part.version, 1)) return 'its version is no whole number from 1'
  const flaw = flawIn(part.data, 0)
  return flaw === undefined ? undefined : `its data hold ${flaw}`
}

function tooLarge(text: string, most: number): boolean {
  return text.length > most / 3 && Buffer.byteLength(text) > most
}

/** U+FFFD is always escaped: where a reader meets it raw, bytes that were no UTF-8 stood there. */
function middleOf({ stream, at, by, because, type, version, data }: Part): string {
  const whole = JSON.stringify({ stream, at, by, because, type, version, data })
  const text = `,${whole.slice(1, -1)},"prev":"`
  return text.includes('\ufffd') ? text.replaceAll('\ufffd', '\\ufffd') : text
}

/** A part as text, all but its place: what is changed in it afterwards changes nothing in the journal. */
export interface Prepared {
  readonly part: Part
  readonly middle: string
}

/** Room for the sequence and the link around the middle. */
const around = 96

/** Refuses parts that no entry can hold: nothing about the journal has changed then. */
export function prepare(part: Part): Prepared {
  const flaw = flawOf(part)
  if (flaw !== undefined) throw new MalformedEntry(`A fact "${String(part.type)}" cannot be recorded: ${flaw}.`)
  const middle = middleOf(part)
  if (tooLarge(middle, maxBytes - around)) {
    throw new MalformedEntry(
      `A fact "${part.type}" cannot be recorded: it is larger than 1 MiB. Put what is large into a blob.`,
    )
  }
  return { part, middle }
}

/** The entry at its place, and the row that the store keeps. */
export function writeEntry(
  prepared: Prepared,
  seq: number,
  prev: string,
): { readonly entry: Entry; readonly row: Row } {
  const { stream, at, by, because, type, version, data } = prepared.part
  const text = `{"seq":${seq}${prepared.middle}${prev}"}`
  return {
    entry: { seq, stream, at, by, because, type, version, data, prev },
    row: { seq, stream, text, hash: leafHash(text) },
  }
}

const keys = ['seq', 'stream', 'at', 'by', 'because', 'type', 'version', 'data', 'prev']
const hex = /^[0-9a-f]{64}$/

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    throw new MalformedEntry(`it is no JSON (${error instanceof Error ? error.message : String(error)})`)
  }
  throw new MalformedEntry('it is no JSON object')
}

/**
 * Reads a stored text. The message of what it throws completes "Entry n is malformed: …". A link that is `expected`, which
 * the caller knows for a hash, need not be looked at again.
 */
export function readEntry(text: string, expected?: string): Entry {
  if (tooLarge(text, maxBytes)) throw new MalformedEntry('it is larger than 1 MiB')
  if (text.includes('\ufffd')) throw new MalformedEntry('it holds bytes that are no UTF-8')
  const value = parse(text)
  let place = 0
  for (const key in value) {
    if (key !== keys[place++]) throw new MalformedEntry(`its keys are not ${keys.join(', ')}, in this order`)
  }
  if (place !== keys.length) throw new MalformedEntry(`its keys are not ${keys.join(', ')}, in this order`)
  const entry = value as unknown as Entry
  if (!isCount(entry.seq, 1)) throw new MalformedEntry('its sequence is no whole number from 1')
  const flaw = flawOf(entry)
  if (flaw !== undefined) throw new MalformedEntry(flaw)
  if (entry.prev !== expected && (typeof entry.prev !== 'string' || !hex.test(entry.prev)))
    throw new MalformedEntry('its link is no hash')
  return entry
}

/** Whether `text`, from which `entry` was read, is its one spelling: no second key of a name, no white space, no other escape. */
export function isCanonical(text: string, entry: Entry): boolean {
  const spelt = JSON.stringify(entry)
  return text === (spelt.includes('\ufffd') ? spelt.replaceAll('\ufffd', '\\ufffd') : spelt)
}
