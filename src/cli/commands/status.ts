// baton status: everything, one item, or one step.
import type { ItemView } from '../../api/status/item.ts'
import type { StepView } from '../../api/status/step.ts'
import type { Command, Context } from '../command.ts'
import { find } from '../names.ts'
import { printClosed } from '../print/closed.ts'
import { outsideLines } from '../print/outside.ts'
import { printOverview } from '../print/overview.ts'
import type { People, Piece } from '../print/people.ts'
import { countsText, duration, statusPiece } from '../print/words.ts'

const stepLine = '{ id, key, title, group, status, attempts, wanted, agent?, since?, why? }'

export const status: Command = {
  name: 'status',
  caption:
    'Shows how everything stands, or one item with its steps, open or over, or one step with what it still has to meet.',
  usage: '[<item|step>]',
  example: 'baton status\nbaton status 001-photo-albums\nbaton status T012',
  options: [],
  words: [1, 0],
  json: [
    '{ version: 1, seq, at, items: { id, title, workspace, branch, policy, isolation, steps, counts, gates, blockers, run? }[], closed }',
    `| the item, and { seq, workflow, source, owner, priority, base, tip, links?, held?, why?, until?, current, next, remaining: { step, criteria }[], obstacles, list: ${stepLine}[], total }`,
    '| of an item that is over: { seq, id, title, workspace, workflow, source, branch, owner, openedAt, closedAt, why, integrations: { at, ref, commit, by, reverted? }[], reopened, list: { key, title, end, tries, sentBack, owner?, landed? }[], total, handoffs, forgotten }',
    `| ${stepLine} and { seq, item, owner, brief, place?, writes, after, doer, checks, gate?, entry, criteria: { criterion, met: "yes"|"no"|"told", why }[], awaits, exit, remaining, hold, next, tries, reworks, gates, tried }`,
  ].join('\n'),
  run: async (context) => {
    await context.with('look', async (house) => {
      if (context.words.length === 0) {
        const summary = await house.call('status/list', {})
        context.give(summary, (people) => printOverview(people, summary))
        return
      }
      const { kind, id } = await find(house, context.word(0), ['item', 'step', 'closed'])
      if (kind === 'closed') {
        const view = await house.call('status/closed', { item: id, limit: context.json ? 2000 : 200 })
        context.give(view, (people) => printClosed(people, view))
      } else if (kind === 'item') {
        const view = await house.call('status/item', { item: id, limit: context.json ? 2000 : 200 })
        context.give(view, (people) => printItem(people, view))
      } else giveStep(context, await house.call('status/step', { step: id }))
    })
    return undefined
  },
}

function printItem(people: People, view: ItemView): void {
  people.line({ text: view.id, style: 'bold' }, '  ', view.title)
  people.line(`${view.workflow} · ${view.policy} · branch ${view.branch} · isolation ${view.isolation}`)
  if (view.owner !== '') people.line('owner: ', view.owner)
  if (view.links !== undefined) people.line('belongs with: ', view.links.join(', '))
  people.line(countsText(view.counts))
  if (view.why !== undefined) people.line(view.why)
  if (view.until !== undefined) people.line('  → ', view.until)
  if (view.current.length > 0)
    people.line('now: ', view.current.map((step) => `${step.key} (${step.status})`).join(', '))
  for (const line of outsideLines(view)) people.line('  ', line)
  if (view.next.length > 0) people.line('next: ', view.next.map((id) => id.slice(view.id.length + 1)).join(', '))
  for (const { step, criteria } of view.remaining.slice(0, 5))
    if (criteria.length > 0) people.line(`${step.slice(view.id.length + 1)} has still to meet: `, criteria.join('; '))
  people.line('')
  let group = ''
  const rows: (readonly Piece[])[] = []
  for (const step of view.list) {
    if (step.group !== group) rows.push([{ text: step.group, style: 'dim' }])
    group = step.group
    rows.push([`  ${step.key}`, statusPiece(step.status), step.agent ?? '', step.title])
  }
  people.table(sameColumns(rows))
  if (view.total > view.list.length) people.line(`… and ${view.total - view.list.length} more: --json gives up to 2000`)
  for (const gate of view.gates)
    people.line({ text: gate.id, style: 'yellow' }, ' ', gate.asks, ` → baton gate ${gate.id}`)
  for (const one of view.obstacles) {
    const since = duration(Math.max(0, Date.now() - one.startAt))
    people.line(
      { text: one.id, style: 'yellow' },
      ` ${one.kind}, for ${since}: `,
      one.notes,
      one.owner === '' ? '' : ` (${one.owner})`,
    )
  }
}

/** A heading must not make the first column as wide as itself. */
function sameColumns(rows: readonly (readonly Piece[])[]): (readonly Piece[])[] {
  return rows.map((row) => (row.length === 1 ? ['', '', '', row[0] ?? ''] : row))
}

function giveStep(context: Context, view: StepView): void {
  context.give(view, (people) => {
    people.line({ text: view.id, style: 'bold' }, '  ', view.title, '  ', statusPiece(view.status))
    people.line('  ', view.hold.why)
    people.line('  → ', view.next)
    if (view.after.length > 0) {
      const names = view.after.map((one) => `${one.key} (${one.status}, ${one.because})`)
      people.line('after: ', names.join(', '))
    }
    if (view.awaits.length > 0) people.line('awaits: ', view.awaits.join(', '))
    for (const one of view.criteria)
      if (one.met !== 'yes')
        people.line(one.met === 'no' ? 'must hold first: ' : 'somebody sees to it: ', one.criterion)
    if (view.owner !== '') people.line('owner: ', view.owner)
    if (view.place !== undefined) people.line('in: ', view.place)
    if (view.writes.length > 0) people.line('writes: ', view.writes.join(', '))
    people.line('agent: ', view.doer || 'none', ' · checks: ', view.checks.join(', ') || 'none')
    people.line(view.remaining.length === 0 ? 'nothing remains to be met' : 'remains to be met:')
    for (const rule of view.remaining) people.line('  - ', rule)
    for (const one of view.tried) {
      const took = one.endedAt === undefined ? '' : duration(one.endedAt - one.startedAt)
      people.line(
        `attempt ${one.number}: `,
        one.agent,
        ' ',
        one.outcome,
        took === '' ? '' : ` ${took}`,
        one.why === undefined ? '' : `: ${one.why}`,
      )
    }
    for (const gate of view.gates) people.line({ text: gate.id, style: 'yellow' }, ' ', gate.asks)
  })
}
