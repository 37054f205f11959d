// Reads baton.yaml into the policy that a person may trust; one error anywhere and nothing of it holds.
import type { CheckSpec } from '../core/nouns/check.ts'
import { noRegistry, type Registry } from '../core/nouns/model.ts'
import type { PlanNote } from '../core/nouns/plan.ts'
import { noPolicy, type StepRule, type TrustedPolicy } from '../core/nouns/workspace.ts'
import { faultsOf, noteAt } from '../core/text/faults.ts'
import { readYaml, type YamlRead } from '../core/text/yaml.ts'
import { agentsOf } from './agents.ts'
import { type CheckEntry, knownKeys, type PolicyFile, policyShape } from './shape.ts'
import { oddities, strangers } from './strangers.ts'
import { termsOf } from './terms.ts'
import { durationMs } from './words.ts'

const file = 'baton.yaml'
const bytesAtMost = 262_144
const faultsAtMost = 30

export interface PolicyRead {
  /** `noPolicy` when there is an error among the notes: half a policy is nobody's will. */
  readonly policy: TrustedPolicy
  readonly notes: readonly PlanNote[]
}

const elsewhere = { models: 'Models are described in model_registry.yaml, beside baton.yaml.' }
const usual = 'Correct it, then run baton trust.'

function checksOf(entries: readonly CheckEntry[]): CheckSpec[] {
  return entries.map(({ name, command, files, timeout }) => {
    if (command === undefined) return { kind: 'files', name, exist: files ?? [] }
    const timeoutMs = timeout === undefined ? undefined : durationMs(timeout)
    return { kind: 'command', name, argv: command, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
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
      ...(rule.role === undefined ? {} : { role: rule.role }),
      ...(rule.command === undefined ? {} : { argv: rule.command }),
      ...(rule.checks === undefined ? {} : { checks: checksOf(rule.checks) }),
      ...(rule.gate === undefined ? {} : { gate: rule.gate }),
      ...(rule.locks === undefined ? {} : { locks: rule.locks }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    }
  })
}

function normalised(given: PolicyFile, yaml: YamlRead, registry: Registry): TrustedPolicy {
  const { agents, standFor } = agentsOf(given, registry)
  const { router, embedder: weighs } = given.routing ?? {}
  const embedder = router === 'semantic' ? weighs : undefined
  const alone = Object.keys(given.agents).length === 1 ? agents[0]?.name : undefined
  return {
    ...noPolicy,
    agents,
    defaultAgent: given['default-agent'] ?? alone ?? '',
    checks: checksOf(given.checks),
    rules: rulesOf(given.steps, yaml),
    protect: given.protect,
    desired: given.desired,
    tries: given.tries,
    setup: given.setup ?? [],
    releaseGate: given['release-gate'],
    toolchains: given.toolchains,
    models: registry.models.filter(({ name }) => name === embedder || agents.some(({ model }) => model === name)),
    ...termsOf(given, standFor),
  }
}

/**
 * `bytes` is the baton.yaml of one revision; `registry` holds the models that its agents may name, and those of them that they do name
 * become part of the policy. Reads no other file, expands no variable, and never throws.
 */
export function readPolicy(bytes: Uint8Array, registry: Registry = noRegistry): PolicyRead {
  const refuse = (notes: readonly PlanNote[]): PolicyRead => ({ policy: noPolicy, notes: notes.slice(0, faultsAtMost) })
  const start = { file, line: 1 }
  if (bytes.length > bytesAtMost) {
    const text = `baton.yaml has ${bytes.length} bytes, more than 256 KiB.`
    return refuse([noteAt(start, 'too-large', text, 'Shorten it.')])
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse([noteAt(start, 'encoding', 'baton.yaml is not valid UTF-8.', 'Save it as UTF-8.')])
  }
  const yaml = readYaml(text, file)
  if (yaml.notes.length > 0) return refuse(yaml.notes)
  const parsed = policyShape.safeParse(yaml.value ?? {})
  const faults = { file, yaml, known: knownKeys, elsewhere, usual }
  if (!parsed.success) return refuse(parsed.error.issues.flatMap((issue) => faultsOf(issue, faults)))
  const looked = { given: parsed.data, yaml, registry }
  const notes = strangers(looked)
  if (notes.length > 0) return refuse(notes)
  return { policy: normalised(parsed.data, yaml, registry), notes: oddities(looked).slice(0, faultsAtMost) }
}
