// Values made from a JSON schema by chance: such as fit it, and such as break it in one place.
import fc from 'fast-check'

export type Schema = Readonly<Record<string, unknown>>
/** What to draw for a parameter of this name; `usual` is what its schema alone would give. */
export type Known = (name: string, usual: fc.Arbitrary<unknown>, schema: Schema) => fc.Arbitrary<unknown>

const listOf = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value : [])
const fieldsOf = (schema: Schema): [string, Schema][] =>
  Object.entries((schema.properties ?? {}) as Readonly<Record<string, Schema>>)
const neededOf = (schema: Schema): ReadonlySet<string> => new Set((schema.required ?? []) as string[])
const numberOf = (value: unknown, usual: number): number => (typeof value === 'number' ? value : usual)

export function fitting(schema: Schema, known: Known = (_name, usual) => usual, key = ''): fc.Arbitrary<unknown> {
  return known(key, drawn(schema, known, key), schema)
}

/** Whether a word that is known by a parameter's name may stand here: the same name means something else in another method. */
export function mayStand(schema: Schema, value: unknown): boolean {
  if (Array.isArray(schema.enum)) return schema.enum.includes(value)
  if (schema.type === 'integer' || schema.type === 'number') return typeof value === 'number'
  if (schema.type !== 'string') return true
  const fits = typeof schema.pattern !== 'string' || new RegExp(schema.pattern, 'u').test(String(value))
  return typeof value === 'string' && fits
}

function drawn(schema: Schema, known: Known, key: string): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]))
  const ways = [...listOf(schema.anyOf), ...listOf(schema.oneOf)]
  if (ways.length > 0) return fc.oneof(...ways.map((way) => fitting(way, known, key)))
  switch (schema.type) {
    case 'string':
      return words(schema)
    case 'integer':
      return whole(schema)
    case 'number':
      return fc.double({ ...span(schema), noNaN: true }).map((value) => (value === 0 ? 0 : value))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return list(schema, known)
    case 'object':
      return object(schema, known)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

const span = (schema: Schema) => ({ min: numberOf(schema.minimum, -1e12), max: numberOf(schema.maximum, 1e12) })

/** Small numbers are those that mean something; the edges are those that break something. */
function whole(schema: Schema): fc.Arbitrary<number> {
  const { min, max } = { min: numberOf(schema.minimum, -1e9), max: numberOf(schema.maximum, 1e9) }
  const near = fc.integer({ min, max: Math.min(max, min + 40) })
  return fc.oneof(near, fc.constantFrom(min, max), fc.integer({ min, max }))
}

function words(schema: Schema): fc.Arbitrary<string> {
  const [least, most] = [numberOf(schema.minLength, 0), numberOf(schema.maxLength, 200)]
  const fits = (text: string) => text.length >= least && text.length <= most
  if (typeof schema.pattern !== 'string') return fc.string({ minLength: least, maxLength: Math.min(most, 60) })
  const pattern = new RegExp(schema.pattern, 'u')
  const made = fc.stringMatching(new RegExp(schema.pattern.replace(/\(\?!.*?\)/u, ''), 'u'), { size: 'small' })
  return made.filter((text) => fits(text) && pattern.test(text))
}

function list(schema: Schema, known: Known): fc.Arbitrary<unknown[]> {
  const least = numberOf(schema.minItems, 0)
  const most = Math.min(numberOf(schema.maxItems, 5), Math.max(least, 5))
  return fc.array(fitting((schema.items ?? {}) as Schema, known), { minLength: least, maxLength: most })
}

function object(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const fields = fieldsOf(schema)
  const shape = Object.fromEntries(fields.map(([key, inner]) => [key, fitting(inner, known, key)]))
  const needed = neededOf(schema)
  return fc.record(shape, {
    requiredKeys: fields.map(([key]) => key).filter((key) => needed.has(key)),
    noNullPrototype: true,
  })
}

/** Values that are wrong in one place, and right in all others. */
export function breaking(schema: Schema, known: Known = (_name, usual) => usual): fc.Arbitrary<unknown> {
  const fields = fieldsOf(schema)
  const whole = fitting(schema, known) as fc.Arbitrary<Record<string, unknown>>
  const unknownKey = fc.tuple(
    whole,
    fc.constantFrom('x', 'constructor2', 'ITEM', '', '$where'),
    fc.jsonValue({ maxDepth: 1 }),
  )
  const notAnObject = fc.constantFrom<unknown>(0, 'words', [], [{}], true)
  const ways: fc.Arbitrary<unknown>[] = [
    unknownKey.map(([value, key, more]) => ({ ...value, [key]: more })),
    notAnObject,
  ]
  for (const key of neededOf(schema)) ways.push(whole.map(({ [key]: _gone, ...rest }) => rest))
  for (const [key, inner] of fields) {
    ways.push(fc.tuple(whole, wrong(inner)).map(([value, bad]) => ({ ...value, [key]: bad })))
  }
  return fc.oneof(...ways)
}

/** Of another type, outside the bounds, or with a character that is refused everywhere. */
function wrong(schema: Schema): fc.Arbitrary<unknown> {
  const hostile = [
    '\u0000',
    'a\u0000b',
    '--force',
    '../../etc/passwd\n',
    '\u001b[31m',
    '',
    ' '.repeat(9000),
    'x'.repeat(9000),
  ]
  return fc.oneof(
    fc.constantFrom<unknown>(null, {}, [[]], [null], -1, 1.5, 2 ** 60, '1e400', { length: 1 }),
    fc.constantFrom<unknown>(...hostile),
    ...(typeof schema.maximum === 'number' ? [fc.constant(schema.maximum + 1)] : []),
    ...(typeof schema.maxItems === 'number' && schema.maxItems <= 1000
      ? [fc.constant(Array.from({ length: schema.maxItems + 1 }, () => 'a/b/1'))]
      : []),
  )
}
