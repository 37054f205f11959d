// An answer as a model reads it best: an outline of keys and values, safe to show, and never longer than it can take in.
import { neutral } from '../../core/text/neutral.ts'

/** Characters of one text. */
export const mostText = 20_000
const deepest = 12
const longLine = 240

/** Plain data: every string made safe, keys included; what JSON leaves out is left out. */
export function safe(value: unknown): unknown {
  if (typeof value === 'string') return neutral(value)
  if (Array.isArray(value)) return value.map((one) => (one === undefined ? null : safe(one)))
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(fields.map(([key, inner]) => [neutral(key), safe(inner)]))
}

/** Stops soon after `most` characters: nobody reads what is cut off. */
export function outline(value: unknown, most = Number.POSITIVE_INFINITY): string {
  const lines: string[] = []
  let room = most
  const say = (line: string): boolean => {
    lines.push(line)
    room -= line.length + 1
    return room > 0
  }
  put(value, '', 0, say)
  return lines.join('\n')
}

type Say = (line: string) => boolean

/** False as soon as there is no room left. */
function put(value: unknown, indent: string, depth: number, say: Say): boolean {
  if (!isMany(value)) return put1(scalar(value), indent, '', say)
  if (depth > deepest) return say(`${indent}${JSON.stringify(value)}`)
  return Array.isArray(value)
    ? value.every((one) => putOne(one, indent, depth, say))
    : Object.entries(value).every(([key, inner]) => putField(key, inner, indent, depth, say))
}

/** One of a list: on one line when it fits, else its first field behind the dash and the others below. */
function putOne(one: unknown, indent: string, depth: number, say: Say): boolean {
  const flat = onOneLine(one)
  if (flat !== undefined) return say(`${indent}- ${flat}`)
  if (!isMany(one)) return put1(scalar(one), indent, '- ', say)
  let first = true
  return put(one, `${indent}  `, depth + 1, (line) => {
    const said = first ? `${indent}- ${line.slice(indent.length + 2)}` : line
    first = false
    return say(said)
  })
}

function putField(key: string, value: unknown, indent: string, depth: number, say: Say): boolean {
  if (!isMany(value)) return put1(scalar(value), indent, `${key}: `, say)
  const entries = Object.keys(value)
  if (entries.length === 0) return say(`${indent}${key}: none`)
  if (Array.isArray(value) && value.every((one) => !isMany(one))) {
    const words = value.map((one) => inLine(one)).join(', ')
    if (words.length <= longLine) return say(`${indent}${key}: ${words}`)
  }
  return say(`${indent}${key}:`) && put(value, `${indent}  `, depth + 1, say)
}

/** Text of several lines stands below what it belongs to, indented, so that no line of it passes for a key of ours. */
function put1(text: string, indent: string, lead: string, say: Say): boolean {
  if (!text.includes('\n')) return say(`${indent}${lead}${text}`)
  if (!say(`${indent}${lead}|`)) return false
  return text.split('\n').every((line) => say(`${indent}  | ${line}`))
}

function onOneLine(value: unknown): string | undefined {
  if (!isMany(value) || Array.isArray(value)) return undefined
  const fields = Object.entries(value)
  if (fields.length === 0) return '(nothing)'
  if (fields.some(([, inner]) => isMany(inner) && Object.keys(inner).length > 0)) return undefined
  const line = fields.map(([key, inner]) => `${key}: ${isMany(inner) ? 'none' : inLine(inner)}`).join(', ')
  return line.length <= longLine ? line : undefined
}

/** Between others on a line, whatever could be taken for more than one word is quoted. */
function inLine(value: unknown): string {
  const text = scalar(value)
  return typeof value === 'string' && /[,:"\n]|^$|^\s|\s$/u.test(text) ? JSON.stringify(text) : text
}

function scalar(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null')
}

function isMany(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
