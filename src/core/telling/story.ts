// What the record says of one item, gathered from its entries in one pass: what, who, when, why, and by which evidence.
import type { Facts, FactType } from '../facts.ts'
import type { Written } from '../handoffs/artifact.ts'
import type { AttemptCheck, Outcome, Used } from '../nouns/attempt.ts'
import type { Entry } from '../nouns/entry.ts'
import type { GateReview } from '../nouns/gate.ts'
import { isTold, tell } from './sentences.ts'

export interface AttemptTold {
  readonly id: string
  readonly agent: string
  readonly executor: string
  readonly model: string | undefined
  readonly startedAt: number
  endedAt?: number
  outcome?: Outcome
  used?: Used
  summary?: string
  transcript?: string
  inputs?: string
  checked?: AttemptCheck
  landed?: string
  landedAt?: number
}

/** An act that a person answers for. */
export interface Act {
  readonly at: number
  readonly by: string
  readonly why: string
}

export interface BlockerTold {
  readonly id: string
  readonly kind: string
  readonly step: string | undefined
  readonly owner: string
  readonly notes: string
  readonly from: number
  cleared?: Act
}

export interface IntegrationTold {
  readonly at: number
  readonly ref: string
  readonly commit: string
  readonly by: string
  /** That it was taken back, as which commit. */
  reverted?: Act & { readonly ref: string; readonly commit: string }
}

export interface GateTold {
  readonly id: string
  readonly kind: string
  readonly asks: string
  readonly step: string | undefined
  readonly reviews: GateReview[]
}

export interface StepTold {
  title: string
  owner?: string
  end?: string
  readonly attempts: AttemptTold[]
  /** Each time that its work was sent back. */
  readonly sentBack: Act[]
}

export interface Line {
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly says: string
}

export interface Story {
  readonly id: string
  opened?: { readonly at: number; readonly by: string; readonly fact: Facts['item.opened'] }
  title: string
  owner: string
  closed?: { readonly at: number; readonly why: string }
  /** Each time that it came to the base branch, in their order. */
  readonly integrations: IntegrationTold[]
  /** That an integration is to be taken back, until it is. */
  reverting?: Act
  /** Each time that it was opened again. */
  readonly reopened: Act[]
  /** Everybody who brought something of it about, but Baton. */
  readonly people: Set<string>
  readonly blockers: Map<string, BlockerTold>
  readonly steps: Map<string, StepTold>
  readonly attempts: Map<string, AttemptTold>
  readonly gates: Map<string, GateTold>
  readonly handoffs: Written[]
  readonly forgotten: Map<string, { readonly at: number; readonly why: string; readonly by: string }>
  readonly timeline: Line[]
  first: number
  last: number
  /** Entries of the item, and those that the timeline has no room for. */
  entries: number
  more: number
}

const mostLines = 3000
const mostPeople = 100

export function beginStory(id: string): Story {
  return {
    ...{ id, title: id, owner: '', first: 0, last: 0, entries: 0, more: 0 },
    ...{ integrations: [], reopened: [], handoffs: [], timeline: [], people: new Set() },
    ...{ steps: new Map(), attempts: new Map(), gates: new Map(), blockers: new Map(), forgotten: new Map() },
  }
}

type Reader<K extends FactType> = (story: Story, fact: Facts[K], entry: Entry) => void

function step(story: Story, id: string): StepTold {
  const known = story.steps.get(id)
  if (known !== undefined) return known
  const made: StepTold = { title: '', attempts: [], sentBack: [] }
  story.steps.set(id, made)
  return made
}

const opened = (story: Story, fact: Facts['item.opened'], { at, by }: Entry): void => {
  story.opened ??= { at, by, fact }
  story.title = fact.title
  story.owner = fact.owner
  delete story.closed
}

/** Every step stands under its new key from here on; its attempts keep their names. */
function renumber(story: Story, { item, carried }: Facts['steps.carried']): void {
  const moved = carried.map(({ from, to }) => ({ to: `${item}/${to}`, told: step(story, `${item}/${from}`) }))
  for (const { from } of carried) story.steps.delete(`${item}/${from}`)
  for (const { to, told } of moved) story.steps.set(to, told)
}

function endStep(story: Story, id: string, end: string): void {
  step(story, id).end = end
}

const readers: { readonly [K in FactType]?: Reader<K> } = {
  'item.opened': opened,
  'item.reopened': (story, fact, entry) => {
    opened(story, fact, entry)
    story.reopened.push({ at: entry.at, by: fact.by, why: fact.why })
    // What was done is to be done again, on another branch.
    for (const told of story.steps.values()) delete told.end
  },
  'item.changed': (story, fact) => {
    story.title = fact.title ?? story.title
    story.owner = fact.owner ?? story.owner
  },
  'item.closed': (story, { why }, { at }) => {
    story.closed = { at, why }
  },
  'steps.added': (story, fact) => {
    for (const { key, title } of fact.steps) step(story, `${fact.item}/${key}`).title = title
  },
  'step.changed': (story, fact) => {
    step(story, fact.step).title = fact.spec.title
  },
  'steps.carried': renumber,
  'attempt.started': (story, { attempt, step: of, agent, executor, model }, { at }) => {
    const made: AttemptTold = { id: attempt, agent, executor, model, startedAt: at }
    story.attempts.set(attempt, made)
    step(story, of).attempts.push(made)
  },
  'attempt.began': (story, fact) => {
    const known = story.attempts.get(fact.attempt)
    if (known !== undefined) known.inputs = fact.inputs
  },
  'attempt.ended': (story, { attempt, outcome, used, summary, transcript }, { at }) => {
    const known = story.attempts.get(attempt)
    if (known === undefined) return
    known.endedAt = at
    known.outcome = outcome
    known.used = used
    if (summary !== undefined) known.summary = summary
    if (transcript !== undefined) known.transcript = transcript
  },
  'attempt.checked': (story, fact) => {
    const known = story.attempts.get(fact.attempt)
    if (known !== undefined) known.checked = fact
  },
  'landing.done': (story, fact, { at }) => {
    const known = story.attempts.get(fact.attempt)
    if (known !== undefined) Object.assign(known, { landed: fact.commit, landedAt: at })
    endStep(story, fact.attempt.slice(0, fact.attempt.lastIndexOf('/')), 'done')
  },
  'step.reworked': (story, fact, { at }) => {
    endStep(story, fact.step, 'sent back')
    step(story, fact.step).sentBack.push({ at, by: fact.by, why: fact.why })
  },
  'step.requeued': (story, fact) => endStep(story, fact.step, 'to be tried again'),
  'step.failed': (story, fact) => endStep(story, fact.step, 'failed'),
  'step.skipped': (story, fact) => endStep(story, fact.step, 'skipped'),
  'step.cancelled': (story, fact) => endStep(story, fact.step, 'cancelled'),
  'step.retired': (story, fact) => endStep(story, fact.step, 'retired'),
  'gate.opened': (story, { gate, kind, asks, step: of }) => {
    story.gates.set(gate, { id: gate, kind, asks, step: of, reviews: [] })
  },
  'gate.answered': (story, fact) => void story.gates.get(fact.gate)?.reviews.push(fact.review),
  'ownership.transferred': (story, fact) => {
    if (fact.step === undefined) story.owner = fact.to
    else step(story, fact.step).owner = fact.to
  },
  'blocker.raised': (story, { blocker, kind, step: of, owner, notes }, { at }) => {
    story.blockers.set(blocker, { id: blocker, kind, step: of, owner, notes, from: at })
  },
  'blocker.cleared': (story, { blocker, by, notes }, { at }) => {
    const known = story.blockers.get(blocker)
    if (known !== undefined) known.cleared = { at, by, why: notes }
  },
  'integration.done': (story, { ref, commit, by }, { at }) => {
    story.integrations.push({ at, ref, commit, by })
  },
  'reversion.decided': (story, { why, by }, { at }) => {
    story.reverting = { at, by, why }
  },
  'reversion.refused': (story) => {
    delete story.reverting
  },
  'integration.reverted': (story, { ref, commit, by }, { at }) => {
    const last = story.integrations.at(-1)
    if (last !== undefined) last.reverted = { ref, commit, by, at, why: story.reverting?.why ?? '' }
    delete story.reverting
  },
  'handoff.written': (story, fact) => {
    story.handoffs.push(...fact.files)
  },
  'transcript.forgotten': (story, { attempt, why, by }, { at }) => {
    story.forgotten.set(attempt, { at, why, by })
  },
}

export function take(story: Story, entry: Entry): void {
  story.entries += 1
  story.first ||= entry.seq
  story.last = entry.seq
  if (entry.by !== 'baton' && story.people.size < mostPeople) story.people.add(entry.by)
  const read = Object.hasOwn(readers, entry.type) ? readers[entry.type as FactType] : undefined
  ;(read as Reader<FactType> | undefined)?.(story, entry.data as never, entry)
  if (!isTold(entry)) return
  if (story.timeline.length >= mostLines) story.more += 1
  else story.timeline.push({ seq: entry.seq, at: entry.at, by: entry.by, says: tell(entry) })
}
