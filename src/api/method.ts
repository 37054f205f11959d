// What a method is: a name, what it takes, and one of six shapes.
import type { z } from 'zod'
import type { Entry } from '../core/nouns/entry.ts'
import type { Answer, House } from '../core/ports/house.ts'
import type { Refusal } from '../core/refusals.ts'
import type { State } from '../core/state.ts'
import type { Wish } from '../core/wishes.ts'
import type { Scope } from './scopes.ts'

/** Who is asking; made by a door, never by the one who asks. */
export interface Caller {
  readonly name: string
  /** The folder a relative path or a missing workspace is taken from. */
  readonly folder: string
  /** From the door's own record, never from what the caller says of itself. */
  readonly may: ReadonlySet<Scope>
  /** Bound to one attempt: it may ask about that attempt and its step, and about nothing else. */
  readonly attempt?: string
}

/** `I` is what a caller may give, `P` what is left after checking and filling in. */
interface Common<N extends string, P, I> {
  /** noun/verb, e.g. `step/why`. */
  readonly name: N
  readonly caption: string
  readonly needs: Scope
  /** What agents and editors call it; `noun_verb` when it has no better name. */
  readonly tool?: string
  readonly params: z.ZodType<P, I>
  /**
   * For the agent of a running attempt, and for nobody else: it comes with that attempt's key, may leave `attempt` out, and may use what its
   * role is given. Through MCP such a caller sees these methods and no others.
   */
  readonly forAgents?: true
  /** The attempt or step that a call is about; without it no caller that is bound to an attempt may use the method. */
  about?(params: P): string
}

/** One wish; the result is made from its answer. */
export interface WishMethod<P, R, N extends string = string, I = P> extends Common<N, P, I> {
  readonly shape: 'wish'
  wish(params: P, caller: Caller): Wish
  result(answer: Answer & { ok: true }, params: P): R
}

/** Pure: a client that mirrors the state may answer it without asking. */
export interface ViewMethod<P, R, N extends string = string, I = P> extends Common<N, P, I> {
  readonly shape: 'view'
  view(state: State, now: number, params: P): R | Refusal
  /** A past sequence that is asked about instead of the head; the view then gets that state, and its time as `now`. */
  at?(params: P): number | undefined
}

/** Bytes, diffs and other things the state does not hold; changes nothing. */
export interface ReadMethod<P, R, N extends string = string, I = P> extends Common<N, P, I> {
  readonly shape: 'read'
  read(house: House, params: P, caller: Caller): Promise<R | Refusal>
}

/** Several wishes in a row, and looks at the world between them. */
export interface DeedMethod<P, R, N extends string = string, I = P> extends Common<N, P, I> {
  readonly shape: 'deed'
  act(house: House, params: P, caller: Caller): Promise<R | Refusal>
}

/** Entries from a position on, for ever. */
export interface FollowMethod<P, N extends string = string, I = P> extends Common<N, P, I> {
  readonly shape: 'follow'
  from(params: P): number
  wants(params: P): (entry: Entry) => boolean
}

/** Many values, one after the other, with an end. */
export interface SeriesMethod<P, R, N extends string = string, I = P> extends Common<N, P, I> {
  readonly shape: 'series'
  series(house: House, params: P): AsyncIterable<R>
}

export type Method<P = unknown, R = unknown, N extends string = string, I = P> =
  | WishMethod<P, R, N, I>
  | ViewMethod<P, R, N, I>
  | ReadMethod<P, R, N, I>
  | DeedMethod<P, R, N, I>
  | FollowMethod<P, N, I>
  | SeriesMethod<P, R, N, I>

/** Any method of a list, whatever it takes. */
export type AnyMethod = Method

export function wishes<N extends string, P, I, R>(one: Omit<WishMethod<P, R, N, I>, 'shape'>): WishMethod<P, R, N, I> {
  return { shape: 'wish', ...one }
}

export function views<N extends string, P, I, R>(one: Omit<ViewMethod<P, R, N, I>, 'shape'>): ViewMethod<P, R, N, I> {
  return { shape: 'view', ...one }
}

export function reads<N extends string, P, I, R>(one: Omit<ReadMethod<P, R, N, I>, 'shape'>): ReadMethod<P, R, N, I> {
  return { shape: 'read', ...one }
}

export function deeds<N extends string, P, I, R>(one: Omit<DeedMethod<P, R, N, I>, 'shape'>): DeedMethod<P, R, N, I> {
  return { shape: 'deed', ...one }
}

export function follows<N extends string, P, I>(one: Omit<FollowMethod<P, N, I>, 'shape'>): FollowMethod<P, N, I> {
  return { shape: 'follow', ...one }
}

export function series<N extends string, P, I, R>(
  one: Omit<SeriesMethod<P, R, N, I>, 'shape'>,
): SeriesMethod<P, R, N, I> {
  return { shape: 'series', ...one }
}
