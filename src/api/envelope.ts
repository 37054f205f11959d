// How a call, an answer, a refusal and a notice look on any wire: one JSON text each, guarded before it is parsed.
import { type Refusal, refuse } from '../core/refusals.ts'

export const protocol = 1
/** Of one frame, in bytes, without its newline. */
export const largestFrame = 16 * 1024 * 1024
const deepest = 64
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/** The first thing a server says, so that a client knows at once whether anybody is alive behind the door. */
export interface Hello {
  readonly baton: number
  readonly pid: number
  readonly home: string
}
export interface Call {
  readonly id: number
  readonly method: string
  readonly params: unknown
  readonly folder: string
}
/** Stops the stream that was opened by this call. */
export interface Cancel {
  readonly cancel: number
}
/** Lets the stream that was opened by this call say `count` more: what nobody reads is not sent. */
export interface Pull {
  readonly pull: number
  readonly count: number
}
export type Answered =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: Refusal }
/** One value of a stream; `end` comes last when it has an end. To a call that waits to be answered: `{ waits }`, the reason, or '' no more. */
export interface Notice {
  readonly id: number
  readonly next: unknown
}
export interface End {
  readonly id: number
  readonly end: true
}
export type ToServer = Call | Cancel | Pull
/** What a stream may say before the first pull. */
export const firstCredit = 256
export type ToClient = Hello | Answered | Notice | End

/** Text frames in both directions; what carries them is a door's business. */
export interface Wire {
  /** Resolves when the other side has room again. */
  send(text: string): Promise<void>
  /** Ends when the wire is closed; throws what broke it. */
  readonly frames: AsyncIterable<string>
  close(): void
}

/** Undefined for a text that is no frame: too deep, not JSON, not an object, or with a key that could poison one. */
export function parseFrame(text: string, most = largestFrame): Readonly<Record<string, unknown>> | undefined {
  const value = parseGuarded(text, most)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

/**
 * Any JSON value; undefined when it is none, nested too deeply, or has a key that could poison an object. `parts` bounds what is in it,
 * for a text of many small parts takes far longer to judge than its length tells.
 */
export function parseGuarded(text: string, most = largestFrame, parts = Number.POSITIVE_INFINITY): unknown {
  if (text.length > most || tooMuch(text, parts)) return undefined
  try {
    return JSON.parse(text, poisoned(text) ? refusePoison : undefined) as unknown
  } catch {
    return undefined
  }
}

/** A reviver is slow, so it looks only at texts that could hold such a key: by its name, or written with an escape. */
function poisoned(text: string): boolean {
  if (text.includes('\\u')) return true
  for (const key of forbidden) if (text.includes(key)) return true
  return false
}

function refusePoison(key: string, inner: unknown): unknown {
  if (forbidden.has(key)) throw new SyntaxError(`the key ${key} is refused`)
  return inner
}

/** JSON.parse takes any depth and others then overflow on it, so brackets are counted first, and the commas with them. */
function tooMuch(text: string, parts: number): boolean {
  let depth = 0
  let commas = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at += 1
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > deepest) return true
    } else if (code === 0x7d || code === 0x5d) depth -= 1
    else if (code === 0x2c) commas += 1
  }
  return commas >= parts
}

/** A frame from a client, or the refusal that it gets; `id` is -1 when it could not be read. */
export function readCall(text: string): ToServer | { readonly id: number; readonly refusal: Refusal } {
  const frame = parseFrame(text)
  const bad = (id: number, why: string) => ({
    id,
    refusal: refuse('invalid', 'call', why, 'send {"id":1,"method":"…","params":{},"folder":"/…"} on one line'),
  })
  if (frame === undefined) return bad(-1, 'it is not a JSON object, or nested too deeply')
  if (isId(frame.cancel)) return { cancel: frame.cancel }
  if (isId(frame.pull) && isId(frame.count)) return { pull: frame.pull, count: frame.count }
  if (!isId(frame.id)) return bad(-1, 'its id is not a whole number from 0 on')
  const { id, method, params = {}, folder = '' } = frame
  if (typeof method !== 'string' || method.length > 100) return bad(id, 'it names no method')
  if (typeof folder !== 'string' || folder.length > 4096) return bad(id, 'its folder is no path')
  return { id, method, params, folder }
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
