// What is said of a route that is written by hand: what it takes, what it gives, and who may ask.
import type { Scope } from '../../api/scopes.ts'

export type Json = Readonly<Record<string, unknown>>

export interface Given {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  /** What stands in a path always is. */
  readonly required?: boolean
  readonly description: string
  readonly schema: Json
}

export interface Content {
  readonly description: string
  /** Without one there is no body. */
  readonly type?: string
  readonly schema?: Json
  readonly example?: unknown
}

export interface Described {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  readonly path: string
  /** Unique, in one word. */
  readonly id: string
  readonly summary: string
  readonly description?: string
  /** `open` needs no key at all; `any` needs a key, whatever it may do. */
  readonly needs: Scope | 'open' | 'any'
  readonly given?: readonly Given[]
  readonly body?: Content
  readonly answers: Readonly<Record<number, Content>>
}
