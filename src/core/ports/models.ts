// The socket for models: what is asked of one, the parts of its answer, and why there was none.
import type { FailureReason, Used } from '../nouns/attempt.ts'
import type { Dialect, ModelSpec } from '../nouns/model.ts'

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string
  /** Of an assistant. */
  readonly calls?: readonly ToolCall[]
  /** Of a tool: which call it answers. */
  readonly call?: string
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** JSON as the model wrote it; whole, never half of a stream. */
  readonly arguments: string
}

export interface ToolSpec {
  readonly name: string
  readonly description: string
  /** JSON Schema of its arguments. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** Says that nobody wants the answer any more; an AbortSignal is one. */
export interface Stop {
  readonly aborted: boolean
  addEventListener(type: 'abort', heard: () => void): void
  removeEventListener(type: 'abort', heard: () => void): void
}

export interface ModelRequest {
  readonly model: ModelSpec
  readonly messages: readonly ModelMessage[]
  readonly tools?: readonly ToolSpec[]
  /** The answer must be JSON of this schema; it is validated here, whatever the server promises, and its text is given once it is valid. */
  readonly schema?: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> }
  readonly maxTokens?: number
  readonly temperature?: number
  readonly effort?: 'low' | 'medium' | 'high'
  readonly wire?: 'chat' | 'responses'
  readonly stream?: boolean
  readonly stop?: Stop
}

export type ModelPart =
  | { readonly kind: 'text' | 'thought'; readonly text: string }
  /** Given once it is whole. */
  | { readonly kind: 'call'; readonly call: ToolCall }
  /** Waiting before the request is sent again; nothing of the answer has come yet. */
  | { readonly kind: 'again'; readonly why: string; readonly ms: number }
  /** The last part. */
  | {
      readonly kind: 'end'
      readonly finish: 'stop' | 'length' | 'calls' | 'filtered'
      readonly used: Used
      /** The server said nothing of what was used: `used` is a rough guess of ours. */
      readonly estimated?: true
      /** Of a request with a schema. */
      readonly json?: unknown
      /** What the server says that it read is far less than what was sent: it was cut without a word. */
      readonly truncated?: true
    }

/** Why a model did not answer, in the closed reasons; `text` is what had come until then, and `used` what that took, once any had. */
export class ModelFailed extends Error {
  readonly reason: FailureReason
  /** Wall time at which trying again makes sense. */
  readonly until: number | undefined
  readonly text: string
  readonly used: Used | undefined
  constructor(
    reason: FailureReason,
    why: string,
    more: { readonly until?: number | undefined; readonly text?: string; readonly used?: Used | undefined } = {},
  ) {
    super(why)
    this.name = 'ModelFailed'
    this.reason = reason
    this.until = more.until
    this.text = more.text ?? ''
    this.used = more.used
  }
}

export interface ModelFound {
  readonly id: string
  /** What it can read and write together as it is loaded now, where the server says so. */
  readonly context?: number
  readonly loaded?: boolean
}

/** Voices: every OpenAI-compatible server, asked the same way. Throws `ModelFailed` and nothing else. */
export interface Models {
  complete(request: ModelRequest): AsyncIterable<ModelPart>
  embed(model: ModelSpec, texts: readonly string[], stop?: Stop): Promise<readonly Float32Array[]>
  /** What the server at this model's endpoint offers, and which dialect it speaks. */
  list(model: ModelSpec): Promise<{ readonly dialect: Dialect; readonly models: readonly ModelFound[] }>
  close(): Promise<void>
}
