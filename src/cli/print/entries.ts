// One line for each entry of the record that a person who watches a run wants to see.
import type { Facts, FactType } from '../../core/facts.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import { spentOf } from '../../core/spending/tally.ts'
import { toAnswer } from './answers.ts'
import type { Piece } from './people.ts'

type Lines = { readonly [K in FactType]?: (fact: Facts[K], entry: Entry) => readonly Piece[] }

/** Without the item, which stands before the line when there are several. */
const short = (id: string): string => id.slice(id.indexOf('/') + 1)
const green = (text: string): Piece => ({ text, style: 'green' })
const red = (text: string): Piece => ({ text, style: 'red' })
const yellow = (text: string): Piece => ({ text, style: 'yellow' })

const lines: Lines = {
  'run.widened': (fact) => [
    `the plan has gained ${fact.steps.slice(0, 6).join(', ')}${fact.steps.length > 6 ? ', …' : ''}`,
  ],
  'step.retired': (fact) => [`${short(fact.step)} retired: ${fact.why}`],
  'steps.carried': (fact) => [
    `the plan was renumbered: ${fact.carried
      .slice(0, 6)
      .map(({ from, to }) => `${from} is ${to}`)
      .join(', ')}`,
  ],
  'plan.missed': (fact) => [yellow('the plan has changed and was not taken in'), `: ${fact.why}`],
  'run.started': (fact) => [`run started, ${fact.parallel} at once, ${fact.policy} order`],
  'run.paused': (fact) => [yellow('paused'), `: ${fact.why}`],
  'run.resumed': () => ['goes on'],
  'run.draining': (fact) => [yellow('draining'), `: ${fact.why}`],
  'run.ended': (fact) => [fact.outcome === 'complete' ? green('complete') : yellow(fact.outcome), `: ${fact.why}`],
  'attempt.started': (fact) => [
    `${short(fact.step)} started by ${fact.agent} (attempt ${fact.number}${fact.mends === undefined ? '' : `, going on from ${fact.mends.attempt.slice(fact.mends.attempt.lastIndexOf('/') + 1)}`})`,
  ],
  'attempt.ended': (fact) =>
    fact.outcome.kind === 'succeeded'
      ? [`${short(fact.attempt)} ended, now checked`]
      : [`${short(fact.attempt)} `, red(fact.outcome.kind), ` (${fact.outcome.reason}): ${fact.outcome.why}`],
  'attempt.checked': (fact) => [
    `${short(fact.attempt)} `,
    fact.passed ? green('passed') : red('did not pass'),
    ` ${fact.verdicts.map((one) => one.check).join(', ') || 'no checks'}`,
    fact.on === undefined || fact.on === fact.commit
      ? ''
      : `, checked with what lands with it, on ${fact.on.slice(0, 10)}`,
  ],
  'landing.done': (fact) => [`${short(fact.attempt)} `, green('landed'), ` as ${fact.commit.slice(0, 10)}`],
  'landing.refused': (fact) => [`${short(fact.attempt)} `, yellow('waits to land'), `: ${fact.why}`],
  'weighing.missed': (fact) => [yellow('steps are not weighed'), `, so the rules choose: ${fact.by}: ${fact.why}`],
  'step.requeued': (fact) => [`${short(fact.step)} waits to be tried again: ${fact.why}`],
  'step.reworked': (fact) => [`${short(fact.step)} `, yellow('is done again'), `: ${fact.why}`],
  'step.failed': (fact) => [`${short(fact.step)} `, red('failed'), `: ${fact.why}`],
  'step.skipped': (fact) => [`${short(fact.step)} skipped: ${fact.why}`],
  'step.cancelled': (fact) => [`${short(fact.step)} cancelled: ${fact.why}`],
  'gate.opened': (fact) => [yellow(fact.gate), ` ${fact.asks} → ${toAnswer(fact.gate, fact.options)}`],
  'gate.answered': (fact) => [`${fact.gate} answered: ${fact.review.answer} by ${fact.review.by}`],
  'account.barred': (fact) => [
    yellow(fact.account),
    ` cannot be used${fact.until === undefined ? '' : ` until ${clockTime(fact.until)}`}: ${fact.why}`,
  ],
  'account.freed': (fact) => [`${fact.account} can be used again: ${fact.why}`],
  'budget.warned': (fact) => [
    yellow('budget'),
    ` of the ${fact.scope}: ${spentOf(fact)} (${Math.round(fact.at * 100)} %)`,
  ],
  'budget.set': (fact) => [`the budget of the ${fact.scope} is set by ${fact.by}: ${fact.why}`],
  'blocker.raised': (fact) => [yellow(fact.blocker), ` ${fact.notes}`],
  'duplicate.suspected': (fact) => [
    yellow(fact.duplicate),
    ` ${fact.item} may be the same work as ${fact.of}: ${fact.why}`,
  ],
  'duplicate.settled': (fact) => [`${fact.duplicate} is settled: ${fact.verdict} by ${fact.by}: ${fact.rationale}`],
  'ownership.transferred': (fact) => [`${short(fact.step ?? fact.item)} belongs to ${fact.to} now: ${fact.why}`],
  'blocker.cleared': (fact) => [`${fact.blocker} is gone`],
  'integration.done': (fact) => [green('integrated'), ` into ${fact.ref} as ${fact.commit.slice(0, 10)}`],
  'reversion.decided': (fact) => [yellow('to be taken back'), ` by ${fact.by}: ${fact.why}`],
  'integration.reverted': (fact) => [yellow('taken back'), ` from ${fact.ref} as ${fact.commit.slice(0, 10)}`],
  'reversion.refused': (fact) => [red('not taken back'), `: ${fact.why}`],
  'item.reopened': (fact) => [`opened again on ${fact.branch}: ${fact.why}`],
  'integration.refused': (fact) => [red('not integrated'), `: ${fact.why}`],
  'item.closed': (fact) => [`closed: ${fact.why}`],
}

/** In the time zone of whoever watches. */
function clockTime(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })
}

/** Undefined for entries that say nothing to a watcher. */
export function entryLine(entry: Entry): readonly Piece[] | undefined {
  if (!Object.hasOwn(lines, entry.type)) return undefined
  const line = lines[entry.type as FactType] as ((fact: unknown, entry: Entry) => readonly Piece[]) | undefined
  return line?.(entry.data, entry)
}
