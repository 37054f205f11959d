// What an entry of the record says, in a plain sentence on one line that is safe to show.
import type { Facts, FactType } from '../facts.ts'
import type { Outcome } from '../nouns/attempt.ts'
import type { Entry } from '../nouns/entry.ts'
import { clip, singleLine } from '../text/neutral.ts'

type Sentences = { readonly [K in FactType]?: (fact: Facts[K]) => string }

const short = (commit: string): string => commit.slice(0, 10)
const list = (all: readonly string[], most = 8): string =>
  `${all.slice(0, most).join(', ')}${all.length > most ? ` and ${all.length - most} more` : ''}`
const ended = (outcome: Outcome): string =>
  outcome.kind === 'succeeded' ? 'ended well' : `${outcome.kind} (${outcome.reason})`

const ofWork: Sentences = {
  'item.opened': (fact) => `${fact.id} was opened: ${fact.title}`,
  'item.changed': (fact) => `${fact.id} was changed by its plan`,
  'item.closed': (fact) => `${fact.id} was closed: ${fact.why}`,
  'item.reopened': (fact) => `${fact.id} was opened again: ${fact.why}`,
  'steps.added': (fact) => `${fact.item} gained ${fact.steps.length} steps: ${list(fact.steps.map(({ key }) => key))}`,
  'step.changed': (fact) => `${fact.step} was changed by its plan`,
  'step.retired': (fact) => `${fact.step} was retired: ${fact.why}`,
  'steps.carried': (fact) =>
    `${fact.item} was renumbered: ${list(fact.carried.map(({ from, to }) => `${from} is ${to}`))}`,
  'branch.adopted': (fact) => `${fact.item} went on from ${short(fact.commit)}: ${fact.why}`,
  'run.started': (fact) => `a run of ${fact.item} was started, ${fact.parallel} at once`,
  'run.paused': (fact) => `${fact.run} was paused: ${fact.why}`,
  'run.resumed': (fact) => `${fact.run} went on: ${fact.why}`,
  'run.draining': (fact) => `${fact.run} began to end: ${fact.why}`,
  'run.ended': (fact) => `${fact.run} ended, ${fact.outcome}: ${fact.why}`,
  'decision.made': (fact) =>
    fact.launch.length === 0
      ? `nothing of ${fact.item} was launched: ${fact.rationale}`
      : `${list(fact.launch.map(({ step }) => step))} launched: ${fact.rationale}`,
  'attempt.started': (fact) => `${fact.attempt} was begun by ${fact.agent}: ${fact.because}`,
  'attempt.ended': (fact) => `${fact.attempt} ${ended(fact.outcome)}: ${fact.outcome.why}`,
  'attempt.late': (fact) => `${fact.attempt} reported too late: ${fact.why}`,
  'attempt.checked': (fact) =>
    `${fact.attempt} ${fact.passed ? 'passed' : 'did not pass'} its checks: ${list(fact.verdicts.map(({ check, passed }) => `${check} ${passed ? 'passed' : 'failed'}`)) || 'none'}`,
  'step.requeued': (fact) => `${fact.step} was to be tried again: ${fact.why}`,
  'step.reworked': (fact) => `${fact.step} was sent back by ${fact.by}: ${fact.why}`,
  'step.failed': (fact) => `${fact.step} failed (${fact.reason}): ${fact.why}`,
  'step.skipped': (fact) => `${fact.step} was skipped by ${fact.by}: ${fact.why}`,
  'step.cancelled': (fact) => `${fact.step} was cancelled by ${fact.by}: ${fact.why}`,
  'landing.done': (fact) => `${fact.attempt} landed on ${fact.ref} as ${short(fact.commit)}`,
  'landing.refused': (fact) => `${fact.attempt} could not land (${fact.kind}): ${fact.why}`,
  'integration.done': (fact) =>
    `${fact.item} was integrated into ${fact.ref} as ${short(fact.commit)}, signed off by ${fact.by}`,
  'integration.refused': (fact) => `${fact.item} was not integrated (${fact.kind}): ${fact.why}`,
  'reversion.decided': (fact) => `${fact.by} decided to take ${fact.item} back: ${fact.why}`,
  'integration.reverted': (fact) => `${fact.item} was taken back from ${fact.ref} as ${short(fact.commit)}`,
  'reversion.refused': (fact) => `${fact.item} could not be taken back (${fact.kind}): ${fact.why}`,
  'handoff.written': (fact) =>
    `${fact.files.length} handoffs of ${fact.item} were written: ${list(
      fact.files.map(({ path }) => path),
      3,
    )}`,
  'handoff.missed': (fact) => `handoffs of ${fact.item} could not be written: ${fact.why}`,
}

const ofPeople: Sentences = {
  'gate.opened': (fact) => `${fact.gate} (${fact.kind}) asked: ${fact.asks}`,
  'gate.answered': ({ gate, review }) =>
    `${gate} was answered "${review.answer}" by ${review.by}${review.reasons.length === 0 ? '' : `: ${review.reasons.join('; ')}`}`,
  'gate.mooted': (fact) => `${fact.gate} needs no answer any more: ${fact.why}`,
  'blocker.raised': (fact) =>
    `${fact.blocker} (${fact.kind}) stands in the way of ${fact.step ?? fact.item}, for ${fact.owner}: ${fact.notes}`,
  'blocker.cleared': (fact) => `${fact.blocker} was cleared by ${fact.by}: ${fact.notes}`,
  'duplicate.suspected': (fact) => `${fact.item} may be the same as ${fact.of}: ${fact.why}`,
  'duplicate.settled': (fact) => `${fact.duplicate} was settled as ${fact.verdict} by ${fact.by}: ${fact.rationale}`,
  'intake.reviewed': (fact) => `${fact.item} was reviewed before work by ${fact.by}: ${fact.rationale}`,
  'criteria.checked': (fact) =>
    `what must hold before ${fact.step} was looked at${fact.again ? ' again' : ''}: ${list(fact.found.map(({ criterion, met }) => `${criterion} (${met})`))}`,
  'ownership.transferred': (fact) => `${fact.step ?? fact.item} went from ${fact.from} to ${fact.to}: ${fact.why}`,
  'budget.set': (fact) => `the budget of the ${fact.scope} ${fact.id} was set by ${fact.by}: ${fact.why}`,
  'budget.warned': (fact) => `the ${fact.scope} ${fact.id} had used ${Math.round(fact.at * 100)} % of its ${fact.of}`,
  'transcript.forgotten': (fact) => `what was said in ${fact.attempt} was removed by ${fact.by}: ${fact.why}`,
  'clone.discarded': (fact) => `the clone of ${fact.attempt} was removed: ${fact.why}`,
  'workspace.opened': (fact) => `the repository ${fact.path} was set up, base ${fact.baseBranch}`,
  'workspace.trusted': (fact) => `the configuration ${short(fact.digest)} of ${fact.path} was trusted`,
  'isolation.chosen': (fact) => `agents in ${fact.path} run at isolation ${fact.isolation}: ${fact.why}`,
  'workflow.published': (fact) => `workflow ${fact.name}@${fact.version} was published by ${fact.by}: ${fact.why}`,
  'workflow.rolled-back': (fact) => `workflow ${fact.name}@${fact.version} was taken back by ${fact.by}: ${fact.why}`,
  'workflow.migrated': (fact) => `${fact.item} went from ${fact.from} to ${fact.to}, by ${fact.by}: ${fact.why}`,
  'house.opened': (fact) => `Baton ${fact.version} was started on ${fact.host}`,
  'house.closed': (fact) => `Baton was ended: ${fact.why}`,
  'house.restored': (fact) => `the record was restored up to entry ${fact.head}`,
  'key.published': (fact) =>
    `the key ${fact.key.split('+').slice(0, 2).join('+')} began to sign${fact.lost === undefined ? '' : `, for the one before is lost: ${fact.lost}`}`,
  'key.rotated': (fact) => `signing was handed over to ${fact.key.split('+').slice(0, 2).join('+')}`,
  'checkpoint.missed': (fact) => `a checkpoint could not be kept at ${fact.place}: ${fact.why}`,
}

const sentences: Sentences = { ...ofWork, ...ofPeople }

/** Entries that only carry work from one of the others to the next, and need no line of their own. */
export function isTold({ type }: Pick<Entry, 'type'>): boolean {
  return Object.hasOwn(sentences, type)
}

/** Never throws: of an entry that this version does not know, or that holds something else than its type says, the type is said. */
export function tell({ type, data }: Pick<Entry, 'type' | 'data'>): string {
  const sentence = isTold({ type }) ? (sentences[type as FactType] as (fact: unknown) => string) : undefined
  try {
    return clip(singleLine(sentence?.(data) ?? type), 400)
  } catch {
    return clip(singleLine(`${type}, which cannot be read`), 400)
  }
}
