// What is told of one item: the shapes that its entries are gathered into.
import type { Facts, FactType } from '../facts.ts'
import type { Written } from '../handoffs/artifact.ts'
import type { AttemptCheck, Outcome, Used } from '../nouns/attempt.ts'
import type { Entry } from '../nouns/entry.ts'
import type { GateReview } from '../nouns/gate.ts'

export interface AttemptTold {
  readonly id: string
  readonly step: StepTold
  readonly agent: string
  readonly executor: string
  readonly model: string | undefined
  /** What somebody outside wants to be called. */
  name?: string
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
  /** Why its result could not land. */
  refused?: string
}

/** An act that a person answers for. */
export interface Act {
  readonly at: number
  readonly by: string
  readonly why: string
}

/** That somebody else has it now, an item or a step. */
export interface Transfer extends Act {
  readonly from: string
  readonly to: string
}

export interface DuplicateTold {
  readonly of: string
  readonly suspected: Act
  settled?: Act & { readonly verdict: string }
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
  /** Why it needs no answer any more. */
  moot?: { readonly at: number; readonly why: string }
}

/** A time that work was sent back, and how many attempts there were then. */
export interface SentBack extends Act {
  readonly after: number
}

export interface StepTold {
  title: string
  owner?: string
  /** How it ended, and why when it was not done. */
  end?: string
  why?: string
  /** How it had ended before its plan gave it up. */
  was?: string
  /** How it stands while it has no end. */
  now?: string
  /** Gates that wait for an answer. */
  readonly asked: Set<string>
  doneWhen: readonly string[]
  readonly transfers: Transfer[]
  readonly attempts: AttemptTold[]
  /** Each time that its work was sent back. */
  readonly sentBack: SentBack[]
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
  /** As they are now: it may have been opened again on another branch, or gone over to another workflow. */
  branch: string
  workflow: string
  readonly transfers: Transfer[]
  readonly migrations: Transfer[]
  readonly reviewed: Act[]
  readonly duplicates: Map<string, DuplicateTold>
  closed?: { readonly at: number; readonly why: string }
  /** Each time that it came to the base branch, in their order. */
  readonly integrations: IntegrationTold[]
  /** That an integration is to be taken back, until it is. */
  reverting?: Act
  /** Each time that it was opened again. */
  readonly reopened: Act[]
  /** Everybody who brought something of it about, but Baton. */
  readonly people: Set<string>
  /** Agents, and whoever did a step outside. */
  readonly workers: Set<string>
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

export function beginStory(id: string): Story {
  return {
    ...{ id, title: id, owner: '', branch: '', workflow: '', first: 0, last: 0, entries: 0, more: 0 },
    ...{ integrations: [], reopened: [], handoffs: [], timeline: [], transfers: [], migrations: [], reviewed: [] },
    ...{ people: new Set(), workers: new Set(), duplicates: new Map() },
    ...{ steps: new Map(), attempts: new Map(), gates: new Map(), blockers: new Map(), forgotten: new Map() },
  }
}

export type Reader<K extends FactType> = (story: Story, fact: Facts[K], entry: Entry) => void

export function stepOf(story: Story, id: string): StepTold {
  const known = story.steps.get(id)
  if (known !== undefined) return known
  const made: StepTold = { title: '', asked: new Set(), doneWhen: [], transfers: [], attempts: [], sentBack: [] }
  story.steps.set(id, made)
  return made
}
