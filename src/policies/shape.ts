// The shape of baton.yaml, and the words it is refused with.
import { z } from 'zod'
import { agent, agentShapes, permissions } from './agent-shape.ts'
import { command, limits, pattern, text, tier, timeout, word } from './words.ts'

const yes = z.boolean('must be true or false')

const check = z
  .strictObject({
    name: word,
    command: command.optional(),
    files: z.array(pattern).min(1).max(1000).optional(),
    timeout: timeout.optional(),
  })
  .refine((each) => (each.command === undefined) !== (each.files === undefined), 'must have either a command or files')
  .refine((each) => each.files === undefined || each.timeout === undefined, 'has files, so it takes no timeout')

const rule = z.strictObject({
  agent: word.optional(),
  role: word.optional(),
  command: command.optional(),
  checks: z.array(check).max(50).optional(),
  gate: word.optional(),
  locks: z.array(word).max(50).optional(),
  timeout: timeout.optional(),
})

const toolchain = text.refine(
  (path) => path.startsWith('/') && path.length > 1 && !path.split('/').includes('..'),
  'must be the absolute path of a folder',
)

const routing = z.strictObject({
  allow: z.array(word).max(100).default([]),
  prefer: word.optional(),
  ladder: z.array(word).max(100).default([]),
  'escalate-after': z.int().min(1, 'must be at least 1').max(20, 'must be at most 20').optional(),
  repair: yes.optional(),
  router: z.enum(['rules', 'outcomes', 'semantic'], 'must be rules, outcomes or semantic').optional(),
  embedder: word.optional(),
})

const quota = z.strictObject({ fallback: yes.optional(), 'longest-wait': timeout.optional() })

const budgets = z.strictObject({
  attempt: limits.optional(),
  step: limits.optional(),
  item: limits.optional(),
  day: limits.optional(),
})

const role = z.strictObject({
  prompt: text.optional(),
  tier: tier.optional(),
  permissions: permissions.optional(),
  tools: z.array(word).max(50).optional(),
  'reads-only': yes.optional(),
})

const explore = z.strictObject({ 'external-models': yes.optional(), network: yes.optional() })

export const policyShape = z.strictObject({
  agents: z.record(word, agent).default({}),
  'default-agent': word.optional(),
  checks: z.array(check).max(50).default([]),
  steps: z
    .record(z.string().regex(/^[A-Za-z0-9*._-]{1,100}$/, 'must be a step or a pattern such as "T01*"'), rule)
    .default({}),
  protect: z.array(pattern).max(200).default([]),
  desired: z.int().min(0).max(1000).default(4),
  tries: z.int().min(1).max(20).default(3),
  setup: command.optional(),
  'release-gate': z.boolean().default(true),
  toolchains: z.array(toolchain).max(20).default([]),
  mode: z.enum(['online', 'offline'], 'must be online or offline').optional(),
  routing: routing.optional(),
  quota: quota.optional(),
  budgets: budgets.optional(),
  permissions: permissions.optional(),
  roles: z.record(word, role).default({}),
  explore: explore.optional(),
  proposals: z.enum(['ask', 'auto'], 'must be ask or auto').optional(),
  intake: z.enum(['ask', 'auto'], 'must be ask or auto').optional(),
  outside: z.enum(['allow', 'forbid'], 'must be allow or forbid').optional(),
})

export type PolicyFile = z.infer<typeof policyShape>
export type CheckEntry = z.infer<typeof check>

const shapes = [policyShape, check, rule, routing, quota, budgets, role, explore, ...agentShapes]

/** Every key there is, for a did-you-mean. */
export const knownKeys: readonly string[] = [...new Set(shapes.flatMap((shape) => Object.keys(shape.shape)))]
