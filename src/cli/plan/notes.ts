// Says what is odd about a plan, each with its place and what to do.
import type { PlanNote } from '../../core/nouns/plan.ts'
import { type People, paint } from '../print/people.ts'

export const place = ({ file, line, column }: PlanNote): string =>
  `${file}:${line}${column === undefined ? '' : `:${column}`}`

export function sayNotes(people: People, notes: readonly PlanNote[], most = 20): void {
  const errorsFirst = [...notes].sort((a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'))
  for (const note of errorsFirst.slice(0, most)) {
    people.line(
      paint(note.level === 'error' ? 'red' : 'yellow', note.level),
      ` ${place(note)} `,
      note.text,
      paint('dim', `  [${note.kind}]`),
    )
    if (note.remedy !== undefined) people.line(paint('dim', `  → ${note.remedy}`))
  }
  if (notes.length > most) people.line(paint('dim', `… and ${notes.length - most} more: baton plan lint says them all`))
}
