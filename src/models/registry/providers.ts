// Where well-known servers of models answer, how they depart from plain OpenAI, and what their key is called.
import type { Dialect } from '../../core/nouns/model.ts'

export interface Provider {
  readonly endpoint: string
  readonly dialect: Dialect
  readonly key?: string
}

export const providers: Readonly<Record<string, Provider>> = {
  'lm-studio': { endpoint: 'http://127.0.0.1:1234/v1', dialect: 'lm-studio' },
  vllm: { endpoint: 'http://127.0.0.1:8000/v1', dialect: 'vllm' },
  ollama: { endpoint: 'http://127.0.0.1:11434/v1', dialect: 'ollama' },
  openai: { endpoint: 'https://api.openai.com/v1', dialect: 'openai', key: 'OPENAI_API_KEY' },
  anthropic: { endpoint: 'https://api.anthropic.com/v1', dialect: 'openai', key: 'ANTHROPIC_API_KEY' },
  google: {
    endpoint: 'https://generativelanguage.googleapis.com/v1beta/openai',
    dialect: 'openai',
    key: 'GEMINI_API_KEY',
  },
  github: { endpoint: 'https://models.github.ai/inference', dialect: 'openai', key: 'GITHUB_TOKEN' },
  qwen: {
    endpoint: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    dialect: 'openai',
    key: 'DASHSCOPE_API_KEY',
  },
  openrouter: { endpoint: 'https://openrouter.ai/api/v1', dialect: 'openai', key: 'OPENROUTER_API_KEY' },
  mistral: { endpoint: 'https://api.mistral.ai/v1', dialect: 'openai', key: 'MISTRAL_API_KEY' },
  deepseek: { endpoint: 'https://api.deepseek.com/v1', dialect: 'openai', key: 'DEEPSEEK_API_KEY' },
}

export const provider = (name: string): Provider | undefined =>
  Object.hasOwn(providers, name) ? providers[name] : undefined

/** Answers from elsewhere, whatever address a file gives. */
export function isAfar(name: string): boolean {
  return provider(name)?.endpoint.startsWith('https:') === true
}
