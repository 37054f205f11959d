// What a record says of its models: which steps each of them solved, at what cost, in how long.
import type { Spending } from '../spending/ledger.ts'
import type { Outcomes } from './replay.ts'

/** What the machine, the account or a person brought about says nothing of a model. */
const telling: ReadonlySet<Spending['reason']> = new Set([
  'context-overflow',
  'refused-tool',
  'no-change',
  'checks-failed',
  'timeout',
  'stalled',
  'crashed',
  'bad-output',
  'sent-back',
])

export class OutcomeBook {
  readonly table = new Map<string, Map<string, Outcomes[]>>()
  tries = 0
  /** Tries of which nobody knows what they cost. */
  unpriced = 0

  /** A try under its model's name, or its agent's where the model is not known. What landed was right: the checks let it pass. */
  add(spending: Spending): void {
    const { attempt, landedAs, reason, used, step, model, agent } = spending
    const resolved = landedAs === attempt
    if (!resolved && !telling.has(reason)) return
    const tasks = this.table.get(model ?? agent) ?? new Map<string, Outcomes[]>()
    this.table.set(model ?? agent, tasks)
    const tries = tasks.get(step) ?? []
    tasks.set(step, tries)
    tries.push({ resolved, costUsd: used.cost, ms: used.ms })
    this.tries += 1
    if (used.unpriced === true) this.unpriced += 1
  }
}
