// Makes the entries of a plan from the stages and tasks of a plans.md, and says what is odd about them.
import type { Place } from '../../core/nouns/plan.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { Line } from '../reading/lines.ts'
import { Keys } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import { pathsIn } from '../reading/paths.ts'
import type { Draft } from '../reading/tree.ts'
import { bodyOf, criteriaOf, type Field, type Word, wordsOf } from './body.ts'
import { type Entry, type Span, wordsAt } from './entry.ts'
import type { Research } from './research.ts'
import { shown } from './rows.ts'
import type { Outline, Section } from './scan.ts'
import { meaningOf, statesIn } from './words.ts'

/** A task with more than this is no work for one short run of a model. */
export const mostLetters = 4000
export const mostBoxes = 12
const lettersAtMost = 65_536
const none: readonly Line[] = []

export interface Reading {
  readonly lines: readonly Line[]
  readonly outline: Outline
  readonly file: string
  readonly research: Research
  readonly notes: Notes
}

/** Stages first, in the order in which they are named, then the tasks in the order of the file. */
export function draftsOf(reading: Reading): Draft[] {
  const { outline } = reading
  const keys = new Keys(reading.notes)
  const own = (entry: Entry): boolean => keys.take(entry.key, placeOf(reading, entry)) !== undefined
  const boxes = outline.stages.filter(own)
  const tasks = outline.tasks.map((entry) => (own(entry) ? entry : undefined))
  const there = new Set(outline.tasks.map(({ key }) => key))
  const moved = outline.moved.filter(({ key }) => !there.has(key)).filter(own)
  const stages = stagesOf(reading, boxes)
  const lines = new Set(outline.tasks.map(({ line }) => line))
  const drafts = [...tasks, ...moved].flatMap((entry) =>
    entry === undefined ? [] : [taskOf(reading, entry, lines, stages)],
  )
  const held = new Set(drafts.map(({ parent }) => parent))
  for (const stage of stages.values()) if (!held.has(stage.key)) warnOfEmpty(reading, stage)
  const tasked = drafts.map((draft) => (held.has(draft.key) ? untitled(draft) : draft))
  const boxed = new Set(boxes.map(({ key }) => key))
  const open = new Set(drafts.flatMap(({ parent, ticked }) => (ticked ? [] : [parent])))
  // A stage without a box of its own is as done as its tasks.
  const used = [...stages.values()].filter(({ key }) => held.has(key))
  return [...used.map((one) => (boxed.has(one.key) ? one : { ...one, ticked: !open.has(one.key) })), ...tasked]
}

/** Of what holds others the title is said beside the words. */
function untitled(draft: Draft): Draft {
  return { ...draft, brief: draft.brief.slice(draft.title.length).trimStart() }
}

function placeOf({ file }: Reading, { line, id, from }: Entry): Place {
  return { file, line, column: id - from + 1 }
}

const at = ({ outline }: Reading, { from, to }: Span): string => shown(outline.text, from, Math.min(to, from + 65_536))

/** By their keys: what the roadmap and the sections say of one stage is put together. */
function stagesOf(reading: Reading, boxes: readonly Entry[]): Map<string, Draft> {
  const { outline, file } = reading
  const stages = new Map<string, Draft>()
  const sections = new Map<number, Section[]>()
  for (const section of outline.sections) {
    const [first] = sections.get(section.stage) ?? []
    sections.set(section.stage, [...(sections.get(section.stage) ?? []).slice(0, 99), section])
    if (first !== undefined) {
      const text = `Stage ${section.stage} has a section here and in line ${first.line}; they are read as one.`
      reading.notes.warning('two-sections', { file, line: section.line }, text, 'Put them together.')
    }
  }
  for (const box of boxes) stages.set(box.key, stageOf(reading, box.stage, box, sections.get(box.stage) ?? []))
  for (const [stage, own] of sections) {
    const key = `S${stage}`
    if (stages.has(key)) continue
    if (outline.stages.length > 0) {
      const text = `Stage ${stage} has a section, but no box in the roadmap.`
      reading.notes.warning(
        'no-box',
        { file, line: own[0]?.line ?? 1 },
        text,
        `Add "- [ ] **Stage ${stage} – …**" to it.`,
      )
    }
    stages.set(key, stageOf(reading, stage, undefined, own))
  }
  return stages
}

function stageOf(reading: Reading, stage: number, box: Entry | undefined, sections: readonly Section[]): Draft {
  const { file } = reading
  const [section] = sections
  const words = sections.flatMap(({ text }) =>
    text.map(({ line, ...span }) => ({ number: line, text: at(reading, span) })),
  )
  const kept = words.filter(({ text }) => !/^(?:\*{0,2}tasks\b.{0,60}:\*{0,2}|-{3,200})\s{0,8}$/i.test(text))
  const boxTitle = box === undefined ? '' : wordsAt(reading.outline.text, box).title
  const title = quoted((section === undefined ? boxTitle : at(reading, section.title)).replace(/[*`]/g, ''), 200)
  const brief = kept.map(({ text }) => text.replace(/^\*\*(.{1,40}):\*\*/, '$1:'))
  const after = kept.flatMap((word) =>
    depends.test(word.text) ? keysIn(word.text, word.number, file, `S${stage}`) : [],
  )
  return {
    key: `S${stage}`,
    title: title === '' ? `Stage ${stage}` : title,
    brief: [...brief, ...reading.research.under(kept, file)].join('\n'),
    place: box === undefined ? { file, line: section?.line ?? 1, column: 1 } : placeOf(reading, box),
    ticked: box?.ticked ?? false,
    ...(after.length === 0 ? {} : { after }),
  }
}

const depends = /^(?:[-*+] )?\*{0,2}(?:depends on|dependencies|blocked by|requires|after)\*{0,2}:/i
const dependsName: ReadonlySet<string> = new Set('depends on|dependencies|depends|blocked by|requires|after'.split('|'))
const keyOrStage = /\bS\d{1,6}(?:\.\d{1,6}){0,6}[a-z]?(?![\w-])|\bStage\s{1,4}(\d{1,6})\b/g

function keysIn(text: string, line: number, file: string, own: string, column = 1): { key: string; at: Place }[] {
  return [...text.matchAll(keyOrStage)].slice(0, 200).flatMap((found) => {
    const key = found[1] === undefined ? found[0] : `S${Number(found[1])}`
    return key === own ? [] : [{ key, at: { file, line, column: found.index + column } }]
  })
}

function taskOf(reading: Reading, entry: Entry, lines: ReadonlySet<number>, stages: ReadonlyMap<string, Draft>): Draft {
  const { file, outline, research } = reading
  const body = bodyOf(entry.last === entry.line ? none : reading.lines.slice(entry.line, entry.last))
  const { title: name, rest } = wordsAt(outline.text, entry)
  const title = quoted(name.replace(/\*\*|`/g, ''), 200)
  const head = [title === '' ? entry.key : title, ...(rest === '' ? [] : [rest])].join(' ')
  const words = cut(wordsOf(body, (line) => lines.has(line)))
  const plain = [head, ...words.map(({ text }) => text)].join('\n')
  const criteria = criteriaOf(words)
  warnOfSize(reading, entry, plain.length, criteria.length)
  const after = body.fields
    .filter(({ name }) => dependsName.has(name))
    .flatMap((field) => dependenciesIn(field, file, entry.key))
  const sought = [{ number: entry.line, text: rest }, ...words]
  const parent = outline.tasks[entry.parent]?.key ?? (stages.has(`S${entry.stage}`) ? `S${entry.stage}` : undefined)
  // Written out field by field: spreading thousands of small objects takes longer than reading the file.
  const draft: { -readonly [Name in keyof Draft]: Draft[Name] } = {
    key: entry.key,
    title: title === '' ? entry.key : title,
    brief: plain.includes('.md#') ? [plain, ...research.under(sought, file)].join('\n') : plain,
    place: placeOf(reading, entry),
    ticked: entry.ticked,
    writes: pathsIn(plain),
  }
  if (parent !== undefined) draft.parent = parent
  if (after.length > 0) draft.after = after
  if (criteria.length > 0) draft.exitCriteria = criteria
  if (body.fields.some(({ name }) => saying.has(name))) Object.assign(draft, saidOf(reading, entry, body.fields))
  return draft
}

const saying: ReadonlySet<string> = new Set('status|priority|owner|assignee'.split('|'))

function dependenciesIn(
  { line, column, value, inner }: Field,
  file: string,
  key: string,
): { key: string; at: Place }[] {
  const first = keysIn(value, line, file, key, column)
  return [...first, ...inner.flatMap(({ text, number }) => keysIn(text, number, file, key))]
}

function cut(words: readonly Word[]): readonly Word[] {
  let left = lettersAtMost
  return words.filter(({ text }) => {
    left -= text.length + 1
    return left >= 0
  })
}

const priorities = new Map(
  [['critical', 'urgent', 'highest'], ['high'], ['medium', 'normal'], ['low'], ['lowest']].flatMap((words, at) =>
    words.map((word) => [word, at + 1]),
  ) as [string, number][],
)

/** What its fields say beyond the words of the task. */
function saidOf(reading: Reading, entry: Entry, fields: readonly Field[]): Partial<Draft> {
  const value = (name: string): string => {
    const raw = fields.find((field) => field.name === name)?.value ?? ''
    const bare = raw.replace(/`/g, '').trim()
    return /^<.*>$/.test(bare) ? '' : bare
  }
  const word = value('status')
  const status = meaningOf(word)
  if (word !== '' && (status === undefined || (status === 'done') !== entry.ticked)) {
    const line = fields.find(({ name }) => name === 'status')?.line ?? entry.line
    const what =
      status === undefined ? 'which is no state known here' : `but its box is ${entry.ticked ? 'ticked' : 'open'}`
    const text = `${entry.key} has the status "${quoted(word)}", ${what}; its box decides.`
    reading.notes.warning('odd-status', { file: reading.file, line }, text, 'Mend one of the two.')
  }
  const priority = /^P?([1-5])$/i.exec(value('priority'))?.[1] ?? priorities.get(value('priority').toLowerCase())
  const owner = quoted(value('owner') || value('assignee'))
  const beyond = status !== undefined && status !== 'open' && status !== 'done' && !entry.ticked
  return {
    ...(beyond ? { status } : {}),
    ...(word === '' || status === undefined ? {} : { mark: word }),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    ...(owner === '' ? {} : { owner }),
  }
}

function warnOfSize(reading: Reading, entry: Entry, letters: number, boxes: number): void {
  if ((letters <= mostLetters && boxes <= mostBoxes) || entry.ticked) return
  const what =
    letters > mostLetters ? `${letters} characters (at most ${mostLetters})` : `${boxes} boxes (at most ${mostBoxes})`
  const text = `${entry.key} is large for one run of a model: ${what}.`
  reading.notes.warning('oversized', placeOf(reading, entry), text, 'Break it down into smaller tasks.')
}

function warnOfEmpty(reading: Reading, { key, place }: Draft): void {
  const text = `Stage ${key.slice(1)} holds no task, so there is nothing to do in it.`
  reading.notes.warning('empty-stage', place, text, `Add "- [ ] **${key}.1 – what to do**" to a section of its own.`)
}

/** Says where a stage's three boxes tell something else than its tasks. */
export function warnOfStates(reading: Reading): void {
  const { outline, notes, file } = reading
  const byStage = new Map<number, Entry[]>()
  for (const task of outline.tasks) {
    if (task.parent >= 0) continue
    const known = byStage.get(task.stage)
    if (known === undefined) byStage.set(task.stage, [task])
    else known.push(task)
  }
  for (const section of outline.sections) {
    if (section.states.length === 0) continue
    const tasks = byStage.get(section.stage) ?? []
    byStage.delete(section.stage)
    const done = tasks.filter(({ ticked }) => ticked).length
    for (const span of section.states) {
      const said = statesIn(outline.text.slice(span.from, span.to)).filter(({ ticked }) => ticked)
      if (said.length === 0 || tasks.length === 0) continue
      const says = said[0]?.says
      const wrong = said.length > 1 || (says === 'done') !== (done === tasks.length) || (says === 'open' && done > 0)
      if (!wrong) continue
      const text = `The boxes of Stage ${section.stage} say something else than its tasks, of which ${done} of ${tasks.length} are done.`
      notes.warning(
        'odd-state',
        { file, line: span.line, column: 1 },
        text,
        'Baton mends them at its next change in this stage.',
      )
    }
  }
}
