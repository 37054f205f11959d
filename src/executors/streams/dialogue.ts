// What a program that writes events as lines of JSON says, put into ours: pure, so that a recorded stream can be played to it.
import type { Outcome, Used } from '../../core/nouns/attempt.ts'
import type { Ended, Report } from '../../core/ports.ts'
import type { Fields } from '../acp/unknown.ts'

export type Effect =
  | { readonly do: 'report'; readonly report: Report }
  /** One line for its standard input. */
  | { readonly do: 'write'; readonly line: string }
  /** It has said all; without this some programs wait for more. */
  | { readonly do: 'close' }

export interface Over {
  readonly ended: Ended
  /** The last that it wrote besides its events. */
  readonly tail: string
  /** Wall time. */
  readonly at: number
}

export interface Dialogue {
  /** Its own name for the session, as soon as it is known. */
  readonly session: string | undefined
  /** Questions that wait for an answer. */
  readonly open: number
  /** Whether its model was asked at all. */
  readonly started: boolean
  hear(event: Fields): readonly Effect[]
  /** A line that is no event, on either of its outputs. */
  overhear(line: string): void
  answer(question: string, answer: string | undefined): readonly Effect[]
  outcome(over: Over): Outcome
  summary(): string | undefined
  used(ms: number): Used
}
