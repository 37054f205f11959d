// Says in plain sentences what a baton.yaml would let happen, for the person who is asked to trust it.
import type { CheckSpec } from '../core/nouns/check.ts'
import { builtInRoles, type Role } from '../core/nouns/role.ts'
import { noPolicy, type StepRule, type TrustedPolicy } from '../core/nouns/workspace.ts'
import { agentSays, modelSays } from './describe-agent.ts'
import { all, limit, name, permissionsSay, shown, time } from './saying.ts'

function checkSays(check: CheckSpec): string {
  if (check.kind === 'files') return `Check ${name(check.name)} looks whether these are there: ${all(check.exist)}`
  const bound = check.timeoutMs === undefined ? '' : ` (at most ${time(check.timeoutMs)})`
  return `Check ${name(check.name)} runs: ${shown(check.argv)}${bound}`
}

function ruleSays(rule: StepRule): string[] {
  const lines = [`For steps ${name(rule.match)}:`]
  if (rule.agent !== undefined) lines.push(`  agent ${name(rule.agent)}`)
  if (rule.role !== undefined) lines.push(`  in the role ${name(rule.role)}`)
  if (rule.argv !== undefined) lines.push(`  the agent runs: ${shown(rule.argv)}`)
  if (rule.checks?.length === 0) lines.push("  NO checks, so each needs a person's approval")
  for (const check of rule.checks ?? []) lines.push(`  ${checkSays(check)}`)
  if (rule.gate !== undefined) lines.push(`  a person is asked before the work lands (${name(rule.gate)})`)
  if (rule.locks !== undefined && rule.locks.length > 0)
    lines.push(`  one at a time with whatever else holds ${all(rule.locks)}`)
  if (rule.timeoutMs !== undefined) lines.push(`  at most ${time(rule.timeoutMs)}`)
  return lines
}

function roleSays(role: Role): string[] {
  const usual = builtInRoles.find((one) => one.name === role.name)
  if (usual !== undefined && JSON.stringify(usual) === JSON.stringify(role)) return []
  const reads = role.readsOnly === true ? '; it changes nothing' : ''
  const lines = [`The role ${name(role.name)} begins with ${role.tier} agents and is told: ${name(role.prompt)}`]
  lines.push(`  Of Baton's own tools it has: ${all(role.tools) || 'none'}${reads}.`)
  if (role.permissions !== undefined) lines.push(`  It ${permissionsSay(role.permissions)}.`)
  return lines
}

function routerSays(router: TrustedPolicy['routing']['router'], embedder = ''): string[] {
  if (router === 'outcomes')
    return ['A step that nobody gives to an agent begins with the cheapest whose work mostly landed.']
  if (router === 'rules') return []
  return [
    'A step that nobody gives to an agent begins with a stronger one the harder its words sound.',
    `  To tell, its title and brief are SENT to the model ${name(embedder)}.`,
  ]
}

/** Only what is not as it always was. */
function termsSay({ mode, routing, quota, budgets, explore, proposals, intake, outside }: TrustedPolicy): string[] {
  const { allow, prefer, ladder, escalateAfter, repair, router, embedder } = routing
  const usual = noPolicy.routing
  return [
    mode === 'offline' ? ['OFFLINE: only agents and models on machines of your own are used.'] : [],
    allow.length === 0 ? [] : [`Only these agents are given steps: ${all(allow)}`],
    prefer === '' ? [] : [`Where it may, ${name(prefer)} is given a step first.`],
    ladder.length === 0 ? [] : [`From cheap to strong: ${all(ladder)}`],
    escalateAfter === usual.escalateAfter
      ? []
      : [`After ${escalateAfter} failures of the same check a stronger agent is asked.`],
    repair ? [] : ['What the checks said is not given to the same session: each try begins anew.'],
    routerSays(router, embedder),
    quota.fallback ? ['While the account of one agent waits for its quota, another agent may go on.'] : [],
    quota.longestWaitMs === noPolicy.quota.longestWaitMs
      ? []
      : [`A wait for a quota may take ${time(quota.longestWaitMs)} without a person being asked.`],
    Object.entries(budgets).map(([scope, limits]) => `Each ${scope} may use ${limit(limits)}.`),
    explore.externalModels ? ['Agents that only read may ask models ELSEWHERE.'] : [],
    proposals === 'auto' ? ['Parts that an agent proposes join the plan WITHOUT a person being asked.'] : [],
    intake === 'ask' ? ['No work begins on an item before a person has looked at it.'] : [],
    outside === 'forbid' ? ['Nobody may claim steps to do them outside Baton.'] : [],
    intake === 'auto' ? ['Work begins on items that look like others WITHOUT a person being asked.'] : [],
    explore.network ? ['Agents that only read may use the network.'] : [],
  ].flat()
}

/** Every command, variable and path it names is among the lines, each safe to print. */
export function describePolicy(policy: TrustedPolicy): readonly string[] {
  const { agents, checks, rules, protect, setup, toolchains } = policy
  const lines: string[] = []
  if (setup.length > 0) lines.push(`Before the first step of a clone runs: ${shown(setup)}`)
  lines.push(...agents.flatMap((agent) => agentSays(agent)), ...policy.models.map(modelSays))
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
  lines.push(...policy.roles.flatMap(roleSays), ...termsSay(policy))
  lines.push(`At most ${policy.desired} agents work at once; each step is tried at most ${policy.tries} times.`)
  lines.push(
    policy.releaseGate
      ? 'A person is asked before the branch is merged.'
      : 'The branch is merged WITHOUT asking a person.',
  )
  return lines
}
