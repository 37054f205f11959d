// The built-in agent as an executor, for any model there is; and the one that explores: it looks a few times, changes nothing, and sums up.
import type { AgentProfile } from '../../core/nouns/agent.ts'
import type { Availability, Executor } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { handsProgram } from './program.ts'
import { type ModelOptions, ModelRun } from './run.ts'

export type { ModelOptions } from './run.ts'

export function modelExecutor(options: ModelOptions): Executor {
  return {
    name: 'model',
    keepsHome: true,
    start: (assignment) => new ModelRun(options, assignment, false),
    available: async (agent) => availability(agent, options),
  }
}

export function exploreExecutor(options: ModelOptions): Executor {
  return {
    name: 'explore',
    keepsHome: true,
    start: (assignment) => new ModelRun(options, assignment, true),
    available: async (agent) => availability(agent, options),
  }
}

/** Whether its model answers is asked of the model: this is about what lies here. */
function availability(agent: AgentProfile, options: ModelOptions): Availability {
  if (agent.model === undefined)
    return { ok: false, why: `The agent ${agent.name} has no model. Name one for it in baton.yaml.` }
  try {
    if (options.handsArgv === undefined) handsProgram()
    return { ok: true, why: 'built in' }
  } catch (error) {
    return { ok: false, why: quoted(error instanceof Error ? error.message : String(error), 300) }
  }
}
