// What a client of models is given: keys by name, a clock, how long it waits, and how much it takes in.
import type { FailureReason } from '../core/nouns/attempt.ts'
import type { Clock } from '../core/ports.ts'
import type { Resolve } from './guard.ts'

/** How long each part of an answer may take, in milliseconds. */
export interface Patience {
  readonly connectMs: number
  /** Until the first part of an answer: a model may have to be loaded first, and a long prompt read. */
  readonly firstMs: number
  /** Between two parts. A server that gives calls whole is silent for as long as the model writes one. */
  readonly idleMs: number
  readonly wholeMs: number
}

export interface Bounds {
  readonly headerBytes: number
  /** Of one line of a stream, in letters. */
  readonly line: number
  /** Of a whole answer as it is read, unpacked. */
  readonly answerBytes: number
  readonly calls: number
}

/** Turns the words of an error into a reason, with the wall time at which it ends; undefined for words that nobody knows. */
export type Classify = (heard: {
  readonly text: string
  readonly status?: number
  readonly code?: string | null
  readonly at: number
}) => { readonly reason: FailureReason; readonly until?: number } | undefined

export interface ModelsOptions {
  /** The key of that name from the environment or a keychain; undefined when there is none. */
  key(name: string): Promise<string | undefined>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
  /** For what the words of servers mean beyond what is known here. */
  readonly classify?: Classify
  readonly resolve?: Resolve
  readonly patience?: Partial<Patience>
  readonly bounds?: Partial<Bounds>
  /** How often a request is sent again at most. */
  readonly again?: number
  /** The longest wait before that; a server that asks for more gets no further request. */
  readonly longestWaitMs?: number
}

const minute = 60_000

export const patienceFor = (local: boolean): Patience => ({
  connectMs: 10_000,
  firstMs: local ? 10 * minute : 5 * minute,
  idleMs: local ? 5 * minute : 3 * minute,
  wholeMs: 60 * minute,
})

export const usualBounds: Bounds = {
  headerBytes: 65_536,
  line: 8 * 1_048_576,
  answerBytes: 64 * 1_048_576,
  calls: 128,
}
