// The shape of an agent in baton.yaml: what it runs, reaches, may do, and may use.
import { z } from 'zod'
import type { Verdict } from '../core/nouns/question.ts'
import type { ToolKind } from '../core/nouns/update.ts'
import { command, limits, price, text, tier, timeout, word } from './words.ts'

/** Names that make other programs load code, or turn what an agent or a model client believes about the machine. */
const loaders =
  /^(?:NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|LD_.*|DYLD_.*|SHELL|BASH_ENV|ENV|IFS|GIT_.*|PERL5.*|PYTHONSTARTUP|PYTHONHOME|RUBYOPT|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|SSH_.*|HOME|XDG_.*|BATON_.*|MONGODB_URI|API_KEYS|PATH|(?:CODEX|CLAUDE|COPILOT|GEMINI|QWEN|OPENCODE|CLINE|PI_CODING)_.*|(?:NPM|YARN|PNPM|BUN)_CONFIG_.*|(?:PIP|UV)_.*INDEX.*|.*_REGISTRY|SSL_CERT_.*|.*_CA_BUNDLE|OTEL_.*)$/
/** A repository does not say where models are, nor what opens them: that is the user's own configuration. */
const endpoints =
  /(?:BASE_?URL|API_?BASE|ENDPOINT|_HOST|PROXY|HEADERS?|API_?KEY|ACCESS_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|AUTH)(?:S|_ID|_FILE|_URL)?$/

function envFault(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return 'is not a name for a variable'
  const upper = name.toUpperCase()
  if (loaders.test(upper)) return 'cannot be set by a repository: it changes what programs load or believe'
  if (endpoints.test(upper)) return 'cannot be set by a repository: addresses and keys belong in your own config.yaml'
  return undefined
}

const env = z.record(z.string(), text).superRefine((variables, context) => {
  for (const name of Object.keys(variables)) {
    const fault = envFault(name)
    if (fault !== undefined) context.addIssue({ code: 'custom', path: [name], message: fault })
  }
})

const verdicts = ['allow', 'ask', 'deny'] as const satisfies readonly Verdict[]
export const toolKinds = [
  'read',
  'edit',
  'delete',
  'move',
  'search',
  'execute',
  'think',
  'fetch',
  'switch_mode',
  'other',
] as const satisfies readonly ToolKind[]

const verdict = z.enum(verdicts, 'must be allow, ask or deny').optional()
const kinds = Object.fromEntries(toolKinds.map((kind) => [kind, verdict])) as Record<ToolKind, typeof verdict>

/** What may be done without a person being asked, by kind of tool; `*` is every kind that is not named. */
export const permissions = z.strictObject({ ...kinds, '*': verdict })

export const agent = z.strictObject({
  executor: word.optional(),
  program: word.optional(),
  command: command.optional(),
  env: env.default({}),
  network: z.enum(['none', 'model', 'all'], 'must be model, none or all').optional(),
  seats: z.int().min(1).max(1000).default(4),
  roles: z.array(word).max(20).optional(),
  timeout: timeout.optional(),
  model: word.optional(),
  tier: tier.optional(),
  local: z.boolean('must be true or false').optional(),
  account: word.optional(),
  price: price.optional(),
  permissions: permissions.optional(),
  silence: timeout.optional(),
  limits: limits.optional(),
  subagents: z.boolean('must be true or false').optional(),
  'reads-only': z.boolean('must be true or false').optional(),
  options: z.record(word, text).optional(),
})

export type AgentEntry = z.infer<typeof agent>
export const agentShapes = [agent, permissions, limits, price]
