// What trusted configuration says of one step: its agent, checks, gate, locks and time.
import type { AgentProfile } from './nouns/agent.ts'
import type { CheckSpec } from './nouns/check.ts'
import type { Item } from './nouns/item.ts'
import { builtInRoles, type Role } from './nouns/role.ts'
import type { Run } from './nouns/run.ts'
import type { Step, StepSpec } from './nouns/step.ts'
import type { StepRule, TrustedPolicy, Workspace } from './nouns/workspace.ts'

/** `*` stands for any run of characters; nothing else is special, and nothing backtracks. */
export function matches(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let mark = 0
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p
      mark = t
      p += 1
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p += 1
      t += 1
    } else if (star >= 0) {
      p = star + 1
      mark += 1
      t = mark
    } else return false
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

/** A pattern that ends in a slash covers all that lies below it. */
export function covers(pattern: string, path: string): boolean {
  return pattern.endsWith('/') ? path.startsWith(pattern) : matches(pattern, path)
}

/** Programs that do what a file of the repository says, without naming it. */
const readers: Readonly<Record<string, readonly string[]>> = {
  npm: ['package.json'],
  npx: ['package.json'],
  pnpm: ['package.json'],
  yarn: ['package.json'],
  bun: ['package.json'],
  make: ['Makefile', 'makefile', 'GNUmakefile'],
}

/**
 * Where files would lie that the commands of a policy name, from the root of the repository. What such a file calls in its turn, and what
 * stands inside a line for a shell, is not followed.
 */
export function scriptsOf(policy: TrustedPolicy, root: string): readonly string[] {
  const checks = [...policy.checks, ...policy.rules.flatMap((rule) => rule.checks ?? [])]
  const commands = [
    ...policy.agents.map((agent) => agent.argv),
    ...checks.map((check) => (check.kind === 'command' ? check.argv : [])),
    ...policy.rules.map((rule) => rule.argv ?? []),
    policy.setup,
  ]
  const found = new Set<string>()
  for (const argv of commands) {
    const program = (argv[0] ?? '').slice((argv[0] ?? '').lastIndexOf('/') + 1)
    for (const path of Object.hasOwn(readers, program) ? (readers[program] ?? []) : []) found.add(path)
    for (const word of argv) {
      const path = pathIn(word, root)
      if (path !== undefined) found.add(path)
    }
  }
  return [...found].sort()
}

/** A word as a path from the root; undefined when it can be none inside it. */
function pathIn(word: string, root: string): string | undefined {
  const value = word.startsWith('-') ? word.slice(word.indexOf('=') + 1 || word.length) : word
  const inside = root !== '' && value.startsWith(`${root}/`) ? value.slice(root.length + 1) : value
  const parts = inside.split('/').filter((part) => part !== '.')
  const odd = inside.startsWith('/') || parts.some((part) => part === '' || part === '..')
  return odd || parts.length === 0 ? undefined : parts.join('/')
}

/** A role that nobody has described is the coder's. */
export function roleOf(policy: TrustedPolicy, name: string): Role {
  const called = (wanted: string): Role | undefined =>
    policy.roles.find((one) => one.name === wanted) ?? builtInRoles.find((one) => one.name === wanted)
  return (called(name) ?? called('coder')) as Role
}

type InRole = Pick<StepSpec, 'key' | 'role' | 'readsOnly'>

/** What trusted configuration says wins over what the plan says. */
export function roleNameOf(policy: TrustedPolicy, { key, role }: InRole): string {
  return last(rulesFor(policy, key), (rule) => rule.role) ?? role
}

export function roleFor(policy: TrustedPolicy, spec: InRole): Role {
  return roleOf(policy, roleNameOf(policy, spec))
}

/** Whether a step is to answer and to change nothing: by itself, or because that is its role. */
export function onlyReads(policy: TrustedPolicy | undefined, spec: InRole): boolean {
  if (spec.readsOnly === true) return true
  return policy !== undefined && roleFor(policy, spec).readsOnly === true
}

function rulesFor(policy: TrustedPolicy, key: string): readonly StepRule[] {
  return policy.rules.length === 0 ? policy.rules : policy.rules.filter((rule) => matches(rule.match, key))
}

/** What judges and holds a step judges and holds its parts: splitting it is no way around its checks, its gate and its locks. */
function heldTo(policy: TrustedPolicy, { key, part }: StepSpec): readonly StepRule[] {
  if (part === undefined) return rulesFor(policy, key)
  return policy.rules.filter((rule) => [part.root, part.of, key].some((one) => matches(rule.match, one)))
}

function last<T>(rules: readonly StepRule[], pick: (rule: StepRule) => T | undefined): T | undefined {
  return rules.reduce<T | undefined>((found, rule) => pick(rule) ?? found, undefined)
}

export interface StepTerms {
  readonly agent: AgentProfile | undefined
  readonly agentName: string
  /** A rule, a run or a person names it, and not only the usual one. */
  readonly named: boolean
  readonly checks: readonly CheckSpec[]
  readonly gate: string | undefined
  readonly locks: readonly string[]
  readonly timeoutMs: number
}

/** The plan's own, and those that trusted configuration adds; they hold within a workspace. */
export function locksOf(workspace: Workspace, step: Step): readonly string[] {
  if (workspace.policy.rules.length === 0) return step.spec.locks
  return [...step.spec.locks, ...heldTo(workspace.policy, step.spec).flatMap((rule) => rule.locks ?? [])]
}

/** An agent as a step has it once it was given it: with the command and the time that the step's rules say. */
export function agentFor(workspace: Workspace, step: Step, terms: StepTerms, name: string): AgentProfile | undefined {
  const { policy } = workspace
  const profile = terms.agentName === name ? terms.agent : policy.agents.find((agent) => agent.name === name)
  if (profile === undefined) return undefined
  const timeoutMs = last(rulesFor(policy, step.spec.key), (rule) => rule.timeoutMs) ?? profile.timeoutMs
  return { ...profile, timeoutMs }
}

/** Later rules win, field by field; a person's word for this step (retry) wins over the run's agent, that over the rules. */
export function termsOf(workspace: Workspace, _: Item, step: Step, run: Run | undefined): StepTerms {
  const policy = workspace.policy
  const rules = rulesFor(policy, step.spec.key)
  const holding = heldTo(policy, step.spec)
  const wanted = step.agent ?? run?.agent ?? last(rules, (rule) => rule.agent)
  const name = wanted ?? policy.defaultAgent
  const profile = policy.agents.find((agent) => agent.name === name)
  const argv = last(rules, (rule) => rule.argv)
  const gate = last(holding, (rule) => rule.gate) ?? step.spec.gate
  return {
    agent: profile === undefined || argv === undefined ? profile : { ...profile, argv },
    agentName: name,
    named: wanted !== undefined,
    checks: last(holding, (rule) => rule.checks) ?? policy.checks,
    gate,
    locks: locksOf(workspace, step),
    timeoutMs: last(rules, (rule) => rule.timeoutMs) ?? profile?.timeoutMs ?? 3_600_000,
  }
}
