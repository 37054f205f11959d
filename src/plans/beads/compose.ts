// Writes any plan down as issues of beads: each item an epic, each step an issue in it.
import { hash } from 'node:crypto'
import type { PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { PlanComposed } from '../../core/ports.ts'
import { neutral } from '../../core/text/neutral.ts'
import { detailsOf, type Field, lostIn, waitsOf } from '../composing/words.ts'

const inWords: readonly Field[] = ['writes']
/** The same plan gives the same file; `bd import` puts its own times in the place of this one. */
const at = '1970-01-01T00:00:00Z'

export function composeBeads(plan: PlanRead): PlanComposed {
  const lines = plan.items.flatMap((item) => [epicOf(item), ...issuesOf(item)])
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  return { files: [{ path: '.beads/issues.jsonl', bytes: Buffer.from(text) }], lost: lostIn(plan, inWords) }
}

/** Short, and the same for the same plan. */
function idOf(...words: readonly string[]): string {
  return `bd-${hash('sha256', words.join('\n'), 'hex').slice(0, 8)}`
}

function epicOf(item: PlanItem): unknown {
  const open = item.steps.some((step) => !over(step))
  const times = { created_at: at, updated_at: at }
  const rest = { priority: Math.min(5, Math.max(1, item.priority)) - 1, issue_type: 'epic', ...times }
  const state = open ? { status: 'open' } : { status: 'closed', closed_at: at }
  return { id: idOf(item.id), title: neutral(item.title), description: neutral(item.brief), ...state, ...rest }
}

const over = ({ ticked, status }: StepSpec): boolean => ticked || status === 'cancelled'
const words = {
  open: 'open',
  doing: 'in_progress',
  review: 'in_progress',
  blocked: 'blocked',
  deferred: 'deferred',
} as const

function issuesOf(item: PlanItem): unknown[] {
  const waits = waitsOf(item, new Map())
  return item.steps.map((step) => {
    const id = idOf(item.id, step.key)
    const { status = 'open' } = step
    const state =
      over(step) || status === 'done' || status === 'cancelled'
        ? { status: 'closed', closed_at: at, close_reason: status === 'cancelled' ? 'Cancelled' : 'Done' }
        : { status: words[status] }
    const blocks = (waits.get(step.key) ?? []).map((key) => edge(id, idOf(item.id, key), 'blocks'))
    const details = [...(step.group === '' ? [] : [`Group: ${step.group}`]), ...detailsOf(step, id, inWords)]
    return {
      ...{ id, title: neutral(step.title), description: details.join('\n') },
      ...(step.exitCriteria === undefined
        ? {}
        : { acceptance_criteria: step.exitCriteria.map((line) => `- ${neutral(line)}`).join('\n') }),
      ...state,
      ...{ priority: Math.min(5, Math.max(1, step.priority ?? item.priority)) - 1, issue_type: 'task' },
      ...(step.owner === undefined ? {} : { assignee: neutral(step.owner) }),
      ...(step.estimateMs === undefined ? {} : { estimated_minutes: Math.round(step.estimateMs / 60_000) }),
      ...{ created_at: at, updated_at: at },
      ...(step.labels === undefined ? {} : { labels: step.labels.map(neutral) }),
      dependencies: [...blocks, edge(id, idOf(item.id), 'parent-child')],
    }
  })
}

function edge(issue_id: string, depends_on_id: string, type: string): unknown {
  return { issue_id, depends_on_id, type, created_at: at }
}
