// Reads Kiro's task dependency graph: waves of tasks in JSON, each to be done after the one before.
import type { Place } from '../../core/nouns/plan.ts'
import { type JsonRead, readJson } from '../../core/text/json.ts'
import { quoted } from '../../core/text/neutral.ts'
import { type Row, type Rows, textOf } from '../lists/boxes.ts'
import { type Outline, titleOf } from '../lists/outline.ts'
import type { Notes } from '../reading/notes.ts'

/** For each task where the graph names it, and what comes first. */
export type Waves = ReadonlyMap<
  string,
  { readonly at: Place; readonly after: readonly { readonly key: string; readonly at: Place }[] }
>

interface Wave {
  readonly id: string
  readonly tasks: readonly { readonly key: string; readonly at: Place }[]
  readonly after?: readonly string[]
}

const lettersAtMost = 1_048_576
/** Two wide waves are led through one task, so that a graph of thousands does not need millions of edges. */
const pairsAtMost = 10_000

/** The lines inside the first fence under a heading of that name. */
function fenceIn({ rows, heading }: Outline): readonly Row[] {
  const head = rows.all.findIndex(
    (row) => row.kind === 'heading' && /\btask dependency graph\b/i.test(titleOf(rows, row)),
  )
  if (head < 0) return []
  const start = rows.all.findIndex((row, index) => index > head && row.kind === 'code' && heading[index] === head)
  if (start < 0) return []
  let end = start + 1
  while (rows.all[end]?.kind === 'code' && heading[end] === head) end += 1
  return rows.all.slice(start + 1, end - 1)
}

export function wavesIn(outline: Outline, notes: Notes): Waves {
  const found = new Map<string, { at: Place; after: { key: string; at: Place }[] }>()
  const fenced = fenceIn(outline)
  const [first] = fenced
  const text = first === undefined ? '' : spaced(outline.rows, fenced)
  if (first === undefined || !text.trimStart().startsWith('{')) return found
  const json = readJson(text, outline.rows.file, { line: first.number, lettersAtMost })
  const waves = json.value === undefined ? undefined : wavesOf(json)
  if (waves === undefined) {
    const at = { file: outline.rows.file, line: first.number, column: 1 }
    const why = json.notes[0]?.text ?? 'It has no list of waves.'
    notes.warning('waves', at, `The task dependency graph cannot be read: ${why}`, 'Mend it, or delete it.')
    return found
  }
  const known = new Map(waves.map((wave) => [wave.id, wave]))
  for (const [at, wave] of waves.entries()) {
    const before = (wave.after?.map((id) => known.get(id)) ?? [waves[at - 1]]).flatMap((each) => each?.tasks ?? [])
    const joint = before.length * wave.tasks.length > pairsAtMost ? before.at(-1) : undefined
    const last = joint === undefined ? undefined : found.get(joint.key)
    if (joint !== undefined && last !== undefined) {
      const rest = before.slice(0, -1).map(({ key }) => ({ key, at: joint.at }))
      found.set(joint.key, { at: joint.at, after: [...last.after, ...rest] })
    }
    const after = joint === undefined ? before : [joint]
    for (const task of wave.tasks)
      found.set(task.key, { at: task.at, after: after.map(({ key }) => ({ key, at: task.at })) })
  }
  return found
}

/** With a line feed for every line of the file, so that places stay true. */
function spaced(rows: Rows, fenced: readonly Row[]): string {
  let text = ''
  let line = fenced[0]?.number ?? 1
  for (const row of fenced) {
    text += '\n'.repeat(row.number - line) + textOf(rows, row.start, row.end)
    line = row.number
    if (text.length > lettersAtMost) break
  }
  return text
}

function wavesOf(json: JsonRead): Wave[] | undefined {
  const waves = member(json.value, 'waves')
  if (!Array.isArray(waves)) return undefined
  return waves.slice(0, 10_000).map((wave: unknown, index): Wave => {
    const listed = Array.isArray(wave)
    const tasks = listed ? wave : member(wave, 'tasks')
    const path = ['waves', index, ...(listed ? [] : ['tasks'])]
    const after = member(wave, 'depends_on') ?? member(wave, 'dependsOn')
    return {
      id: nameOf(member(wave, 'id') ?? member(wave, 'wave') ?? index) ?? String(index),
      tasks: (Array.isArray(tasks) ? tasks : []).flatMap((task: unknown, at) => {
        const key = nameOf(task)
        return key === undefined ? [] : [{ key, at: json.at([...path, at]) }]
      }),
      ...(Array.isArray(after) ? { after: after.flatMap((each: unknown) => nameOf(each) ?? []) } : {}),
    }
  })
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.entries(value).find(([name]) => name === key)?.[1]
}

function nameOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? quoted(value) : undefined
}
