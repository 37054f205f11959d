// Query words made into what a method takes: numbers, booleans and lists by its own schema, and nothing guessed.
import { z } from 'zod'
import { Refused, refuse } from '../core/refusals.ts'
import { quoted } from '../core/text/neutral.ts'
import type { AnyMethod } from './method.ts'

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

type Shape = Readonly<Record<string, unknown>>
type Kind = 'string' | 'number' | 'boolean' | 'list' | 'object'
/** `many` is what a list holds. */
interface Want {
  readonly kinds: ReadonlySet<Kind>
  readonly many: ReadonlySet<Kind>
}

const wants = new WeakMap<AnyMethod, ReadonlyMap<string, Want>>()
const named: Readonly<Record<string, Kind>> = { integer: 'number', array: 'list' }
const written = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$/

/**
 * What a caller meant by `?key=value&key=value`; the method's schema then judges it. A word that is no number stays a word,
 * so that the schema says what it expected. A list is written by repeating its key, and an empty one by leaving it away.
 */
export function coerce(method: AnyMethod, query: Query): unknown {
  const fields = wantsOf(method)
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    given.map(([key, value]) => {
      const want = fields.get(key)
      if (want === undefined) return [key, value]
      if (nested(want)) throw nestedIn(method, key)
      return [key, valued(want, value as string | readonly string[])]
    }),
  )
}

/** Whether a method may be asked by a query: it only looks, and a query can hold everything that it must be given. */
export function queryable(method: AnyMethod): boolean {
  if (method.shape !== 'view' && method.shape !== 'read') return false
  const needed = asked(method).required
  const fields = wantsOf(method)
  return !(Array.isArray(needed) ? needed : []).some((key) => {
    const want = fields.get(String(key))
    return want !== undefined && nested(want)
  })
}

function valued(want: Want, value: string | readonly string[]): unknown {
  const words = typeof value === 'string' ? [value] : value
  if (want.kinds.has('list')) return words.map((word) => scalar(want.many, word))
  const [first, ...more] = words
  return first === undefined || more.length > 0 ? words : scalar(want.kinds, first)
}

/** Where words are wanted too, a word stays one: `01` may be a name. */
function scalar(kinds: ReadonlySet<Kind>, word: string): unknown {
  if (kinds.has('string')) return word
  if (kinds.has('boolean') && (word === 'true' || word === 'false')) return word === 'true'
  return kinds.has('number') && written.test(word) ? Number(word) : word
}

/** Not even a list of objects can be said in words. */
function nested({ kinds, many }: Want): boolean {
  return kinds.has('object') || many.has('object') || many.has('list')
}

function nestedIn(method: AnyMethod, key: string): Refused {
  const why = `${quoted(key)} holds objects, which a query cannot carry`
  return new Refused(refuse('invalid', method.name, why, `send it as JSON with POST /api/${method.name}`))
}

function wantsOf(method: AnyMethod): ReadonlyMap<string, Want> {
  const known = wants.get(method)
  if (known !== undefined) return known
  const fields = new Map(Object.entries((asked(method).properties ?? {}) as Readonly<Record<string, Shape>>))
  const made = new Map([...fields].map(([key, shape]) => [key, wantOf(shape)]))
  wants.set(method, made)
  return made
}

function asked(method: AnyMethod): Shape {
  return z.toJSONSchema(method.params, { io: 'input', unrepresentable: 'any' })
}

function wantOf(shape: Shape): Want {
  const ways = choices(shape)
  const many = ways.filter((way) => way.type === 'array').flatMap((way) => choices((way.items ?? {}) as Shape))
  return { kinds: kindsOf(ways), many: kindsOf(many) }
}

function choices(shape: Shape): readonly Shape[] {
  const ways = shape.anyOf ?? shape.oneOf
  return Array.isArray(ways) ? ways.flatMap((way: Shape) => choices(way)) : [shape]
}

function kindsOf(ways: readonly Shape[]): ReadonlySet<Kind> {
  const types = ways.flatMap((way) => way.type ?? (way.const === undefined ? [] : typeof way.const))
  return new Set(types.map((type) => named[String(type)] ?? (String(type) as Kind)))
}
