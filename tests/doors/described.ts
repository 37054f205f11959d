// The document as the server gives it, and a judge for every schema in it.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { methods } from '../../src/api/index.ts'
import type { AnyMethod } from '../../src/api/method.ts'
import { handWritten, type Json } from '../../src/doors/reference/described.ts'
import { type OpenApi, type Operation, openapi } from '../../src/doors/reference/document.ts'

export const all: readonly AnyMethod[] = methods

export const document: OpenApi = openapi({ methods: all, version: '0.0.0', routes: handWritten })

export interface Asked {
  /** As `POST /api/step/why`. */
  readonly name: string
  readonly verb: string
  readonly path: string
  readonly operation: Operation
}

export function operationsOf({ paths }: OpenApi): readonly Asked[] {
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({
      name: `${verb.toUpperCase()} ${path}`,
      verb: verb.toUpperCase(),
      path,
      operation,
    })),
  )
}

/** Every value in the document with where it stands, as a JSON pointer. */
export function* everyValue(value: unknown, at = '#'): Generator<[string, unknown]> {
  yield [at, value]
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield* everyValue(inner, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  }
}

/** Compiles any schema of the document, whatever it refers to. */
export class Judge {
  readonly #ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: false, validateFormats: false })
  readonly #made = new Map<string, ValidateFunction>()

  constructor(whole: OpenApi) {
    this.#ajv.addVocabulary(['openapi', 'info', 'servers', 'security', 'tags', 'paths', 'components', 'example'])
    this.#ajv.addSchema({ $id: 'baton:document', components: whole.components as Json })
  }

  of(pointer: string, schema: Json): ValidateFunction {
    const known = this.#made.get(pointer)
    if (known !== undefined) return known
    const made = this.#ajv.compile(absolute(schema) as Json)
    this.#made.set(pointer, made)
    return made
  }
}

/** `#/components/…` from wherever it stands. */
function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace(/^#/u, 'baton:document#') : absolute(inner),
    ]),
  )
}
