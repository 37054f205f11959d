// Says in plain sentences what an agent of a policy would run, reach, know and be allowed, and which model it asks.
import type { AgentProfile } from '../core/nouns/agent.ts'
import type { ModelSpec, Price } from '../core/nouns/model.ts'
import { all, limit, name, permissionsSay, shown, time } from './saying.ts'

const reach = {
  all: 'WITH the whole network',
  model: 'reaches its model and nothing else',
  none: 'without network',
}

function priceSays(price: Price | undefined): string[] {
  const { input, cached, output } = price ?? {}
  const parts = [
    input === undefined ? [] : [`$${input} in`],
    cached === undefined ? [] : [`$${cached} cached`],
    output === undefined ? [] : [`$${output} out`],
  ].flat()
  return parts.length === 0 ? [] : [`${parts.join(', ')} a million tokens`]
}

function howSays({ argv, executor, program }: AgentProfile): string {
  if (argv.length > 0 && executor === 'shell') return `runs: ${shown(argv)}`
  const known = program === undefined || program === executor ? name(executor) : `${name(program)} by ${name(executor)}`
  return argv.length > 0 ? `works through ${known} and runs: ${shown(argv)}` : `works through ${known}`
}

/** Files from before there was more to say are described in the words they always were. */
export function agentSays(agent: AgentProfile): string[] {
  const { network, seats, env, timeoutMs, silenceMs, executor } = agent
  const silence = silenceMs === undefined ? '' : `, ended after ${time(silenceMs)} of silence`
  const lines = [
    `Agent ${name(agent.name)} ${howSays(agent)}`,
    `  ${reach[network]}, at most ${seats} at once, ${time(timeoutMs)} each${silence}.`,
  ]
  const traits = [
    agent.model === undefined ? [] : [`asks the model ${name(agent.model)}`],
    executor === 'shell' && agent.roles.join() === 'coder' ? [] : [`works as ${all(agent.roles)}`],
    agent.readsOnly === true ? ['changes nothing'] : [],
    agent.tier === undefined ? [] : [`counts as ${agent.tier}`],
    agent.local === true ? ['is said to stay on machines of your own'] : [],
    agent.account === undefined ? [] : [`shares the limits of ${name(agent.account)}`],
    priceSays(agent.price),
    agent.limits === undefined ? [] : [limit(agent.limits)],
  ].flat()
  if (traits.length > 0) lines.push(`  It ${traits.join('; ')}.`)
  if (agent.subagents === true) lines.push('  It may start agents of its own, which Baton does not see.')
  if (agent.permissions !== undefined) lines.push(`  It ${permissionsSay(agent.permissions)}.`)
  for (const [variable, value] of Object.entries(env)) lines.push(`  It is given ${name(variable)}=${name(value)}`)
  for (const [option, value] of Object.entries(agent.options ?? {}))
    lines.push(`  Its session is set to ${name(option)}=${name(value)}`)
  return lines
}

export function modelSays(model: ModelSpec): string {
  const where =
    model.endpoint === '' ? 'at the usual place of your own (OPENAI_API_BASE)' : `at ${name(model.endpoint)}`
  const id = model.id === '' ? 'whatever is offered' : name(model.id)
  const more = [
    model.local ? 'on machines of your own' : 'ELSEWHERE: what it is sent leaves your machines',
    model.tier,
    model.context === undefined ? [] : [`${model.context} tokens`],
    model.keyName === undefined ? [] : [`with the key that is called ${name(model.keyName)}`],
    priceSays(model.price),
  ].flat()
  return `Model ${name(model.name)} is ${id} of ${name(model.provider)} ${where}; ${more.join('; ')}.`
}
