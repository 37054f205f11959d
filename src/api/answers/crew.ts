// Answers about who could work here: agents and models, each with whether it is well and why not.
import { z } from 'zod'
import { count, note, texts, time } from '../parts/measures.ts'
import { reason } from './attempts.ts'

const mode = z.enum(['online', 'offline']).describe('offline: only what runs on machines of your own is used.')
const tier = z.enum(['small', 'medium', 'large'])
const why = z
  .string()
  .describe('What is missing and how to get it, or its version; empty when there is nothing to say.')
const barred = z
  .strictObject({
    kind: z.enum(['auth', 'missing', 'quota', 'rate-limited']),
    why: z.string(),
    until: time.exactOptional(),
  })
  .describe('Nothing is asked of its account until then, or until a person says so.')

const agent = z.strictObject({
  name: z.string(),
  from: z
    .enum(['trusted', 'shown', 'shipped'])
    .describe(
      'trusted: in force. shown: in a configuration that is not trusted. shipped: known, and not configured here.',
    ),
  executor: z.string(),
  program: z.string().exactOptional(),
  model: z.string().exactOptional(),
  tier: tier.exactOptional(),
  local: z.boolean(),
  account: z.string(),
  network: z.enum(['none', 'model', 'all']),
  roles: texts,
  readsOnly: z.boolean(),
  seats: count,
  busy: count,
  ok: z.boolean().describe('It could be started now, and its account is free.'),
  why,
  barred: barred.exactOptional(),
})

const dollars = z.number().min(0)
const model = z.strictObject({
  name: z.string(),
  id: z.string().describe('What its server calls it; empty: whatever that offers.'),
  from: z.enum(['person', 'repository']),
  provider: z.string(),
  endpoint: z.string().describe('Empty: the usual place, which OPENAI_API_BASE names.'),
  dialect: z.enum(['auto', 'openai', 'lm-studio', 'vllm', 'ollama']),
  keyName: z.string().exactOptional().describe('What its key is called; never the key.'),
  account: z.string(),
  tier,
  local: z.boolean(),
  size: z.string().exactOptional(),
  context: count.exactOptional().describe('Tokens: as its server says, else as the registry does.'),
  price: z
    .strictObject({ input: dollars.exactOptional(), cached: dollars.exactOptional(), output: dollars.exactOptional() })
    .exactOptional()
    .describe('Dollars a million tokens; what is absent is not known.'),
  tools: z.enum(['native', 'json']),
  roles: texts,
  ok: z.boolean(),
  why,
  loaded: z.boolean().exactOptional(),
})

const checked = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  why,
  reason: reason.exactOptional(),
  ms: z.number().min(0).describe('Until the whole answer was there, or until it was given up.'),
  firstMs: z.number().min(0).exactOptional().describe('Until its first part.'),
  tokensOut: count.exactOptional(),
  tokensPerSecond: z.number().min(0).exactOptional(),
  bytes: count.exactOptional().describe('Of what it answered, thoughts with it.'),
  guessed: z.literal(true).exactOptional().describe('Nobody counted the tokens: they are guessed from the letters.'),
})

export const crewAnswers = {
  'agent/list': z.strictObject({ mode, agents: z.array(agent) }),
  'model/list': z.strictObject({ mode, models: z.array(model), notes: z.array(note) }),
  'model/check': z.strictObject({ ok: z.boolean().describe('Every one of them answered.'), models: z.array(checked) }),
}
