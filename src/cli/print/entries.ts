// One line for each entry of the record that a person who watches a run wants to see, in the words that every face uses.
import type { FactType } from '../../core/facts.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import type { Tone } from '../../core/telling/say.ts'
import { said } from '../../core/telling/sentences.ts'
import { toAnswer } from './answers.ts'
import type { Piece, Style } from './people.ts'

const watched: ReadonlySet<string> = new Set<FactType>([
  'account.barred',
  'account.freed',
  'attempt.checked',
  'attempt.ended',
  'attempt.started',
  'blocker.cleared',
  'blocker.raised',
  'budget.set',
  'budget.warned',
  'duplicate.settled',
  'duplicate.suspected',
  'gate.answered',
  'gate.opened',
  'handoff.missed',
  'integration.done',
  'integration.refused',
  'integration.reverted',
  'item.closed',
  'item.reopened',
  'landing.done',
  'landing.refused',
  'ownership.transferred',
  'plan.missed',
  'reversion.decided',
  'reversion.refused',
  'run.draining',
  'run.ended',
  'run.paused',
  'run.resumed',
  'run.started',
  'run.widened',
  'step.cancelled',
  'step.failed',
  'step.requeued',
  'step.retired',
  'step.reworked',
  'step.skipped',
  'steps.carried',
  'weighing.missed',
])

const styles: Readonly<Record<Tone, Style>> = { good: 'green', bad: 'red', odd: 'yellow' }

/** Undefined for entries that say nothing to a watcher. */
export function entryLine(entry: Pick<Entry, 'type' | 'data'>): readonly Piece[] | undefined {
  if (!watched.has(entry.type)) return undefined
  const line = said(entry, clockTime).map((one) =>
    typeof one === 'string' ? one : { text: one.text, style: styles[one.tone] },
  )
  return [...line, ...whatToDo(entry)]
}

function whatToDo({ type, data }: Pick<Entry, 'type' | 'data'>): readonly Piece[] {
  if (type !== 'gate.opened') return []
  const { gate, options } = (data ?? {}) as { readonly gate?: unknown; readonly options?: unknown }
  const words = Array.isArray(options) ? options.filter((one) => typeof one === 'string') : []
  return typeof gate === 'string' ? [` → ${toAnswer(gate, words)}`] : []
}

/** In the time zone of whoever watches. */
function clockTime(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })
}
