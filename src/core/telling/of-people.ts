// What the record says of questions, obstacles, owners, money, workflows and files, fact by fact.
import type { FactType } from '../facts.ts'
import type { Written } from '../handoffs/artifact.ts'
import { spentOf } from '../spending/tally.ts'
import { list, many, odd, type Sentences, say, within } from './say.ts'

type People = Extract<
  FactType,
  | `gate.${string}`
  | `blocker.${string}`
  | `duplicate.${string}`
  | `intake.${string}`
  | `criteria.${string}`
  | `ownership.${string}`
  | `account.${string}`
  | `budget.${string}`
  | `handoff.${string}`
  | `transcript.${string}`
  | `workflow.${string}`
>

const why = (reasons: readonly string[]): string => (reasons.length === 0 ? '' : `: ${reasons.join('; ')}`)

const handed = ({ event, attempt, gate }: Written): string =>
  [gate, attempt === undefined ? undefined : within(attempt), event].filter((one) => one !== undefined).join(' ')

export const ofPeople: Sentences<People> = {
  'gate.opened': (fact) => say`${odd(fact.gate)} ${fact.asks}`,
  'gate.answered': ({ gate, review }) => say`${gate} answered: ${review.answer} by ${review.by}${why(review.reasons)}`,
  'gate.mooted': (fact) => say`${fact.gate} needs no answer any more: ${fact.why}`,
  'blocker.raised': (fact) =>
    say`${odd(fact.blocker)} (${fact.kind}) holds ${fact.step === undefined ? 'all of it' : within(fact.step)}, for ${fact.owner || 'nobody by name'}: ${fact.notes}`,
  'blocker.cleared': (fact) => say`${fact.blocker} is gone: ${fact.notes}`,
  'duplicate.suspected': (fact) => say`${odd(fact.duplicate)} may be the same work as ${fact.of}: ${fact.why}`,
  'duplicate.settled': ({ duplicate, verdict, into, by, rationale }) =>
    say`${duplicate} is settled: ${verdict}${into === undefined ? '' : ` into ${into}`} by ${by}: ${rationale}`,
  'intake.reviewed': (fact) => say`reviewed before work by ${fact.by}: ${fact.rationale}`,
  'criteria.checked': ({ step, again, found }) => {
    const open = found.filter(({ met }) => met !== 'yes')
    const rest = open.map(
      ({ criterion, met }) => `${criterion} (${met === 'told' ? 'somebody sees to it' : 'not yet'})`,
    )
    return say`before ${within(step)} may begin${again ? ' again' : ''}: ${found.length - open.length} of ${found.length} hold${
      rest.length === 0 ? '' : `; ${list(rest)}`
    }`
  },
  'ownership.transferred': (fact) =>
    say`${fact.step === undefined ? 'all of it' : within(fact.step)} belongs to ${fact.to || 'nobody'} now, and did to ${fact.from || 'nobody'}: ${fact.why}`,
  'account.barred': ({ account, until, why: because }, when) =>
    say`${odd(account)} cannot be used${until === undefined ? '' : ` until ${when(until)}`}: ${because}`,
  'account.freed': (fact) => say`${fact.account} can be used again: ${fact.why}`,
  'budget.set': (fact) => say`the budget of the ${fact.scope} ${fact.id} is set by ${fact.by}: ${fact.why}`,
  'budget.warned': (fact) =>
    say`${odd('budget')} of the ${fact.scope}: ${spentOf(fact)} (${Math.round(fact.at * 100)} %)`,
  'handoff.written': ({ files }) => say`${many(files.length, 'handoff')} written: ${list(files.map(handed))}`,
  'handoff.missed': (fact) => say`${odd('handoffs could not be written')}: ${fact.why}`,
  'transcript.forgotten': (fact) =>
    say`what was said in ${within(fact.attempt)} was removed by ${fact.by}: ${fact.why}`,
  'workflow.published': (fact) =>
    say`workflow ${fact.name}@${fact.version} was published by ${fact.by}: ${fact.why}; ${fact.impact}`,
  'workflow.rolled-back': (fact) =>
    say`workflow ${fact.name}@${fact.version} was taken back by ${fact.by}: ${fact.why}; ${fact.impact}`,
  'workflow.migrated': (fact) => say`went from ${fact.from} to ${fact.to}, by ${fact.by}: ${fact.why}`,
}
