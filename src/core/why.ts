// Why a step is where it is, what would end that, and who can: the scheduler asked again, at the head or at any past sequence.
import type { Attempt } from './nouns/attempt.ts'
import type { Blocker } from './nouns/blocker.ts'
import type { Hold, HoldKind } from './nouns/decision.ts'
import { type Item, isLanding } from './nouns/item.ts'
import { busyPhases, type Step, settledPhases } from './nouns/step.ts'
import { termsOf } from './policy.ts'
import { route } from './routing/route.ts'
import { fresh } from './schedule/board.ts'
import { heldBy, hold } from './schedule/conflicts.ts'
import { type Holding, itemHold, roomOf, scheduleInto, stepHold, within } from './schedule/index.ts'
import { itemOf, latest, runOf, type State, stepOf } from './state.ts'
import { utc } from './text/utc.ts'

export function why(state: State, stepId: string, now: number): Hold | undefined {
  const step = stepOf(state, stepId)
  const item = itemOf(state, stepId)
  if (step === undefined || item === undefined) return undefined
  const [kind, text, until] = step.phase === 'waiting' ? waiting(state, item, step, now) : settled(state, item, step)
  const back = step.phase === 'waiting' && !step.retired ? latest(step)?.sentBack : undefined
  return { step: step.id, kind, why: back === undefined ? text : `${text} It was sent back: ${back}.`, until }
}

/** The kind, the sentence, and what ends it. */
export type Answer = readonly [HoldKind, string, string]

function settled(state: State, item: Item, step: Step): Answer {
  const attempt = latest(step)
  const begun =
    attempt?.advised === undefined ? '' : `; begun with ${attempt.advised.agent}, for ${attempt.advised.why}`
  const who = attempt === undefined ? '' : ` by ${attempt.agent} (attempt ${attempt.number}${begun})`
  if (step.retired) return ['retired', `It was taken out of the plan: ${step.why}.`, 'putting it back into the plan']
  switch (step.phase) {
    case 'running':
      if (attempt?.outside !== undefined) return elsewhere(attempt)
      return (
        asked(state, attempt?.id) ?? [
          'running',
          `It is being worked on${who}.`,
          'the agent ending, or its time running out',
        ]
      )
    case 'verifying':
      return verifying(item, attempt?.id ?? '', who)
    case 'landing':
      return landing(item, step, attempt?.id ?? '', runOf(state, item)?.phase === 'paused')
    case 'gated':
      return gated(state, step)
    case 'done':
      return [
        'ended',
        attempt?.landed === undefined && step.why !== ''
          ? `It is ${step.why}.`
          : `It is done${who} and landed as ${attempt?.landed?.slice(0, 10) ?? 'nothing'}.`,
        'nothing: it is over',
      ]
    case 'skipped':
      return ['ended', `It is skipped: ${step.why}.`, 'nothing: it is over']
    case 'cancelled':
      return ['ended', `It was cancelled: ${step.why}.`, `baton retry ${step.id}`]
    default:
      return ['ended', `It failed: ${step.why}.`, `baton retry ${step.id}, or baton skip ${step.id}`]
  }
}

/** Nothing of Baton works on it, so only whoever claimed it can end it. */
function elsewhere({ id, agent, startedAt, outside }: Attempt): Answer {
  const [day = '', time = ''] = utc(startedAt)
  const name = outside === undefined || outside.displayName === agent ? agent : `${outside.displayName} (${agent})`
  return [
    'running',
    `It is being worked on outside Baton by ${name}, who has had it since ${day} ${time} UTC as ${id}.`,
    `baton complete ${id}, or baton release ${id} --why "…"`,
  ]
}

/** Its agent waits for a person, at least with a part of its work. */
function asked(state: State, attempt: string | undefined): Answer | undefined {
  for (const gate of state.gates.values())
    if (gate.phase === 'open' && gate.attempt === attempt && (gate.kind === 'question' || gate.kind === 'permission'))
      return ['gate', `Its agent asks: ${gate.asks}`, `an answer: baton gate ${gate.id}`]
  return undefined
}

function verifying(item: Item, attempt: string, who: string): Answer {
  if (item.lane.indexOf(attempt) > 0)
    return [
      'landing',
      `Its result${who} is in line to be checked and landed, behind ${item.lane[0]}.`,
      'the landings before it',
    ]
  return ['running', `Its result${who} is being checked on the item's branch.`, 'the checks ending']
}

function landing(item: Item, step: Step, attempt: string, paused: boolean): Answer {
  if (isLanding(item, attempt)) {
    const text = step.why === '' ? 'Its result is landing.' : `Its landing is held: ${step.why}.`
    return ['landing', text, 'the landing, tried again by itself']
  }
  if (paused) return ['paused', 'Its result waits to land while the run is paused.', `baton resume ${item.id}`]
  if (item.gates > 0)
    return ['gate', 'Its result waits to land while a question about the whole item is open.', 'an answer: baton gate']
  return [
    'landing',
    step.why === '' ? 'Its result is landing.' : `Its result waits to land: ${step.why}.`,
    'the landing, tried again by itself',
  ]
}

function gated(state: State, step: Step): Answer {
  for (const gate of state.gates.values()) {
    if (gate.step === step.id && gate.phase === 'open') {
      return [
        'gate',
        gate.asks,
        `an answer${gate.options.length === 0 ? '' : ` (${gate.options.join(' or ')})`}: baton gate ${gate.id}`,
      ]
    }
  }
  return ['gate', step.why, 'an answer: baton gate']
}

function waiting(state: State, item: Item, step: Step, now: number): Answer {
  if (step.retired) return ['retired', `It was taken out of the plan: ${step.why}.`, 'putting it back into the plan']
  const whole = itemHold(state, item)
  if (whole !== undefined)
    return (whole.kind === 'not-wanted' ? stuck(item, step) : undefined) ?? ofItem(state, item, whole.kind)
  if (!step.wanted)
    return ['not-wanted', 'The present run does not ask for it.', `baton run ${item.source} --include ${step.spec.key}`]
  fresh(item)
  const plan = byPlan(item, step)
  if (plan !== undefined) return plan
  const workspace = state.workspaces.get(item.workspace)
  const run = runOf(state, item)
  if (workspace === undefined || run === undefined) return ofItem(state, item, 'not-wanted')
  const room = roomOf(state)
  const launched = scheduleInto(room, state, now).flatMap((decision) => decision.launch.map((launch) => launch.step))
  if (launched.includes(step.id)) return ['slots', 'It is ready and starts at once.', 'nothing: it is about to start']
  const held = heldBy(item, within(room, state, workspace).locks)
  for (const id of launched) if (itemOf(state, id) === item) hold(held, stepOf(state, id) as Step, [])
  const terms = termsOf(workspace, item, step, run)
  const routed = route(state, workspace, step, terms, now)
  const { seats } = room
  const reason = stepHold({ state, workspace, item, step, terms, routed, held, seats, now })
  if (reason !== undefined) return ofStep(state, step, reason, now, routed.ok ? undefined : routed.until)
  return [
    'slots',
    `It is ready, but all slots are taken (${item.running} of ${run.parallel} in this run, ${workspace.running} of ${workspace.desired} here).`,
    'another step ending, or more slots: --parallel',
  ]
}

export function ofItem(state: State, item: Item, kind: HoldKind): Answer {
  const run = runOf(state, item)
  switch (kind) {
    case 'paused':
      return ['paused', `The run is ${run?.phase ?? 'paused'}.`, `baton resume ${item.id}`]
    case 'gate': {
      const gate = [...state.gates.values()].find(
        (one) => one.item === item.id && one.phase === 'open' && (one.kind === 'intake' || one.kind === 'foreign'),
      )
      return [
        'gate',
        gate?.asks ?? 'A question about the whole item is open.',
        `an answer: baton gate ${gate?.id ?? ''}`,
      ]
    }
    case 'blocker': {
      const blocker = [...state.blockers.values()].find(
        (one) => one.item === item.id && one.step === undefined && one.endAt === undefined,
      )
      return blocked('The item', blocker)
    }
    case 'not-trusted':
      return ['not-trusted', "The repository's baton.yaml has not been trusted.", 'baton trust']
    case 'disk':
      return ['disk', 'The disk is nearly full, so nothing new is claimed.', 'room on the disk: baton gc, baton doctor']
    case 'no-isolation':
      return ['no-isolation', 'Nobody has chosen how agents are isolated here.', 'baton init']
    default:
      return ['not-wanted', 'No run of this item is under way.', `baton run ${item.source}`]
  }
}

function blocked(what: string, blocker: Blocker | undefined): Answer {
  const { kind = '', notes = '', owner = '', id = '' } = blocker ?? {}
  return [
    'blocker',
    `${what} is blocked (${kind}): ${notes}.`,
    `${owner === '' ? '' : `${owner}: `}baton unblock ${id}`,
  ]
}

/** What the plan itself keeps it for: predecessors, order, or the group before it. */
export function byPlan(item: Item, step: Step): Answer | undefined {
  const open = step.after.map((index) => item.steps[index] as Step).filter((one) => !settledPhases.has(one.phase))
  if (open.length > 0) {
    return ['predecessors', `It waits for ${list(open)}.`, remedy(open)]
  }
  if (item.policy === 'graph' || item.board.groupOf[step.index] === item.board.openGroup) return undefined
  const group = item.board.groups[item.board.openGroup] ?? []
  const first = group.map((index) => item.steps[index] as Step).filter((one) => !settledPhases.has(one.phase))
  const kind = group.length > 1 ? 'group' : 'order'
  return [kind, `Document order: ${list(first)} ${first.length > 1 ? 'come' : 'comes'} first.`, remedy(first)]
}

/** What another run would not move on either: a step before it that failed or was cancelled. */
function stuck(item: Item, step: Step): Answer | undefined {
  if (!step.wanted) return undefined
  fresh(item)
  const answer = byPlan(item, step)
  if (answer === undefined || badAmong(before(item, step)) === undefined) return undefined
  return ['not-wanted', `No run of this item is under way. ${answer[1]}`, answer[2]]
}

/** The steps that the plan puts before it now: its predecessors, or the open group. */
function before(item: Item, step: Step): readonly Step[] {
  const open = step.after.map((index) => item.steps[index] as Step).filter((one) => !settledPhases.has(one.phase))
  if (open.length > 0 || item.policy === 'graph') return open
  return (item.board.groups[item.board.openGroup] ?? []).map((index) => item.steps[index] as Step)
}

function badAmong(steps: readonly Step[]): Step | undefined {
  return steps.find((one) => one.phase === 'failed' || one.phase === 'cancelled')
}

export function list(steps: readonly Step[]): string {
  const named = steps.slice(0, 5).map((one) => `${one.spec.key} (${one.phase})`)
  return named.join(', ') + (steps.length > 5 ? ` and ${steps.length - 5} more` : '')
}

export function remedy(steps: readonly Step[]): string {
  const bad = badAmong(steps)
  if (bad !== undefined) return `baton retry ${bad.id}, or baton skip ${bad.id}`
  const busy = steps.find((one) => busyPhases.has(one.phase))
  return busy === undefined ? 'these landing' : `${busy.spec.key} landing`
}

export function ofStep(state: State, step: Step, held: Holding, now: number, freed?: number): Answer {
  switch (held.because) {
    case 'blocker': {
      const blocker = [...state.blockers.values()].find((one) => one.step === step.id && one.endAt === undefined)
      return blocked('It', blocker)
    }
    case 'backoff':
      return [
        'backoff',
        `It waits before trying again: ${step.why}.`,
        `${Math.max(1, Math.ceil((step.notBefore - now) / 1000))} s passing, or baton retry ${step.id}`,
      ]
    case 'no-agent':
      return [
        'no-agent',
        `No agent called "${held.on ?? ''}" is configured.`,
        'adding it to baton.yaml, then baton trust',
      ]
    case 'quota':
      return ['quota', `Its agent has to wait: ${ended(held.on)}`, wakes(freed)]
    case 'weighing':
      return [
        'weighing',
        `The model ${held.on ?? ''} weighs it, to say where it begins.`,
        'its answer, or two seconds passing',
      ]
    case 'barred':
      return [
        'barred',
        `Its agent cannot be used: ${ended(held.on)}`,
        'logging in or installing it, then baton agents free',
      ]
    case 'budget':
      return [
        'budget',
        `Nearly nothing is left of ${held.on ?? ''}.`,
        'a larger budget: baton budget, or baton.yaml and baton trust',
      ]
    case 'seats':
      return ['seats', `All seats of the agent ${held.on ?? ''} are taken.`, 'one of its steps ending']
    case 'lock':
      return ['lock', `It shares the lock ${held.on} with ${held.by}.`, `${held.by} landing`]
    default:
      return ['file', `It writes ${held.on}, and so does ${held.by}.`, `${held.by} landing`]
  }
}

/** What others said of it, as the end of a sentence. */
function ended(said = ''): string {
  const text = said.trim()
  return /[.!?]$/u.test(text) ? text : `${text}.`
}

/** In universal time: the core knows no other. */
function wakes(until: number | undefined): string {
  if (until === undefined) return 'its account being freed: baton agents free'
  const [day = '', time = ''] = utc(until)
  return `${day} ${time} UTC, by itself, or another agent: quota: { fallback: true }`
}
