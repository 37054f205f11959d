// Composes what a fact leaves for whoever comes next: the handoff, its bytes, and how it is handed on in a line.
import type { Attempt } from '../nouns/attempt.ts'
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { type ClosedItem, type State, stepIn } from '../state.ts'
import { quoted } from '../text/neutral.ts'
import { utc } from '../text/utc.ts'
import type { Due, Handoff, HandoffEvent, Owed } from './artifact.ts'
import { nextOf } from './next.ts'

const wordsAtMost = 500

/** Strangers' words on one line, and not too many of them. */
export function safeWords(text: string): string {
  return quoted(text, wordsAtMost) || 'nothing was said'
}

/** Pure: what the state knows of the fact now. Only its `nextAction` depends on what has happened since. */
export function handoffOf(state: State, item: Item, owed: Owed): Handoff {
  const step = owed.step === undefined ? undefined : stepIn(item, owed.step)
  const attempt = step?.attempts.find((one) => one.id === owed.attempt)
  const said = ofAttempt.has(owed.event) ? attempt?.said : undefined
  return {
    schemaVersion: '1.0',
    workItemId: item.id,
    workflow: workflowOf(item.workflow),
    step: step === undefined ? wholeItem(item.steps.length) : { key: step.spec.key, order: orderOf(step) },
    eventType: owed.event,
    attemptId: owed.attempt ?? item.id,
    timestamp: isoOf(owed.at),
    actor: owed.actor,
    outcome: owed.outcome,
    nextAction: safeWords([said?.next, nextOf(state, item, step, owed)].filter((one) => one !== undefined).join('; ')),
    baselineIntegration: owed.event === 'baseline-integration' ? 'post' : 'pre',
    links: [...linksOf(owed, attempt), ...(said?.links ?? [])],
  }
}

/** What whoever did it says is about its end, not about what a gate or a check said of it. */
const ofAttempt: ReadonlySet<HandoffEvent> = new Set(['attempt-completed', 'attempt-failed', 'attempt-rejected'])

export interface Reverted {
  readonly of: number
  readonly at: number
  readonly by: string
  readonly commit: string
}

/** Of an item whose steps are not in memory any more. */
export function revertedOf(closed: ClosedItem, { of, at, by, commit }: Reverted): Due {
  const integrated = closed.integration?.commit
  return {
    of,
    handoff: {
      schemaVersion: '1.1',
      workItemId: closed.id,
      workflow: workflowOf(closed.workflow),
      step: wholeItem(closed.steps),
      eventType: 'baseline-reverted',
      attemptId: closed.id,
      timestamp: isoOf(at),
      actor: by,
      outcome: safeWords(`taken back from the base branch: ${closed.reversion?.why ?? ''}`),
      nextAction: 'the same plan may be run again: baton run',
      baselineIntegration: 'post',
      links: [journalLink(of), `git:${commit}`, ...(integrated === undefined ? [] : [`git:${integrated}`])],
    },
  }
}

/** What checks and gates of a whole item are about stands behind its last step. */
function wholeItem(steps: number): Handoff['step'] {
  return { key: 'integrate', order: steps + 1 }
}

function orderOf(step: Step): number {
  return Math.max(1, Math.floor(step.spec.order))
}

function workflowOf(said: string): Handoff['workflow'] {
  const cut = said.lastIndexOf('@')
  return cut <= 0 ? { name: said, version: '1' } : { name: said.slice(0, cut), version: said.slice(cut + 1) || '1' }
}

export function journalLink(seq: number): string {
  return `baton:journal/${seq}`
}

function linksOf({ of, commit }: Owed, attempt: Attempt | undefined): readonly string[] {
  const commits = new Set([commit, attempt?.commit].filter((one) => one !== undefined))
  const blobs = new Set([attempt?.summary, attempt?.transcript].filter((one) => one !== undefined))
  return [journalLink(of), ...[...commits].map((one) => `git:${one}`), ...[...blobs].map((one) => `baton:blob/${one}`)]
}

/** The entry that a handoff is about; undefined when it names none. */
export function entryOf({ links }: Handoff): number | undefined {
  const found = links
    .map((one) => /^baton:journal\/([1-9][0-9]{0,14})$/.exec(one)?.[1])
    .find((one) => one !== undefined)
  return found === undefined ? undefined : Number(found)
}

export function isoOf(at: number): string {
  const [day, time] = utc(at)
  const inMinute = ((Math.floor(at) % 60_000) + 60_000) % 60_000
  const seconds = String(Math.floor(inMinute / 1000)).padStart(2, '0')
  return `${day}T${time}:${seconds}.${String(inMinute % 1000).padStart(3, '0')}Z`
}

/** The same handoff gives the same letters. */
export function textOf(handoff: Handoff): string {
  return `${JSON.stringify(handoff, null, 2)}\n`
}

const postEvents: ReadonlySet<HandoffEvent> = new Set(['attempt-completed', 'baseline-integration'])

/** What is told to whoever goes on from it, in one line. */
export function handedOn({ eventType, outcome, nextAction, links }: Handoff): string {
  const commit = links.find((one) => one.startsWith('git:'))
  const where = commit === undefined || !postEvents.has(eventType) ? '' : ` (${quoted(commit, 50)})`
  return `${quoted(eventType, 30)}${where}: ${quoted(outcome, 160)}; next: ${quoted(nextAction, 160)}`
}
