// How servers depart from plain OpenAI, as one table.
import type { Dialect } from '../core/nouns/model.ts'

export interface Quirks {
  /** What the limit of what may be written is called. */
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens'
  /** What does not fit is left out without a word: only the count of what it read tells. */
  readonly cutsSilently: boolean
  /** What an answer without any content is known to mean there. */
  readonly emptyMeans?: string
  /** Where it tells more of its models than `/models` does, from the address without its `/v1`; the first tells it from others. */
  readonly tells?: readonly string[]
}

/** `auto`: nobody has found out yet, so that what all of them take is sent. */
export const dialects: Readonly<Record<Dialect, Quirks>> = {
  auto: { maxTokens: 'max_tokens', cutsSilently: true },
  openai: { maxTokens: 'max_completion_tokens', cutsSilently: false },
  'lm-studio': {
    maxTokens: 'max_tokens',
    cutsSilently: true,
    emptyMeans: 'LM Studio does so when the prompt does not fit: load the model with a larger context, or send less',
    tells: ['/api/v1/models', '/api/v0/models'],
  },
  vllm: { maxTokens: 'max_tokens', cutsSilently: false },
  ollama: {
    maxTokens: 'max_tokens',
    cutsSilently: true,
    emptyMeans:
      'Ollama does so when it runs out of memory or context: ollama ps shows what is loaded, OLLAMA_CONTEXT_LENGTH sets how much',
    tells: ['/api/version', '/api/ps'],
  },
}

/** Servers that are known by their names. */
export const byHost: readonly (readonly [RegExp, Dialect])[] = [[/(?:^|\.)openai\.(?:com|azure\.com)$/, 'openai']]
