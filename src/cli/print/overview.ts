// The page that `baton status` prints; loaded alone when everything it says lies ready.
import type { Summary } from '../../api/status/summary.ts'
import { toAnswer } from './answers.ts'
import type { People } from './people.ts'
import { countsText } from './words.ts'

export function printOverview(people: People, summary: Summary): void {
  if (summary.items.length + summary.closed.length === 0)
    people.line('No plan has been read here.', ' baton run <plan> reads one.')
  const places = new Set(summary.items.map(({ workspace }) => workspace))
  for (const item of summary.items) {
    const run =
      item.run === undefined ? 'no run' : item.run.phase === 'ended' ? (item.run.outcome ?? 'ended') : item.run.phase
    people.line({ text: item.id, style: 'bold' }, '  ', item.title)
    const where = places.size > 1 ? ` · ${item.workspace}` : ''
    people.line(`  ${run} · ${item.policy} · isolation ${item.isolation} · ${countsText(item.counts)}`, where)
    const kinds = item.blockedBy.map(({ kind, open }) => `${open} ${kind}`).join(', ')
    if (item.blockers > 0) people.line(`  blocked by ${kinds}: baton unblock`)
    for (const gate of item.gates) {
      people.line('  ', { text: `${gate.id} `, style: 'yellow' }, gate.asks)
      people.line(`    → ${toAnswer(gate.id, gate.options)}`)
    }
  }
  for (const item of summary.closed.slice(0, 5)) people.line({ text: `${item.id}  ${item.why}`, style: 'dim' })
}
