// Reads baton.yaml into the policy that a person may trust; one error anywhere and nothing of it holds.
import type { z } from 'zod'
import type { AgentProfile } from '../core/nouns/agent.ts'
import type { CheckSpec } from '../core/nouns/check.ts'
import type { PlanNote } from '../core/nouns/plan.ts'
import { noPolicy, type StepRule, type TrustedPolicy } from '../core/nouns/workspace.ts'
import { quoted } from '../core/text/neutral.ts'
import { readYaml, type YamlRead } from '../core/text/yaml.ts'
import { nearest } from './nearest.ts'
import { type CheckEntry, durationMs, knownKeys, type PolicyFile, policyShape } from './shape.ts'

const file = 'baton.yaml'
const bytesAtMost = 262_144
const faultsAtMost = 30

export interface PolicyRead {
  /** `noPolicy` when there is an error among the notes: half a policy is nobody's will. */
  readonly policy: TrustedPolicy
  readonly notes: readonly PlanNote[]
}

function fault(at: { line: number; column?: number }, kind: string, text: string, remedy: string): PlanNote {
  return {
    file,
    line: at.line,
    ...(at.column === undefined ? {} : { column: at.column }),
    level: 'error',
    kind,
    text,
    remedy,
  }
}

const usual = 'Correct it, then run baton trust.'

function faultsOf(issue: z.core.$ZodIssue, yaml: YamlRead): PlanNote[] {
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const meant = nearest(key, knownKeys)
      const remedy = meant === undefined ? 'Delete it.' : `Did you mean ${meant}?`
      const where = path === '' ? '' : ` under ${quoted(path)}`
      return fault(
        yaml.at([...issue.path, key]),
        'unknown-key',
        `There is no setting "${quoted(key)}"${where}.`,
        remedy,
      )
    })
  }
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
  const what = quoted(inner ?? issue.message, 200)
  return [fault(yaml.at(issue.path), 'shape', `${path === '' ? 'The file' : quoted(path)}: ${what}.`, usual)]
}

function checksOf(entries: readonly CheckEntry[]): CheckSpec[] {
  return entries.map(({ name, command, files, timeout }) => {
    if (command === undefined) return { kind: 'files', name, exist: files ?? [] }
    const timeoutMs = timeout === undefined ? undefined : durationMs(timeout)
    return { kind: 'command', name, argv: command, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  })
}

function agentsOf(agents: PolicyFile['agents']): AgentProfile[] {
  return Object.entries(agents).map(([name, { command, timeout, ...rest }]) => {
    return { name, ...rest, argv: command ?? [], timeoutMs: durationMs(timeout) ?? 0 }
  })
}

/** In the order of the file, which an object with keys such as "12" would not keep. */
function rulesOf(steps: PolicyFile['steps'], yaml: YamlRead): StepRule[] {
  const place = (match: string): number => {
    const { line, column = 0 } = yaml.at(['steps', match])
    return line * 100_000 + column
  }
  const sorted = Object.entries(steps).sort(([a], [b]) => place(a) - place(b))
  return sorted.map(([match, rule]) => {
    const timeoutMs = rule.timeout === undefined ? undefined : durationMs(rule.timeout)
    return {
      match,
      ...(rule.agent === undefined ? {} : { agent: rule.agent }),
      ...(rule.command === undefined ? {} : { argv: rule.command }),
      ...(rule.checks === undefined ? {} : { checks: checksOf(rule.checks) }),
      ...(rule.gate === undefined ? {} : { gate: rule.gate }),
      ...(rule.locks === undefined ? {} : { locks: rule.locks }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    }
  })
}

/** What the shape cannot see: names that name nothing, agents without a command, two checks of one name. */
function strangers(given: PolicyFile, yaml: YamlRead): PlanNote[] {
  const names = Object.keys(given.agents)
  const notes: PlanNote[] = []
  const agentThere = (name: string | undefined, path: PropertyKey[]): void => {
    if (name === undefined || names.includes(name)) return
    const meant = nearest(name, names)
    const remedy =
      meant === undefined
        ? `Describe it under agents, or name one of: ${names.join(', ') || 'none yet'}.`
        : `Did you mean ${meant}?`
    notes.push(fault(yaml.at(path), 'no-agent', `There is no agent "${quoted(name)}".`, remedy))
  }
  agentThere(given['default-agent'], ['default-agent'])
  for (const [match, rule] of Object.entries(given.steps)) agentThere(rule.agent, ['steps', match, 'agent'])
  for (const [name, agent] of Object.entries(given.agents)) {
    if (agent.executor !== 'shell' || agent.command !== undefined) continue
    notes.push(
      fault(
        yaml.at(['agents', name]),
        'no-command',
        `The shell agent "${quoted(name)}" has no command.`,
        'Give it one: command: ["./scripts/agent.sh"].',
      ),
    )
  }
  const lists: [PropertyKey[], readonly CheckEntry[]][] = [
    [['checks'], given.checks],
    ...Object.entries(given.steps).map(([match, rule]): [PropertyKey[], readonly CheckEntry[]] => [
      ['steps', match, 'checks'],
      rule.checks ?? [],
    ]),
  ]
  for (const [path, checks] of lists) {
    for (const [index, { name }] of checks.entries()) {
      if (checks.findIndex((each) => each.name === name) === index) continue
      notes.push(
        fault(
          yaml.at([...path, index]),
          'duplicate',
          `There are two checks with the name ${name}.`,
          'Give each a name of its own.',
        ),
      )
    }
  }
  return notes
}

function normalised(given: PolicyFile, yaml: YamlRead): TrustedPolicy {
  const agents = agentsOf(given.agents)
  return {
    ...noPolicy,
    agents,
    defaultAgent: given['default-agent'] ?? (agents.length === 1 ? (agents[0]?.name ?? '') : ''),
    checks: checksOf(given.checks),
    rules: rulesOf(given.steps, yaml),
    protect: given.protect,
    desired: given.desired,
    tries: given.tries,
    setup: given.setup ?? [],
    releaseGate: given['release-gate'],
    toolchains: given.toolchains,
  }
}

/** `bytes` is the baton.yaml of one revision. Reads no other file, expands no variable, and never throws. */
export function readPolicy(bytes: Uint8Array): PolicyRead {
  const refuse = (notes: readonly PlanNote[]): PolicyRead => ({ policy: noPolicy, notes: notes.slice(0, faultsAtMost) })
  if (bytes.length > bytesAtMost) {
    return refuse([
      fault({ line: 1 }, 'too-large', `baton.yaml has ${bytes.length} bytes, more than 256 KiB.`, 'Shorten it.'),
    ])
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse([fault({ line: 1 }, 'encoding', 'baton.yaml is not valid UTF-8.', 'Save it as UTF-8.')])
  }
  const yaml = readYaml(text, file)
  if (yaml.notes.length > 0) return refuse(yaml.notes)
  const parsed = policyShape.safeParse(yaml.value ?? {})
  if (!parsed.success) return refuse(parsed.error.issues.flatMap((issue) => faultsOf(issue, yaml)))
  const notes = strangers(parsed.data, yaml)
  return notes.length > 0 ? refuse(notes) : { policy: normalised(parsed.data, yaml), notes: [] }
}
