// What every wire makes of an answer: text and thoughts as they come, and at the end how it finished, what it calls and what it used.
import type { ToolCall } from '../../core/ports.ts'

export type Spoken = { readonly kind: 'text' | 'thought'; readonly text: string }

export interface Tokens {
  readonly in: number
  readonly out: number
  readonly cached: number
  /** In dollars, where a server says it. */
  readonly cost?: number
}

export interface Ending {
  readonly finish: 'stop' | 'length' | 'calls' | 'filtered'
  readonly calls: readonly ToolCall[]
}

export interface Reader {
  /** One payload of the stream, or the whole answer. Throws Trouble for an error inside. */
  take(payload: unknown, name: string): readonly Spoken[]
  /** What the server has said of it until now. */
  readonly tokens: Tokens | undefined
  /** Whether the server has said that nothing more comes. */
  readonly finished: boolean
  /** What was held back. */
  rest(): readonly Spoken[]
  /** Throws Trouble when the answer is not whole: then nothing of what it calls is given. */
  end(): Ending
}
