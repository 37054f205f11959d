// The boards of vibe-kanban as plans, from what it exports: each project an item, each card a step, its column written back.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { assemble } from '../reading/assemble.ts'
import { bytesAtMost } from '../reading/lines.ts'
import { Keys, keyFrom } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import { readFileOf } from '../reading/opening.ts'
import type { Draft } from '../reading/tree.ts'
import { cleanPath } from '../reading/where.ts'
import { cardsIn, type KanbanCard } from './cards.ts'
import { changed } from './changes.ts'
import { isNumber, projectIds } from './project.ts'
import { meaningOf, priorityOf } from './words.ts'

const peekBytes = 65_536

/** The file, or the folder that the export was unpacked in. */
async function fileAt(files: Files, path: string): Promise<string | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined) return undefined
  const file = /\.(?:json|csv)$/i.test(clean) ? clean : clean === '' ? 'issues.csv' : `${clean}/issues.csv`
  return (await files.read(file)) === null ? undefined : file
}

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null || bytes.length > bytesAtMost) return undefined
  const head = Buffer.from(bytes.subarray(0, peekBytes)).toString('latin1')
  if (/\.csv$/i.test(file)) {
    const titles = (/^[^\r\n]{0,2000}/.exec(head)?.[0] ?? '').toLowerCase()
    const known = ['issue id', 'title', 'status', 'parent issue'].every((title) => titles.includes(title))
    return known ? { sure: 0.95, why: `${file} has the columns of vibe-kanban's issues.csv` } : undefined
  }
  if (!/"title"\s{0,9}:\s{0,9}"/.test(head) || !/"id"\s{0,9}:/.test(head) || head.includes('"subtasks"'))
    return undefined
  const words = /"status"\s{0,9}:\s{0,9}"(?:todo|inprogress|inreview|done|cancelled)"/.test(head)
  const marks = [
    '"project_id"',
    '"parent_workspace_id"',
    '"parent_task_attempt"',
    '"has_in_progress_attempt"',
    '"last_attempt_failed"',
  ]
  const found = marks.filter((mark) => head.includes(mark))
  if (words && found.length > 0)
    return { sure: 0.93, why: `${file} has tasks of vibe-kanban, with ${found.join(', ')}` }
  const own = /"status"\s{0,9}:\s{0,9}"(?:inprogress|inreview)"/.test(head)
  return own
    ? { sure: 0.85, why: `${file} has tasks with vibe-kanban's states` }
    : words
      ? { sure: 0.5, why: `${file} has tasks with states such as todo and done` }
      : undefined
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const opening = {
    ...{ format: 'vibe-kanban', source: path, found: await fileAt(files, path), otherwise: cleanPath(path) ?? path },
    missing: {
      text: `There is no export of vibe-kanban at ${quoted(path, 200)} in this revision.`,
      remedy: 'Commit its issues.csv, or its tasks as JSON.',
    },
    empty: { text: 'No task was found in this file.', remedy: 'Export the board again.' },
  }
  return readFileOf(files, opening, (bytes, file, notes) => {
    const projects = Map.groupBy(cardsIn(bytes, file, notes), ({ project }) => project)
    const ids = projectIds([...projects.keys()])
    return [...projects].map(([project, own]) => itemOf(project, ids.get(project) ?? 'vibe-kanban', own, notes))
  })
}

function itemOf(project: string, id: string, cards: readonly KanbanCard[], notes: Notes): PlanItem {
  const keys = new Keys(notes)
  const drafts = cards.flatMap((card) => {
    const key = card.id === '' ? undefined : keys.take(card.id, card.place)
    if (card.id === '') notes.error('no-id', card.place, 'This task has no id.', 'Export the board again.')
    return key === undefined ? [] : [draftOf(card, key, notes)]
  })
  const { steps, groups } = assemble(drafts, notes)
  const title = quoted(isNumber(project) ? '' : project, 200) || 'Board of vibe-kanban'
  return {
    id,
    title,
    brief: title,
    priority: 3,
    policy: 'document',
    workflow: 'vibe-kanban@1',
    steps,
    groups,
    openChecklists: [],
  }
}

function draftOf(card: KanbanCard, key: string, notes: Notes): Draft {
  const meaning = meaningOf(card.status)
  if (meaning === undefined) {
    const text = `${key} is in the column "${quoted(card.status)}", which vibe-kanban does not have by itself; it is read as open.`
    notes.warning('odd-status', card.statusPlace, text, 'Write todo, inprogress, inreview, done or cancelled.')
  }
  const title = card.title.trim() || key
  const description = card.description.replaceAll('\r\n', '\n').trim()
  const priority = priorityOf(card.priority)
  const parent = card.parent === '' ? undefined : keyFrom(card.parent)
  return {
    key,
    title,
    brief: description === '' || description === title ? title : `${title}\n\n${description}`,
    place: card.place,
    ticked: meaning === 'done',
    ...(card.mark.length > 200 ? {} : { mark: card.mark }),
    ...(meaning === undefined || meaning === 'open' || meaning === 'done' ? {} : { status: meaning }),
    ...(parent === undefined ? {} : { parent }),
    ...(priority === undefined ? {} : { priority }),
    ...(card.owner === '' ? {} : { owner: quoted(card.owner) }),
  }
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null || bytes.length > bytesAtMost) return []
  const written = changed(bytes, file, changes)
  return written === undefined ? [] : [{ path: file, bytes: written }]
}

export const vibeKanban: PlanFormat = { name: 'vibe-kanban', writes: ['tick', 'untick', 'status'], detect, read, write }
