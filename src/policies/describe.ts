// Says in plain sentences what a baton.yaml would let happen, for the person who is asked to trust it.
import type { AgentProfile } from '../core/nouns/agent.ts'
import type { CheckSpec } from '../core/nouns/check.ts'
import type { StepRule, TrustedPolicy } from '../core/nouns/workspace.ts'
import { neutral } from '../core/text/neutral.ts'

/** As the program gets it: each word for itself, quoted as soon as it is more than a plain word. Nothing is shortened. */
function shown(argv: readonly string[]): string {
  return argv.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : neutral(JSON.stringify(part)))).join(' ')
}

const name = (text: string): string => neutral(JSON.stringify(text)).slice(1, -1)
const all = (list: readonly string[]): string => list.map(name).join(', ')

function time(ms: number): string {
  const [count, unit] =
    ms % 3_600_000 === 0 ? [ms / 3_600_000, 'h'] : ms % 60_000 === 0 ? [ms / 60_000, 'min'] : [ms / 1000, 's']
  return `${count} ${unit}`
}

function agentSays(agent: AgentProfile): string[] {
  const { network, seats, env, timeoutMs } = agent
  const how = agent.argv.length === 0 ? `works through ${name(agent.executor)}` : `runs: ${shown(agent.argv)}`
  const reach = network === 'all' ? 'WITH the whole network' : 'without network'
  const lines = [`Agent ${name(agent.name)} ${how}`, `  ${reach}, at most ${seats} at once, ${time(timeoutMs)} each.`]
  for (const [variable, value] of Object.entries(env)) lines.push(`  It is given ${name(variable)}=${name(value)}`)
  return lines
}

function checkSays(check: CheckSpec): string {
  if (check.kind === 'files') return `Check ${name(check.name)} looks whether these are there: ${all(check.exist)}`
  const bound = check.timeoutMs === undefined ? '' : ` (at most ${time(check.timeoutMs)})`
  return `Check ${name(check.name)} runs: ${shown(check.argv)}${bound}`
}

function ruleSays(rule: StepRule): string[] {
  const lines = [`For steps ${name(rule.match)}:`]
  if (rule.agent !== undefined) lines.push(`  agent ${name(rule.agent)}`)
  if (rule.argv !== undefined) lines.push(`  the agent runs: ${shown(rule.argv)}`)
  if (rule.checks?.length === 0) lines.push("  NO checks, so each needs a person's approval")
  for (const check of rule.checks ?? []) lines.push(`  ${checkSays(check)}`)
  if (rule.gate !== undefined) lines.push(`  a person is asked before the work lands (${name(rule.gate)})`)
  if (rule.locks !== undefined && rule.locks.length > 0)
    lines.push(`  one at a time with whatever else holds ${all(rule.locks)}`)
  if (rule.timeoutMs !== undefined) lines.push(`  at most ${time(rule.timeoutMs)}`)
  return lines
}

/** Every command, variable and path it names is among the lines, each safe to print. */
export function describePolicy(policy: TrustedPolicy): readonly string[] {
  const { agents, checks, rules, protect, setup, toolchains } = policy
  const lines: string[] = []
  if (setup.length > 0) lines.push(`Before the first step of a clone runs: ${shown(setup)}`)
  lines.push(...agents.flatMap(agentSays))
  if (agents.length === 0) lines.push('It describes no agent, so nothing can run.')
  else
    lines.push(
      policy.defaultAgent === '' ? 'No agent is the usual one.' : `The usual agent is ${name(policy.defaultAgent)}.`,
    )
  lines.push(...checks.map(checkSays))
  if (checks.length === 0)
    lines.push("It names NO check for every step: what is not checked waits for a person's approval.")
  lines.push(...rules.flatMap(ruleSays))
  if (protect.length > 0) lines.push(`A person is asked before an agent's change of these lands: ${all(protect)}`)
  if (toolchains.length > 0) lines.push(`Agents and checks may read these folders of this machine: ${all(toolchains)}`)
  lines.push(`At most ${policy.desired} agents work at once; each step is tried at most ${policy.tries} times.`)
  lines.push(
    policy.releaseGate
      ? 'A person is asked before the branch is merged.'
      : 'The branch is merged WITHOUT asking a person.',
  )
  return lines
}
