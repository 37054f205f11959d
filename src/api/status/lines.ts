// One step as a line: what a table of steps shows.
import type { Item } from '../../core/nouns/item.ts'
import type { Step } from '../../core/nouns/step.ts'
import { fresh } from '../../core/schedule/board.ts'
import { latest } from '../../core/state.ts'
import { type Status, statusOf } from '../../core/status.ts'

export interface StepLine {
  readonly id: string
  readonly key: string
  readonly title: string
  readonly group: string
  readonly status: Status
  readonly attempts: number
  readonly wanted: boolean
  readonly agent?: string
  readonly since?: number
  readonly why?: string
}

export function stepLine(item: Item, step: Step): StepLine {
  fresh(item)
  const attempt = latest(step)
  return {
    id: step.id,
    key: step.spec.key,
    title: step.spec.title,
    group: step.spec.group,
    status: statusOf(item, step),
    attempts: step.attempts.length,
    wanted: step.wanted,
    ...(attempt === undefined ? {} : { agent: attempt.agent, since: attempt.endedAt ?? attempt.startedAt }),
    ...(step.why === '' ? {} : { why: step.why }),
  }
}
