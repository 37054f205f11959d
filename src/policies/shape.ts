// The shape of baton.yaml, and the words it is refused with.
import { z } from 'zod'

const text = z
  .string()
  .max(4096)
  .refine((value) => !value.includes('\0'), 'must not hold a NUL')
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dot, dash or underscore')

/** An argv: programs are started without a shell, so one string is not enough to say where words end. */
export const command = z
  .array(text, 'must be a list such as ["npm", "test"]: commands are started without a shell')
  .min(1, 'must name a program')
  .max(256)
  .refine((argv) => argv[0] !== '', 'must name a program')

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const longestMs = 7 * 24 * 3_600_000

export function durationMs(value: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(value) ?? []
  const ms = Number(count) * (units[unit] ?? Number.NaN)
  return Number.isSafeInteger(ms) && ms > 0 && ms <= longestMs ? ms : undefined
}

const timeout = z
  .string('must be a time such as 90s, 10m or 1h')
  .refine((value) => durationMs(value) !== undefined, 'must be a time such as 90s, 10m or 1h, at most seven days')

/** Names that make other programs load code, or turn what an agent or a model client believes about the machine. */
const loaders =
  /^(?:NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|LD_.*|DYLD_.*|SHELL|BASH_ENV|ENV|IFS|GIT_.*|PERL5.*|PYTHONSTARTUP|PYTHONHOME|RUBYOPT|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|SSH_.*|HOME|XDG_.*|BATON_.*|MONGODB_URI|API_KEYS)$/
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

/** A pattern over paths inside the repository. */
const pattern = text.refine((value) => {
  const parts = value.replace(/\/$/, '').split('/')
  return (
    value !== '' &&
    !value.startsWith('/') &&
    !value.includes('\\') &&
    !parts.some((part) => ['', '.', '..'].includes(part))
  )
}, 'must be a path or pattern inside the repository, such as "tests/**"')

const check = z
  .strictObject({
    name: word,
    command: command.optional(),
    files: z.array(pattern).min(1).max(1000).optional(),
    timeout: timeout.optional(),
  })
  .refine((each) => (each.command === undefined) !== (each.files === undefined), 'must have either a command or files')
  .refine((each) => each.files === undefined || each.timeout === undefined, 'has files, so it takes no timeout')

const agent = z.strictObject({
  executor: word.default('shell'),
  command: command.optional(),
  env: env.default({}),
  network: z.enum(['none', 'all'], 'must be none or all').default('none'),
  seats: z.int().min(1).max(1000).default(4),
  roles: z.array(word).max(20).default(['coder']),
  timeout: timeout.default('30m'),
})

const rule = z.strictObject({
  agent: word.optional(),
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
})

export type PolicyFile = z.infer<typeof policyShape>
export type CheckEntry = z.infer<typeof check>

/** Every key there is, for a did-you-mean. */
export const knownKeys: readonly string[] = [
  ...new Set([policyShape, agent, check, rule].flatMap((shape) => Object.keys(shape.shape))),
]
