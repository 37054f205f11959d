// The shape of model_registry.yaml, and the words it is refused with.
import { z } from 'zod'

const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dot, dash or underscore')

const line = z
  .string()
  .min(1, 'must not be empty')
  .max(2048)
  .refine((text) => !/\p{Cc}/u.test(text), 'must be one line')

const tokens = z
  .int('must be a whole number of tokens')
  .positive('must be more than 0 tokens')
  .max(1e10, 'must be at most 10000000000 tokens')

const dollars = z
  .number('must be dollars a million tokens, as a number such as 0.25')
  .min(0, 'must not be less than 0')
  .max(1_000_000, 'must be at most a million dollars')

const model = z.strictObject({
  id: line.optional(),
  provider: word.optional(),
  endpoint: line.optional(),
  dialect: z
    .enum(['auto', 'openai', 'lm-studio', 'vllm', 'ollama'], 'must be auto, openai, lm-studio, vllm or ollama')
    .optional(),
  key: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, 'must be the name of a variable or keychain entry, never the key itself')
    .optional(),
  size: z
    .string('must be a size such as 32B or 8x7B')
    .regex(/^(?:\d{1,3}x)?\d{1,5}(?:\.\d{1,3})?[MBT]$/i, 'must be a size such as 32B or 8x7B')
    .optional(),
  context: tokens.optional(),
  max_output: tokens.optional(),
  price_in: dollars.optional(),
  price_cached: dollars.optional(),
  price_out: dollars.optional(),
  tier: z.enum(['small', 'medium', 'large'], 'must be small, medium or large').optional(),
  local: z.boolean('must be true or false').optional(),
  tools: z.enum(['native', 'json'], 'must be native or json').optional(),
  account: word.optional(),
})

const names = z.union([word, z.array(word).min(1, 'must name a model').max(50)], 'must be a model or a list of models')

export const registryShape = z.strictObject({
  models: z
    .record(word, model)
    .refine((all) => Object.keys(all).length <= 500, 'must be at most 500 models')
    .default({}),
  roles: z.record(word, names).default({}),
})

export type RegistryFile = z.infer<typeof registryShape>
export type ModelEntry = z.infer<typeof model>

export const knownKeys: readonly string[] = [...Object.keys(registryShape.shape), ...Object.keys(model.shape)]
