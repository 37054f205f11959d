// Who is given a step: rules first, then what is allowed, what can be had, how strong it must be, and what is left to spend.
import type { AgentProfile } from '../nouns/agent.ts'
import type { Advised } from '../nouns/attempt.ts'
import type { HoldKind } from '../nouns/decision.ts'
import { tiers } from '../nouns/model.ts'
import type { Step } from '../nouns/step.ts'
import type { TrustedPolicy, Workspace } from '../nouns/workspace.ts'
import { roleFor, roleNameOf, type StepTerms } from '../policy.ts'
import type { State } from '../state.ts'
import { type Crew, crewOf, type Known, ownAccount } from './agents.ts'
import type { Bar } from './bar.ts'
import { barOf } from './bars.ts'
import { advised } from './routers.ts'
import { climb } from './rungs.ts'
import { weighedUntil } from './weighed.ts'

export interface Passed {
  readonly agent: string
  readonly why: string
}

export type Routed =
  | {
      readonly ok: true
      readonly agent: AgentProfile
      readonly model?: string
      /** Where a router has the step begin. */
      readonly advised?: Advised
      /** Why this one, where it is more than the name that a rule gives; else empty. */
      readonly because: string
      readonly passedOver: readonly Passed[]
    }
  | {
      readonly ok: false
      readonly because: HoldKind
      readonly on: string
      readonly until?: number
      readonly passedOver: readonly Passed[]
    }

const nobody: readonly Passed[] = []

/** Pure: the same state, step and time give the same agent. */
export function route(state: State, workspace: Workspace, step: Step, terms: StepTerms, now: number): Routed {
  const { policy } = workspace
  const crew = crewOf(policy)
  if (crew.plain && state.bars.size === 0) return plainly(terms)
  const { order, because, advised, open } = candidates(workspace, crew, step, terms)
  const until = open === true ? weighedUntil(state, workspace, step, now) : undefined
  if (until !== undefined) return weighing(policy, until)
  if (order.length === 0) return { ok: false, because: 'no-agent', on: terms.agentName, passedOver: nobody }
  const passedOver: Passed[] = []
  let waits: { readonly known: Known; readonly bar: Bar } | undefined
  for (const known of order) {
    const no = refused(policy, known)
    if (no !== undefined) {
      passedOver.push({ agent: known.agent.name, why: no })
      continue
    }
    const bar = barOf(state, known.account, now) ?? barOf(state, ownAccount(known.agent.name), now)
    if (bar === undefined) {
      if (waits === undefined || mayFallBack(policy, waits.bar))
        return chosen(known, terms, { because, advised, passedOver })
      continue
    }
    passedOver.push({ agent: known.agent.name, why: bar.why })
    if (waits === undefined || sooner(bar, waits.bar)) waits = { known, bar }
  }
  return waits === undefined ? forbidden(order, passedOver) : held(waits.bar, passedOver)
}

function plainly(terms: StepTerms): Routed {
  const { agent, agentName } = terms
  if (agent === undefined) return { ok: false, because: 'no-agent', on: agentName, passedOver: nobody }
  const model = agent.model === undefined ? {} : { model: agent.model }
  return { ok: true, agent, ...model, because: '', passedOver: nobody }
}

interface Candidates {
  readonly order: readonly Known[]
  readonly because: string
  readonly advised?: Advised | undefined
  /** Nobody names an agent: a router may say where the step begins. */
  readonly open?: boolean
}

/** Those that may be tried, best first. Whoever a person names for this step is the only one. */
function candidates(workspace: Workspace, crew: Crew, step: Step, terms: StepTerms): Candidates {
  const { policy } = workspace
  const named = crew.byName.get(terms.agentName)
  // A name that nobody has is a mistake, and no reason to take somebody else.
  const wanted = terms.agentName !== '' && (terms.named || crew.ladder.length === 0)
  if (wanted && named === undefined) return { order: [], because: '' }
  if (step.agent !== undefined) return { order: named === undefined ? [] : [named], because: '' }
  const role = roleNameOf(policy, step.spec)
  const able = crew.ladder.filter((one) => one.agent.roles.includes(role))
  const ladder = able.length === 0 ? crew.ladder : able
  const { first, ...routed } = begins(workspace, ladder, step, named, terms)
  if (ladder.length === 0 || first < 0) {
    const others = [...crew.byName.values()].filter((one) => one !== named)
    const start = named === undefined ? preferred(policy, others) : [named]
    return { order: [...start, ...fallbacks(policy, others, start)], because: '' }
  }
  const { rungs, because } = climb(step, policy.routing.escalateAfter)
  const at = Math.min(first + rungs, ladder.length - 1)
  // From here upwards: a stronger one may stand in for one that cannot be had, and only then a weaker one.
  const order = [...ladder.slice(at), ...ladder.slice(0, at).reverse()]
  return { order, because: at > first ? because : (routed.advised?.why ?? ''), ...routed }
}

type Beginning = Pick<Candidates, 'advised' | 'open'> & { readonly first: number }

/** Where on the ladder a step begins: where its rule or run says, where somebody prefers, where a router advises, or where its role does. */
function begins(
  workspace: Workspace,
  ladder: readonly Known[],
  step: Step,
  named: Known | undefined,
  terms: StepTerms,
): Beginning {
  const { policy } = workspace
  if (terms.named && named !== undefined) return { first: ladder.indexOf(named) }
  const { prefer } = policy.routing
  const liked = ladder.findIndex((one) => one.agent.name === prefer && refused(policy, one) === undefined)
  if (liked >= 0) return { first: liked }
  const least = tiers.indexOf(roleFor(policy, step.spec).tier)
  const strong = ladder.findIndex((one) => (one.rank ?? 0) >= least)
  const usual = strong >= 0 ? strong : Math.max(0, ladder.length - 1)
  const rungs = ladder.slice(usual).filter((one) => refused(policy, one) === undefined)
  const advice = advised({ workspace, step, rungs })
  const first = advice === undefined ? usual : ladder.findIndex(({ agent }) => agent.name === advice.agent)
  return { first, advised: advice, open: rungs.length > 0 }
}

function preferred(policy: TrustedPolicy, all: readonly Known[]): readonly Known[] {
  const liked = all.find((one) => one.agent.name === policy.routing.prefer)
  return liked === undefined ? all : [liked]
}

function fallbacks(policy: TrustedPolicy, others: readonly Known[], start: readonly Known[]): readonly Known[] {
  return policy.quota.fallback ? others.filter((one) => !start.includes(one)) : []
}

/** What no wait ends: only another policy would. */
function refused(policy: TrustedPolicy, known: Known): string | undefined {
  const { allow } = policy.routing
  if (allow.length > 0 && !allow.includes(known.agent.name)) return 'routing does not allow it'
  if (policy.mode === 'offline' && !known.local) return 'it is not local, and the mode is offline'
  if (known.agent.executor === 'explore' && !policy.explore.externalModels && !known.local)
    return 'it explores, and its model is not local'
  return undefined
}

/** Where nothing ends by itself, waiting would be for ever: another agent is taken unless a person forbade it. */
function mayFallBack(policy: TrustedPolicy, bar: Bar): boolean {
  return policy.quota.fallback || bar.until === undefined
}

function sooner(one: Bar, other: Bar): boolean {
  return (one.until ?? Number.POSITIVE_INFINITY) < (other.until ?? Number.POSITIVE_INFINITY)
}

interface Choice extends Pick<Candidates, 'because' | 'advised'> {
  readonly passedOver: readonly Passed[]
}

function chosen(known: Known, terms: StepTerms, { because, advised, passedOver }: Choice): Routed {
  const argv = terms.agent !== undefined && terms.agent.name === known.agent.name ? terms.agent.argv : known.agent.argv
  const instead = passedOver.length === 0 ? '' : `${passedOver[0]?.agent}: ${passedOver[0]?.why}`
  const model = known.agent.model === undefined ? {} : { model: known.agent.model }
  const parts =
    advised !== undefined && because === advised.why ? [because, instead] : [because === '' ? instead : because]
  const why = parts.filter((part) => part !== '').join('; ')
  const begun = advised === undefined ? {} : { advised }
  return { ok: true, agent: { ...known.agent, argv }, ...model, ...begun, because: why, passedOver }
}

function forbidden(order: readonly Known[], passedOver: readonly Passed[]): Routed {
  const on = order.map((one) => one.agent.name).join(', ')
  return { ok: false, because: 'no-agent', on: `${on} (${passedOver[0]?.why ?? 'none may be used'})`, passedOver }
}

function weighing({ routing }: TrustedPolicy, until: number): Routed {
  return { ok: false, because: 'weighing', on: routing.embedder ?? '', until, passedOver: nobody }
}

function held(bar: Bar, passedOver: readonly Passed[]): Routed {
  const until = bar.until === undefined ? {} : { until: bar.until }
  const because = bar.kind === 'quota' || bar.kind === 'rate-limited' ? 'quota' : 'barred'
  return { ok: false, because, on: bar.why === '' ? bar.account : `${bar.account}: ${bar.why}`, ...until, passedOver }
}
