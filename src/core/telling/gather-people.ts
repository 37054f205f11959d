// Gathers what the record says of an item itself, its questions, obstacles, owners and integrations.
import type { Facts, FactType } from '../facts.ts'
import type { Entry } from '../nouns/entry.ts'
import type { Reader, Story } from './told.ts'
import { stepOf } from './told.ts'

const opened = (story: Story, fact: Facts['item.opened'], { at, by }: Entry): void => {
  story.opened ??= { at, by, fact }
  for (const key of ['title', 'owner', 'branch', 'workflow'] as const) story[key] = fact[key]
  delete story.closed
}

function answered(story: Story, gate: string): void {
  const step = story.gates.get(gate)?.step
  if (step !== undefined) story.steps.get(step)?.asked.delete(gate)
}

export const ofPeople: { readonly [K in FactType]?: Reader<K> } = {
  'item.opened': opened,
  'item.reopened': (story, fact, entry) => {
    opened(story, fact, entry)
    story.reopened.push({ at: entry.at, by: fact.by, why: fact.why })
    // What was done is to be done again, on another branch, by whoever the item belongs to.
    for (const told of story.steps.values()) for (const key of ['end', 'why', 'now', 'owner'] as const) delete told[key]
  },
  'item.changed': (story, fact) => {
    story.title = fact.title ?? story.title
    story.owner = fact.owner ?? story.owner
  },
  'item.closed': (story, { why }, { at }) => {
    story.closed = { at, why }
  },
  'gate.opened': (story, { gate, kind, asks, step: of }) => {
    story.gates.set(gate, { id: gate, kind, asks, step: of, reviews: [] })
    if (of !== undefined) story.steps.get(of)?.asked.add(gate)
  },
  'gate.answered': (story, fact) => {
    story.gates.get(fact.gate)?.reviews.push(fact.review)
    answered(story, fact.gate)
  },
  'gate.mooted': (story, { gate, why }, { at }) => {
    const known = story.gates.get(gate)
    if (known !== undefined) known.moot = { at, why }
    answered(story, gate)
  },
  'duplicate.suspected': (story, { duplicate, of, why, by }, { at }) => {
    story.duplicates.set(duplicate, { of, suspected: { at, by, why } })
  },
  'duplicate.settled': (story, { duplicate, verdict, into, by, rationale }, { at }) => {
    const known = story.duplicates.get(duplicate)
    const said = into === undefined ? verdict : `${verdict} into ${into}`
    if (known !== undefined) known.settled = { at, by, why: rationale, verdict: said }
  },
  'intake.reviewed': (story, { by, rationale }, { at }) => void story.reviewed.push({ at, by, why: rationale }),
  'workflow.migrated': (story, { from, to, why, by }, { at }) => {
    story.workflow = to
    story.migrations.push({ at, by, why, from, to })
  },
  'ownership.transferred': (story, { step, from, to, why, by }, { at }) => {
    const told = step === undefined ? story : stepOf(story, step)
    told.owner = to
    told.transfers.push({ at, by, why, from, to })
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
