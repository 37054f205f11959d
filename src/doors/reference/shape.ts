// A JSON schema in the words of TypeScript: on one line, or on many with what each field means.
import type { Json } from './described.ts'

interface Field {
  readonly name: string
  readonly needed: boolean
  readonly schema: Json
}

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : [])

function fieldsOf({ properties, required }: Json): readonly Field[] {
  const needed = new Set(Array.isArray(required) ? required : [])
  return Object.entries((properties ?? {}) as Readonly<Record<string, Json>>).map(([name, schema]) => ({
    name,
    needed: needed.has(name),
    schema,
  }))
}

const isObject = (schema: Json): boolean => schema.type === 'object' && fieldsOf(schema).length > 0
const keyOf = ({ name, needed }: Field): string =>
  `${/^\w+$/u.test(name) ? name : JSON.stringify(name)}${needed ? '' : '?'}`

/** On one line; a default is said after `=`. */
export function shapeOf(schema: Json): string {
  const shape = bare(schema, shapeOf)
  return schema.default === undefined ? shape : `${shape} = ${JSON.stringify(schema.default)}`
}

/** What a parameter takes: its shape without its default, with its bounds. */
export function typeOf(schema: Json): string {
  return `${bare(schema, shapeOf)}${boundsOf(schema)}`
}

function bare(schema: Json, inner: (schema: Json) => string): string {
  if (typeof schema.$ref === 'string') return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  const ways = [...list(schema.anyOf), ...list(schema.oneOf)]
  if (ways.length > 0) return [...new Set(ways.map(inner))].join(' | ')
  if (Array.isArray(schema.type)) return schema.type.map((type) => bare({ ...schema, type }, inner)).join(' | ')
  if (schema.type === 'array') return manyOf(schema, inner)
  if (schema.type === 'object') return objectOf(schema, inner)
  return typeof schema.type === 'string' ? schema.type : 'any'
}

function manyOf({ items, prefixItems }: Json, inner: (schema: Json) => string): string {
  if (Array.isArray(prefixItems)) return `[${list(prefixItems).map(inner).join(', ')}]`
  const one = inner((items ?? {}) as Json)
  return / [|=] /u.test(one) && !one.startsWith('{') ? `(${one})[]` : `${one}[]`
}

function objectOf(schema: Json, inner: (schema: Json) => string): string {
  const fields = fieldsOf(schema).map((field) => `${keyOf(field)}: ${inner(field.schema)}`)
  const more = schema.additionalProperties
  if (typeof more === 'object' && more !== null) fields.push(`[key]: ${inner(more as Json)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

function boundsOf({ minimum, maximum, minItems, maxItems, type }: Json): string {
  const [least, most] = type === 'array' ? [minItems, maxItems] : [minimum, maximum]
  const from = typeof least === 'number' ? String(least) : ''
  const to = typeof most === 'number' && most < Number.MAX_SAFE_INTEGER ? String(most) : ''
  if (from === '' && to === '') return ''
  return to === '' ? `, from ${from}` : from === '' ? `, up to ${to}` : `, ${from} to ${to}`
}

/** On many lines, each field with what it means; what does not fit on one line is opened. */
export function layOut(schema: Json, most = 60): string {
  return lines(schema, '', most)
}

function lines(schema: Json, indent: string, most: number): string {
  const [open, close] = schema.type === 'array' ? ['', '[]'] : ['', '']
  const inner = schema.type === 'array' ? ((schema.items ?? {}) as Json) : schema
  const ways = [...list(inner.anyOf), ...list(inner.oneOf)]
  if (ways.length > 0 && shapeOf(inner).length + indent.length > most)
    return `${open}${ways.map((way) => lines(way, indent, most)).join(`\n${indent}| `)}${close}`
  if (Array.isArray(schema.enum) && shapeOf(schema).length + indent.length > most)
    return filled(
      schema.enum.map((one) => JSON.stringify(one)),
      indent,
      most,
    )
  if (!isObject(inner) || (indent !== '' && brief(schema, indent, most))) return shapeOf(schema)
  const fields = fieldsOf(inner).map((field) => fieldLine(field, `${indent}  `, most))
  const more = inner.additionalProperties
  if (typeof more === 'object' && more !== null) fields.push(`${indent}  [key]: ${shapeOf(more as Json)}`)
  return `{\n${fields.join('\n')}\n${indent}}${close}`
}

/** A long choice over several lines. */
function filled(choices: readonly string[], indent: string, most: number): string {
  const rows: string[] = []
  for (const one of choices) {
    const row = rows.at(-1)
    if (row !== undefined && row.length + one.length + 3 <= most - indent.length - 4)
      rows[rows.length - 1] = `${row} | ${one}`
    else rows.push(one)
  }
  return rows.map((row) => `\n${indent}  | ${row}`).join('')
}

function fieldLine(field: Field, indent: string, most: number): string {
  const { description } = field.schema
  const shape = lines(field.schema, indent, most)
  const line = `${indent}${keyOf(field)}:${shape.startsWith('\n') ? '' : ' '}${shape}`
  if (typeof description !== 'string') return line
  const text = description.replaceAll(/\s+/gu, ' ')
  if (!shape.includes('\n') && line.length + text.length + 5 <= most) return `${line}  // ${text}`
  return `${wrapped(text, Math.max(30, most - indent.length - 3))
    .map((one) => `${indent}// ${one}`)
    .join('\n')}\n${line}`
}

function wrapped(text: string, most: number): readonly string[] {
  const rows: string[] = []
  for (const word of text.split(' ')) {
    const row = rows.at(-1)
    if (row !== undefined && row.length + 1 + word.length <= most) rows[rows.length - 1] = `${row} ${word}`
    else rows.push(word)
  }
  return rows
}

/** Small enough for one line, and none of its fields has more to say. */
function brief(schema: Json, indent: string, most: number): boolean {
  return shapeOf(schema).length + indent.length <= most && !JSON.stringify(schema).includes('"description"')
}
