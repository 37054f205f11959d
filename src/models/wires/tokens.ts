// What a server says that it read and wrote, under the names that servers give it.
import { countOf, type Fields, fieldsOf } from '../reading.ts'
import type { Tokens } from './reader.ts'

export function tokensOf(usage: unknown): Tokens | undefined {
  const told = fieldsOf(usage)
  if (told === undefined) return undefined
  const [read, wrote] = [
    count(told, 'prompt_tokens', 'input_tokens'),
    count(told, 'completion_tokens', 'output_tokens'),
  ]
  if (read === undefined && wrote === undefined) return undefined
  const details = fieldsOf(told.prompt_tokens_details) ?? fieldsOf(told.input_tokens_details) ?? {}
  const cached = countOf(details.cached_tokens) ?? countOf(told.prompt_cache_hit_tokens) ?? 0
  const cost = typeof told.cost === 'number' && Number.isFinite(told.cost) && told.cost > 0 ? told.cost : undefined
  return {
    in: read ?? 0,
    out: wrote ?? 0,
    cached: Math.min(cached, read ?? 0),
    ...(cost === undefined ? {} : { cost }),
  }
}

const count = (told: Fields, ...names: readonly string[]): number | undefined =>
  names.map((name) => countOf(told[name])).find((one) => one !== undefined)
