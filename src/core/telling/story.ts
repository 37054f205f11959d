// What the record says of one item, gathered from its entries in one pass: what, who, when, why, and by which evidence.
import type { Facts, FactType } from '../facts.ts'
import type { AttemptCheck, Outcome, Used } from '../nouns/attempt.ts'
import type { Entry } from '../nouns/entry.ts'
import type { GateReview } from '../nouns/gate.ts'
import { isTold, tell } from './sentences.ts'

export interface AttemptTold {
  readonly id: string
  readonly agent: string
  readonly startedAt: number
  endedAt?: number
  outcome?: Outcome
  used?: Used
  summary?: string
  transcript?: string
  inputs?: string
  checked?: AttemptCheck
  landed?: string
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
  closed?: string
  integration?: Facts['integration.done'] & { readonly at: number }
  readonly steps: Map<string, StepTold>
  readonly attempts: Map<string, AttemptTold>
  readonly gates: Map<string, GateTold>
  readonly handoffs: { readonly path: string; readonly digest: string }[]
  readonly forgotten: Map<string, { readonly at: number; readonly why: string; readonly by: string }>
  readonly timeline: Line[]
  first: number
  last: number
  /** Entries of the item, and those that the timeline has no room for. */
  entries: number
  more: number
}

const mostLines = 3000

export function beginStory(id: string): Story {
  const maps = { steps: new Map(), attempts: new Map(), gates: new Map(), forgotten: new Map() }
  return { id, title: id, owner: '', ...maps, handoffs: [], timeline: [], first: 0, last: 0, entries: 0, more: 0 }
}

type Reader<K extends FactType> = (story: Story, fact: Facts[K], entry: Entry) => void

function step(story: Story, id: string): StepTold {
  const known = story.steps.get(id)
  if (known !== undefined) return known
  const made: StepTold = { title: '', attempts: [] }
  story.steps.set(id, made)
  return made
}

const opened = (story: Story, fact: Facts['item.opened'], { at, by }: Entry): void => {
  story.opened ??= { at, by, fact }
  story.title = fact.title
  story.owner = fact.owner
  delete story.closed
}

function endStep(story: Story, id: string, end: string): void {
  step(story, id).end = end
}

const readers: { readonly [K in FactType]?: Reader<K> } = {
  'item.opened': opened,
  'item.reopened': opened,
  'item.changed': (story, fact) => {
    story.title = fact.title ?? story.title
    story.owner = fact.owner ?? story.owner
  },
  'item.closed': (story, fact) => {
    story.closed = fact.why
  },
  'steps.added': (story, fact) => {
    for (const { key, title } of fact.steps) step(story, `${fact.item}/${key}`).title = title
  },
  'step.changed': (story, fact) => {
    step(story, fact.step).title = fact.spec.title
  },
  'attempt.started': (story, fact, { at }) => {
    const made: AttemptTold = { id: fact.attempt, agent: fact.agent, startedAt: at }
    story.attempts.set(fact.attempt, made)
    step(story, fact.step).attempts.push(made)
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
  'landing.done': (story, fact) => {
    const known = story.attempts.get(fact.attempt)
    if (known !== undefined) known.landed = fact.commit
    endStep(story, fact.attempt.slice(0, fact.attempt.lastIndexOf('/')), 'done')
  },
  'step.reworked': (story, fact) => endStep(story, fact.step, 'sent back'),
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
  'integration.done': (story, fact, { at }) => {
    story.integration = { ...fact, at }
  },
  'handoff.written': (story, fact) => {
    for (const { path, digest } of fact.files) story.handoffs.push({ path, digest })
  },
  'transcript.forgotten': (story, { attempt, why, by }, { at }) => {
    story.forgotten.set(attempt, { at, why, by })
  },
}

export function take(story: Story, entry: Entry): void {
  story.entries += 1
  story.first ||= entry.seq
  story.last = entry.seq
  const read = Object.hasOwn(readers, entry.type) ? readers[entry.type as FactType] : undefined
  ;(read as Reader<FactType> | undefined)?.(story, entry.data as never, entry)
  if (!isTold(entry)) return
  if (story.timeline.length >= mostLines) story.more += 1
  else story.timeline.push({ seq: entry.seq, at: entry.at, by: entry.by, says: tell(entry) })
}
