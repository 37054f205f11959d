// What a method is: a name, what it takes, and one of five shapes.
import type { z } from 'zod'
import type { Answer, House } from '../core/house.ts'
import type { Entry } from '../core/nouns/entry.ts'
import type { Refusal } from '../core/refusals.ts'
import type { State } from '../core/state.ts'
import type { Wish } from '../core/wishes.ts'

/** Who is asking; made by a door, never by the one who asks. */
export interface Caller {
  readonly name: string
  /** The folder a relative path or a missing workspace is taken from. */
  readonly folder: string
}

interface Common<P> {
  /** noun/verb, e.g. `step/why`. */
  readonly name: string
  readonly caption: string
  readonly params: z.ZodType<P>
}

/** One wish; the result is made from its answer. */
export interface WishMethod<P, R> extends Common<P> {
  readonly shape: 'wish'
  wish(params: P, caller: Caller): Wish
  result(answer: Answer & { ok: true }, params: P): R
}

/** Pure: a client that mirrors the state may answer it without asking. */
export interface ViewMethod<P, R> extends Common<P> {
  readonly shape: 'view'
  view(state: State, now: number, params: P): R | Refusal
}

/** Bytes, diffs and other things the state does not hold; changes nothing. */
export interface ReadMethod<P, R> extends Common<P> {
  readonly shape: 'read'
  read(house: House, params: P, caller: Caller): Promise<R | Refusal>
}

/** Several wishes in a row, and looks at the world between them. */
export interface DeedMethod<P, R> extends Common<P> {
  readonly shape: 'deed'
  act(house: House, params: P, caller: Caller): Promise<R | Refusal>
}

/** Entries from a position on, for ever. */
export interface FollowMethod<P> extends Common<P> {
  readonly shape: 'follow'
  from(params: P): number
  wants(params: P): (entry: Entry) => boolean
}

export type Method<P = never, R = unknown> =
  | WishMethod<P, R>
  | ViewMethod<P, R>
  | ReadMethod<P, R>
  | DeedMethod<P, R>
  | FollowMethod<P>
