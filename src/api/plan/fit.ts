// Whether a plan that was found may be carried out: without errors, with something in it, and committed.
import type { PlanItem } from '../../core/nouns/plan.ts'
import type { PlanFound } from '../../core/ports/house.ts'
import { refuse } from '../../core/refusals.ts'
import type { Wishes } from '../../core/wishes.ts'
import { stop } from '../replies.ts'

export function importOf(plan: PlanFound, item: PlanItem): Wishes['plan.import'] {
  return {
    workspace: plan.workspace,
    source: plan.source,
    format: plan.format,
    tickFile: plan.tickFile,
    base: plan.base,
    tip: plan.tips[item.id] ?? plan.base,
    item,
  }
}

export function refuseErrors(plan: PlanFound): void {
  const errors = plan.notes.filter((note) => note.level === 'error')
  if (errors.length === 0 && plan.items.length > 0) return
  if (errors.length === 0) {
    stop(refuse('invalid', plan.source, 'it holds no item that could be run', 'baton plan show says what was read'))
  }
  const said = errors.slice(0, 5).map((note) => `${note.file}:${note.line} ${note.text}`)
  const more = errors.length > 5 ? `; and ${errors.length - 5} more` : ''
  stop(refuse('invalid', plan.source, said.join('; ') + more, errors[0]?.remedy ?? 'mend the plan and run it again'))
}

export function refuseUncommitted(plan: PlanFound): void {
  if (plan.uncommitted.length === 0) return
  const paths = plan.uncommitted
    .map((one) => (/^[\w./-]+$/.test(one) ? one : `'${one.replaceAll("'", "'\\''")}'`))
    .join(' ')
  const why = `not committed: ${plan.uncommitted.slice(0, 5).join(', ')}; agents would not see it`
  stop(refuse('conflict', plan.source, why, `git add -- ${paths} && git commit -m 'Write the plan down' -- ${paths}`))
}
