// What `baton status` prints of an item that is over.
import type { ClosedView } from '../../api/status/closed.ts'
import { utc } from '../../core/text/utc.ts'
import type { People } from './people.ts'
import { plural, statusPiece } from './words.ts'

export function printClosed(people: People, view: ClosedView): void {
  people.line({ text: view.id, style: 'bold' }, '  ', view.title, '  ', standing(view))
  people.line(`${view.workflow} · branch ${view.branch} · plan ${view.source}`)
  if (view.owner !== '') people.line('owner: ', view.owner)
  people.line(`open from ${time(view.openedAt)} to ${time(view.closedAt)} UTC: `, view.why)
  for (const { at, ref, commit, by, reverted } of view.integrations) {
    people.line(
      { text: 'integrated', style: 'green' },
      ` ${time(at)} into ${ref} as ${commit.slice(0, 10)}, signed off by ${by}`,
    )
    if (reverted === undefined) continue
    people.line(
      { text: 'taken back', style: 'yellow' },
      ` ${time(reverted.at)} as ${reverted.commit.slice(0, 10)}, by ${reverted.by}: ${reverted.why}`,
    )
  }
  for (const { at, by, why } of view.reopened) people.line(`opened again ${time(at)} by ${by}: ${why}`)
  people.line('')
  people.table(
    view.list.map((step) => [
      step.key,
      statusPiece(step.end),
      step.landed === undefined ? '' : step.landed.commit.slice(0, 10),
      step.landed === undefined ? '' : time(step.landed.at),
      `${plural(step.tries, 'try').replace('trys', 'tries')}${step.sentBack === 0 ? '' : `, ${step.sentBack} sent back`}`,
      step.title,
    ]),
    '  ',
  )
  if (view.total > view.list.length) people.line(`… and ${view.total - view.list.length} more: --json gives up to 2000`)
  const { written, newest, owed } = view.handoffs
  if (written + owed > 0)
    people.line(
      plural(written, 'handoff'),
      owed === 0 ? '' : ` and ${owed} owed`,
      newest === undefined ? '' : `, the newest: ${newest}`,
    )
  for (const attempt of view.forgotten)
    people.line({ text: 'gone: ', style: 'yellow' }, `what was said in ${attempt} was removed by name`)
  people.line(
    `  → baton report ${view.id} --out ${view.id}.html makes a page of it, baton handoff list ${view.id} names its handoffs`,
  )
}

const time = (at: number): string => utc(at).join(' ')

function standing({ integrations }: ClosedView) {
  const last = integrations.at(-1)
  if (last === undefined) return { text: 'closed', style: 'dim' } as const
  return last.reverted === undefined
    ? ({ text: 'integrated', style: 'green' } as const)
    : ({ text: 'taken back', style: 'yellow' } as const)
}
