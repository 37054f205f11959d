// How servers depart from plain OpenAI, as one table.
import type { Dialect } from '../core/nouns/model.ts'

export interface Quirks {
  /** What the limit of what may be written is called. */
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens'
  /** Reads the beginning of what it was sent no more when it does not fit, and says nothing of it. */
  readonly cutsSilently: boolean
}

/** `auto`: nobody has found out yet, and what all of them take is sent. */
export const dialects: Readonly<Record<Dialect, Quirks>> = {
  auto: { maxTokens: 'max_tokens', cutsSilently: false },
  openai: { maxTokens: 'max_completion_tokens', cutsSilently: false },
  'lm-studio': { maxTokens: 'max_tokens', cutsSilently: true },
  vllm: { maxTokens: 'max_tokens', cutsSilently: false },
  ollama: { maxTokens: 'max_tokens', cutsSilently: true },
}
