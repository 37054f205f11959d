// What each method takes and what comes back from it, as types, found by its name.
import type { ReadEntry } from '../core/nouns/entry.ts'
import type { Refusal } from '../core/refusals.ts'
import type { FollowMethod, SeriesMethod } from './method.ts'
import type { Methods } from './methods.ts'

type All = Methods[number]
type Named<N extends string> = Extract<All, { name: N }>

/** Methods that give many values, one after the other. */
export type StreamName = Extract<All, { shape: 'follow' | 'series' }>['name']
/** Methods with one answer. */
export type CallName = Exclude<All['name'], StreamName>
/** What a caller may give: what has a default may be left away. */
export type Given<N extends All['name']> = NonNullable<Named<N>['params']['_zod']['input']>

type Made<M> = M extends { result(...given: never[]): infer R }
  ? R
  : M extends { view(...given: never[]): infer R }
    ? R
    : M extends { read(...given: never[]): Promise<infer R> }
      ? R
      : M extends { act(...given: never[]): Promise<infer R> }
        ? R
        : never
/** What a call comes back with when it is not refused. */
export type Result<N extends CallName> = Exclude<Made<Named<N>>, Refusal>
/** One of the many values of a stream. */
export type Value<N extends StreamName> =
  Named<N> extends SeriesMethod<infer _P, infer R, N, infer _I>
    ? R
    : Named<N> extends FollowMethod<infer _P, N, infer _I>
      ? ReadEntry
      : never
