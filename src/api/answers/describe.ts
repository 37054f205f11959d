// Methods as JSON Schema (draft 2020-12): what they take and what they answer, with the parts that they share.
import { z } from 'zod'
import type { AnyMethod } from '../method.ts'
import { answers } from './answers.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

export interface Schemas {
  /** By the method's name; shared parts are `{ $ref: '#/components/schemas/<id>' }`. */
  readonly params: Readonly<Record<string, JsonSchema>>
  readonly answers: Readonly<Record<string, JsonSchema>>
  readonly components: Readonly<Record<string, JsonSchema>>
}

/** What a caller may give, on its own: its shared parts lie in its own `$defs`. */
export function paramsSchema(method: AnyMethod): JsonSchema {
  return unfolded(schemaOf(method.params, 'input'))
}

/** What the method answers, on its own; of a stream, one of its values. Undefined for a method that is not Baton's. */
export function answerSchema(name: string): JsonSchema | undefined {
  const answer = answerOf(name)
  return answer === undefined ? undefined : unfolded(schemaOf(answer, 'output'))
}

/** Many methods at once, as one document holds them. A method without a known answer has none in `answers`. */
export function schemasOf(methods: readonly AnyMethod[]): Schemas {
  const components: Record<string, JsonSchema> = {}
  const params: Record<string, JsonSchema> = {}
  const given: Record<string, JsonSchema> = {}
  for (const method of methods) {
    params[method.name] = hoisted(schemaOf(method.params, 'input'), components)
    const answer = answerOf(method.name)
    if (answer !== undefined) given[method.name] = hoisted(schemaOf(answer, 'output'), components)
  }
  return { params, answers: given, components: Object.fromEntries(Object.entries(components).sort(byName)) }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

/** The schema itself, by a name that may be anybody's. */
function answerOf(name: string): z.ZodType | undefined {
  return Object.hasOwn(answers, name) ? answers[name as keyof typeof answers] : undefined
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, override: plain })
  return rest
}

/** Every whole number of ours is a safe one: saying so of each is noise. */
function plain({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}

/** Whoever takes a schema on its own wants to see at its root what it is: an object, an array, a text. */
function unfolded({ $ref, $defs, ...rest }: JsonSchema): JsonSchema {
  const parts = $defs as Readonly<Record<string, JsonSchema>> | undefined
  const { [String($ref).slice('#/$defs/'.length)]: root, ...others } = parts ?? {}
  if ($ref === undefined || root === undefined) return { ...rest, ...(parts === undefined ? {} : { $defs: parts }) }
  return { ...root, ...rest, ...(Object.keys(others).length === 0 ? {} : { $defs: others }) }
}

/** The schema without its own `$defs`, which are moved to `components`. */
function hoisted(schema: JsonSchema, components: Record<string, JsonSchema>): JsonSchema {
  const { $defs = {}, ...rest } = schema
  for (const [id, part] of Object.entries($defs as Readonly<Record<string, JsonSchema>>)) {
    components[id] = pointed(part) as JsonSchema
  }
  return pointed(rest) as JsonSchema
}

function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, inner.replace('#/$defs/', '#/components/schemas/')]
        : [key, pointed(inner)],
    ),
  )
}
