// Typed calls of every method, over any transport.
import type { Methods } from '../api/index.ts'
import type { FollowMethod, SeriesMethod } from '../api/method.ts'
import type { Entry } from '../core/nouns/entry.ts'
import type { Refusal } from '../core/refusals.ts'

type All = Methods[number]
type Many = Extract<All, { shape: 'follow' | 'series' }>['name']
type One = Exclude<All['name'], Many>
type Named<N extends string> = Extract<All, { name: N }>

export type CallName = One
export type StreamName = Many
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
/** What a call comes back with; refusals are thrown as `Refused`. */
export type Result<N extends One> = Exclude<Made<Named<N>>, Refusal>
export type Value<N extends Many> =
  Named<N> extends SeriesMethod<infer _P, infer R, N, infer _I>
    ? R
    : Named<N> extends FollowMethod<infer _P, N, infer _I>
      ? Entry
      : never

/** How calls reach a house. Refusals are thrown as `Refused`, and so is a broken connection (kind `busy`). */
export interface Transport {
  ask(method: string, params: unknown): Promise<unknown>
  /** Ending the loop over it ends the stream. */
  stream(method: string, params: unknown): AsyncIterable<unknown>
  close(): Promise<void>
}

export interface Calls {
  call<N extends CallName>(name: N, params: Given<N>): Promise<Result<N>>
  stream<N extends StreamName>(name: N, params: Given<N>): AsyncIterable<Value<N>>
  close(): Promise<void>
}

export function callsOver(transport: Transport): Calls {
  return {
    call: (name, params) => transport.ask(name, params) as Promise<never>,
    stream: (name, params) => transport.stream(name, params) as AsyncIterable<never>,
    close: () => transport.close(),
  }
}
