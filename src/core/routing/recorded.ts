// The router that goes by what is recorded: the cheapest agent whose results have mostly landed here.
import type { Workspace } from '../nouns/workspace.ts'
import { roleNameOf } from '../policy.ts'
import type { Router } from './advice.ts'
import type { Standing } from './standing.ts'

/** With fewer, chance says more than the agent. */
const enough = 5
const landedShare = 0.5

/** An agent of whom too little is recorded is taken only in the place of one of whom enough is, and that not good. */
export const recorded: Router = ({ workspace, step, rungs }) => {
  const role = roleNameOf(workspace.policy, step.spec)
  let worse: Standing | undefined
  let best: Standing | undefined
  for (const { agent } of rungs) {
    const standing = standingOf(workspace, agent.name, role)
    if (standing === undefined || standing.judged < enough) {
      if (worse === undefined) return undefined
      return { agent: agent.name, why: `${told(worse)}, and too few of its own were judged to tell` }
    }
    if (standing.landed >= standing.judged * landedShare) return { agent: agent.name, why: told(standing) }
    worse = standing
    if (best === undefined || share(standing) > share(best)) best = standing
  }
  return best === undefined ? undefined : { agent: best.agent, why: `${told(best)}, and nobody's more often` }
}

export function standingOf(workspace: Workspace, agent: string, role: string): Standing | undefined {
  return workspace.standings?.find((one) => one.agent === agent && one.role === role)
}

function share({ landed, judged }: Standing): number {
  return landed / judged
}

function told({ agent, role, judged, landed }: Standing): string {
  return `${landed} of ${judged} judged attempts of ${agent} as ${role} landed`
}
