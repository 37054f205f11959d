// Reads what a model gave a tool: names that other agents' tools use are understood, types are mended, and what is missing is said.

type Kind = 'text' | 'count' | 'flag' | 'list'

export interface Field {
  readonly kind: Kind
  readonly about: string
  /** Absent: it must be given. */
  readonly otherwise?: string | number | boolean
}

export type Fields = Readonly<Record<string, Field>>

const also: Readonly<Record<string, readonly string[]>> = {
  path: ['file_path', 'filepath', 'file', 'filename', 'dir', 'directory', 'target_file'],
  old: ['old_string', 'old_str', 'old_text', 'search', 'find'],
  new: ['new_string', 'new_str', 'new_text', 'replace', 'replacement'],
  text: ['content', 'contents', 'file_text'],
  command: ['cmd', 'script'],
  pattern: ['query', 'regex', 'q'],
  from: ['offset', 'start_line', 'start', 'line'],
  lines: ['limit', 'count'],
  files: ['glob', 'include'],
  steps: ['entries', 'plan', 'todos', 'items'],
  all: ['replace_all'],
  question: ['asks', 'message'],
}

const types = { text: 'string', count: 'integer', flag: 'boolean', list: 'array' } as const

/** The same fields as JSON Schema, for the model. */
export function schemaOf(fields: Fields): Record<string, unknown> {
  const properties = Object.entries(fields).map(([name, { kind, about }]) => {
    const items = kind === 'list' ? { items: { type: 'string' } } : {}
    return [name, { type: types[kind], description: about, ...items }]
  })
  const required = Object.keys(fields).filter((name) => fields[name]?.otherwise === undefined)
  return { type: 'object', properties: Object.fromEntries(properties), required, additionalProperties: false }
}

export type Given = Readonly<Record<string, string | number | boolean | readonly string[]>>

const listAtMost = 50

function mended(kind: Kind, value: unknown): Given[string] | undefined {
  if (kind === 'text') return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
  if (kind === 'flag') {
    if (typeof value === 'boolean') return value
    return value === 'true' ? true : value === 'false' ? false : undefined
  }
  if (kind === 'count') {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? Math.floor(number) : undefined
  }
  const list = typeof value === 'string' ? value.split('\n') : value
  if (!Array.isArray(list)) return undefined
  return list.slice(0, listAtMost).map(lineOf)
}

/** An entry of a plan as models write it: a line, or an object with its words and its state. */
function lineOf(entry: unknown): string {
  if (typeof entry === 'string') return entry
  if (typeof entry !== 'object' || entry === null) return String(entry)
  const { text, content, step, title, label, status } = entry as Record<string, unknown>
  const words = [text, content, step, title, label].find((word) => typeof word === 'string')
  const done = status === 'done' || status === 'completed'
  const doing = status === 'doing' || status === 'in_progress'
  return `${done ? '[x] ' : doing ? '[~] ' : ''}${words ?? JSON.stringify(entry)}`
}

export type Read = { readonly ok: true; readonly given: Given } | { readonly ok: false; readonly why: string }

/** What a model wrote as arguments: an object, also when it was written as a text of JSON within JSON. */
export function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown = text.trim() === '' ? {} : text
  for (let depth = 0; depth < 2 && typeof value === 'string'; depth += 1) {
    try {
      value = JSON.parse(value)
    } catch {
      return undefined
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

export function readFields(fields: Fields, value: Readonly<Record<string, unknown>>): Read {
  const given: Record<string, Given[string]> = {}
  for (const [name, field] of Object.entries(fields)) {
    const key = [name, ...(also[name] ?? [])].find((one) => Object.hasOwn(value, one) && value[one] !== null)
    const found = key === undefined ? field.otherwise : mended(field.kind, value[key])
    if (found === undefined) {
      const what =
        key === undefined ? 'is missing' : `must be ${field.kind === 'text' ? 'a' : 'of type'} ${types[field.kind]}`
      return { ok: false, why: `"${name}" ${what}: ${field.about}` }
    }
    given[name] = found
  }
  return { ok: true, given }
}
