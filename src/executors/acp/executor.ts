// The executor for agents that speak the agent client protocol: known programs by their name, any other by its command.
import type { AgentProfile } from '../../core/nouns/agent.ts'
import type { Availability, Executor } from '../../core/ports.ts'
import { available } from '../programs/index.ts'
import type { AcpOptions } from './options.ts'
import { AcpRun } from './run.ts'

export function acpExecutor(options: AcpOptions): Executor {
  return {
    name: 'acp',
    keepsHome: true,
    start: (assignment) => new AcpRun(options, assignment),
    available: (agent: AgentProfile): Promise<Availability> => available(agent, options),
  }
}
