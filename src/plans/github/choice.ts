// Joins the issues of an export by what they wait for, whoever says it: the body, the task list of another, or GitHub itself.
import type { Place } from '../../core/nouns/plan.ts'
import type { JsonRead } from '../../core/text/json.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import type { Mention } from './body.ts'
import { draftOf } from './issue.ts'
import { columnOf, type Issue, type Issues, numbersIn } from './issues.ts'

type Waits = Map<string, Place>

export function draftsOf(issues: Issues, read: JsonRead, file: string, notes: Notes): readonly Draft[] {
  const { all, parents } = issues
  const index = new Map(all.map(({ key }, at) => [key, at]))
  const waits = waitsOf(all, index, read)
  sayLeftOut(issues, read, file, notes)
  const taken = new Map<string, number>()
  return all.flatMap((issue, at) => {
    const { key, path } = issue
    const twin = taken.get(key)
    if (twin !== undefined) {
      const text = `#${key} stands here and in line ${read.at(all[twin]?.path ?? []).line}.`
      notes.error('duplicate', read.at([...path, 'number']), text, 'Keep one of them.')
      return []
    }
    taken.set(key, at)
    const after = [...(waits[at] ?? [])].flatMap(([target, place]) => {
      if (index.has(target)) return [{ key: target, at: place }]
      return issue.closed ? [] : [{ key: target.includes('#') ? target : `#${target}`, at: place }]
    })
    const parent = all[parents[at] ?? -1]?.key
    return [{ ...draftOf(issue, read), after, ...(parent === undefined ? {} : { parent }) }]
  })
}

/** By index: what each waits for, and where that is said. */
function waitsOf(all: readonly Issue[], index: ReadonlyMap<string, number>, read: JsonRead): readonly Waits[] {
  const waits: Waits[] = all.map(() => new Map())
  const add = (at: number | undefined, target: string, place: Place): void => {
    const own = at === undefined ? undefined : waits[at]
    if (own !== undefined && !own.has(target)) own.set(target, place)
  }
  for (const [at, issue] of all.entries()) {
    const place = ({ target, at: offset }: Mention): Place => {
      return { ...read.at([...issue.path, 'body']), column: columnOf(read, issue, target, offset) }
    }
    for (const number of numbersIn(issue.fields.blockedBy)) add(at, number, read.at([...issue.path, 'blockedBy']))
    for (const number of numbersIn(issue.fields.blocking))
      add(index.get(number), issue.key, read.at([...issue.path, 'blocking']))
    for (const said of issue.said.after) add(at, said.target, place(said))
    for (const said of issue.said.before) add(index.get(said.target), issue.key, place(said))
  }
  return waits
}

function sayLeftOut({ pulls, odd }: Issues, read: JsonRead, file: string, notes: Notes): void {
  if (pulls > 0) {
    notes.warning('left-out', { file, line: 1 }, `${pulls} pull requests are left out.`, 'Nothing needs to be done.')
  }
  for (const path of odd) {
    const text = 'This has no number, so it is no issue.'
    notes.warning('no-id', read.at(path), text, 'Export with --json number,title,body,state,….')
  }
}
