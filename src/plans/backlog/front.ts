// Reads the YAML at the top of a task file: plain forms line by line, anything else by the YAML reader.
import { readYaml } from '../../core/text/yaml.ts'
import type { Notes } from '../reading/notes.ts'

/** One key at the left edge. Offsets are in bytes; `to` is where the words of its own line end. */
export interface Key {
  readonly line: number
  readonly start: number
  readonly from: number
  readonly to: number
  /** Its value when that is wanted: one of the two. */
  text: string | undefined
  list: readonly Listed[] | undefined
}

export interface Listed {
  readonly text: string
  readonly line: number
  readonly column: number
}

export interface Front {
  readonly keys: ReadonlyMap<string, Key>
  /** Where the line that closes it begins, and where the body does. */
  readonly close: number
  readonly body: number
  /** The line on which the body begins. */
  readonly bodyLine: number
}

const key = /([A-Za-z_][\w-]{0,60}):(?=[ \t\r\n]|$)[ \t]{0,8}/y
const item = /[ \t]{0,16}-(?=[ \t\r\n])[ \t]{0,8}/y
const strange = /^[&*!|>%`{?"'[\]},#]|: |:$|^-(?: |$)/
const lettersAtMost = 100_000

class Strange extends Error {}

/** A value as it stands on one line, without a remark behind it; one that cannot be told without a YAML reader throws. */
function plain(all: string, mayBeName = false): string {
  if (all.startsWith("'")) return single(all)
  const raw = all.startsWith('"') ? all : all.replace(/[ \t]#.*$/s, '').trimEnd()
  if (raw === '' || raw === '~' || raw === 'null') return ''
  if (raw.startsWith('"')) {
    const end = raw.indexOf('"', 1)
    if (end < 0 || raw.slice(1, end).includes('\\') || !isRemark(raw.slice(end + 1))) throw new Strange()
    return raw.slice(1, end)
  }
  if (strange.test(raw) || (raw.startsWith('@') && !mayBeName)) throw new Strange()
  return raw
}

const isRemark = (rest: string): boolean => /^[ \t]*(?:[ \t]#.*)?$/s.test(rest)

function single(raw: string): string {
  let end = raw.indexOf("'", 1)
  while (end > 0 && raw[end + 1] === "'") end = raw.indexOf("'", end + 2)
  if (end < 0 || !isRemark(raw.slice(end + 1))) throw new Strange()
  return raw.slice(1, end).replaceAll("''", "'")
}

interface Rows {
  readonly text: string
  readonly lines: { readonly number: number; readonly from: number; readonly to: number }[]
}

const words = (text: string, from: number, to: number): string => {
  const raw = text.slice(from, to).trim()
  return /[\x80-\xff]/.test(raw) ? Buffer.from(raw, 'latin1').toString('utf8') : raw
}

/** `text` is the file as Latin-1. Undefined when it does not begin with a closed block between two lines of three hyphens. */
function rowsOf(text: string): (Rows & Pick<Front, 'close' | 'body' | 'bodyLine'>) | undefined {
  const first = text.startsWith('\xef\xbb\xbf') ? 3 : 0
  if (!/^---[ \t]{0,8}\r?\n/.test(text.slice(first, first + 16))) return undefined
  const lines: Rows['lines'] = []
  let at = text.indexOf('\n', first) + 1
  for (let number = 2; at > 0 && at < text.length && at < lettersAtMost; number += 1) {
    const end = text.indexOf('\n', at)
    const stop = end < 0 ? text.length : end
    const to = text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop
    if (text.startsWith('---', at) && text.slice(at + 3, to).trim() === '') {
      return { text, lines, close: at, body: Math.min(text.length, stop + 1), bodyLine: number + 1 }
    }
    lines.push({ number, from: at, to })
    at = stop + 1
  }
  return undefined
}

/** The values of the keys in `wanted`; the others are only known to be there. Never throws. */
export function frontOf(text: string, file: string, wanted: ReadonlySet<string>, notes: Notes): Front | undefined {
  const rows = rowsOf(text)
  if (rows === undefined) return undefined
  const { close, body, bodyLine } = rows
  try {
    return { keys: readPlain(rows, wanted), close, body, bodyLine }
  } catch (error) {
    if (!(error instanceof Strange)) throw error
  }
  const all = `\n${Buffer.from(text.slice(rows.lines[0]?.from ?? close, close), 'latin1').toString('utf8')}`
  const yaml = readYaml(all.replace(names, quotedNames), file)
  for (const note of yaml.notes) notes.error(note.kind, note, note.text, note.remedy ?? 'Mend this line.')
  if (typeof yaml.value !== 'object' || yaml.value === null) return undefined
  const keys = keysOf(rows)
  for (const [name, value] of Object.entries(yaml.value)) {
    const known = wanted.has(name) ? keys.get(name) : undefined
    if (known === undefined) continue
    if (!Array.isArray(value)) known.text = textOf(value, yaml.written([name]))
    else
      known.list = value.map((one, at) => {
        const { line, column = 1 } = yaml.at([name, at])
        return { text: textOf(one, yaml.written([name, at])), line, column }
      })
  }
  return { keys, close, body, bodyLine }
}

/** The tool takes names such as `@ada` without the quotes that YAML asks for. */
const names = /^(?:assignee|reporter):[ \t]{1,8}(?=[[@])[^"'\r\n]{1,2000}$/gm
const quotedNames = (line: string): string => line.replace(/@[\w./@-]{1,100}/g, '"$&"')

const textOf = (value: unknown, written: string | undefined): string =>
  typeof value === 'string' ? value : value === null || typeof value === 'object' ? '' : (written ?? String(value))

function keyAt(text: string, from: number): RegExpExecArray | null {
  key.lastIndex = from
  return key.exec(text)
}

function keysOf({ text, lines }: Rows): Map<string, Key> {
  const keys = new Map<string, Key>()
  for (const { number, from, to } of lines) {
    const found = keyAt(text, from)
    if (found?.[1] !== undefined && !keys.has(found[1])) keys.set(found[1], placeOf(text, number, from, found, to))
  }
  return keys
}

function placeOf(text: string, line: number, start: number, found: RegExpExecArray, end: number): Key {
  const from = Math.min(end, start + found[0].length)
  let to = end
  while (to > from && (text.charCodeAt(to - 1) === 32 || text.charCodeAt(to - 1) === 9)) to -= 1
  return { line, start, from, to, text: undefined, list: undefined }
}

function readPlain({ text, lines }: Rows, wanted: ReadonlySet<string>): Map<string, Key> {
  const keys = new Map<string, Key>()
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as Rows['lines'][number]
    const first = text.charCodeAt(line.from)
    if (line.from === line.to || first === 35) continue
    const found = keyAt(text, line.from)
    const name = found?.[1]
    if (found === null || name === undefined || keys.has(name)) throw new Strange()
    const place = placeOf(text, line.number, line.from, found, line.to)
    keys.set(name, place)
    const more: Rows['lines'] = []
    for (let next = lines[at + 1]; next && isMore(text, next); next = lines[at + 1]) {
      more.push(next)
      at += 1
    }
    if (!wanted.has(name)) continue
    const raw = words(text, place.from, place.to)
    const mayBeName = name === 'assignee' || name === 'reporter'
    if (raw.startsWith('[')) place.list = flow(raw, place, line.from, mayBeName)
    else if (/^>-?$/.test(raw)) place.text = folded(text, more)
    else if (more.length === 0) place.text = plain(raw, mayBeName)
    else if (raw !== '') throw new Strange()
    else place.list = more.map((one) => listed(text, one))
  }
  return keys
}

/** Indented, blank, or one of a list at the left edge. */
function isMore(text: string, { from, to }: { from: number; to: number }): boolean {
  const code = text.charCodeAt(from)
  if (from === to) return false
  return code === 32 || code === 9 || (code === 45 && (from + 1 === to || text.charCodeAt(from + 1) === 32))
}

function listed(text: string, { number, from, to }: Rows['lines'][number]): Listed {
  item.lastIndex = from
  const mark = item.exec(text)
  if (mark === null) throw new Strange()
  return { text: plain(words(text, from + mark[0].length, to)), line: number, column: mark[0].length + 1 }
}

function flow(raw: string, place: Key, start: number, mayBeName: boolean): Listed[] {
  if (!raw.endsWith(']') || /[[\]{}]/.test(raw.slice(1, -1))) throw new Strange()
  const inner = raw.slice(1, -1)
  if (inner.trim() === '') return []
  const column = place.from - start + 1
  return inner.split(',').map((one) => ({ text: plain(one.trim(), mayBeName), line: place.line, column }))
}

function folded(text: string, more: Rows['lines']): string {
  const parts = more.map(({ from, to }) => words(text, from, to))
  const depths = more.map(({ from, to }) => to - from - text.slice(from, to).trimStart().length)
  if (parts.includes('') || depths.some((depth) => depth !== depths[0])) throw new Strange()
  return parts.join(' ')
}
