// Any Markdown file with boxes as a plan: one item, a step for each box that holds no other.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { rowsOf } from '../lists/boxes.ts'
import { findIn } from '../lists/finding.ts'
import { type Listed, readList } from '../lists/lists.ts'
import { usualMarks } from '../lists/marks.ts'
import { signsIn } from '../lists/signs.ts'
import { tickBoxes } from '../lists/ticks.ts'
import { assemble } from '../reading/assemble.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { readFileOf } from '../reading/opening.ts'
import { inFileOrder } from '../reading/order.ts'
import { cleanPath } from '../reading/where.ts'
import { composeChecklist } from './compose.ts'

const markdown = /\.(?:md|markdown|mdown|mkd)$/i
const usualNames = ['TODO.md', 'todo.md', 'CHECKLIST.md', 'checklist.md', 'TASKS.md', 'tasks.md', 'PLAN.md', 'plan.md']

/** The file itself, or the only list of a usual name in a folder. */
async function fileAt(files: Files, path: string): Promise<string | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined || markdown.test(clean)) return clean
  const folder = clean === '' ? '' : `${clean}/`
  const found: string[] = []
  for (const name of usualNames) if ((await files.read(`${folder}${name}`)) !== null) found.push(`${folder}${name}`)
  return found.length === 1 ? found[0] : undefined
}

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null) return undefined
  const signs = signsIn(bytes, file)
  if (signs.boxes === 0) return undefined
  const lines = signs.boxes === 1 ? 'one line' : `${signs.boxes} lines`
  const why = `${file} has ${lines} such as "- [ ] …"`
  if (signs.other !== undefined) return { sure: 0.35, why: `${why}, but ${signs.other}` }
  if (signs.roadmap > 0) return { sure: signs.roadmap >= 2 ? 0.5 : 0.7, why }
  // Several tools call their list so.
  if (/(?:^|\/)tasks\.md$/i.test(file)) return { sure: 0.62, why }
  return { sure: cleanPath(path) === file ? 0.85 : 0.62, why }
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const found = await fileAt(files, path)
  const opening = {
    ...{ format: 'checklist', source: path, found, otherwise: path },
    missing: {
      text: `There is no list ${quoted(found ?? path, 200)} in this revision.`,
      remedy: 'Name a committed Markdown file with boxes.',
    },
    empty: { text: 'No box was found in this file.', remedy: 'Write steps as "- [ ] what to do".' },
  }
  return readFileOf(files, opening, (bytes, file, notes) => {
    const listed = readList(bytes, file, notes, { marks: usualMarks })
    return listed === undefined || listed.entries.length === 0 ? [] : [itemOf(listed, file, notes)]
  })
}

function itemOf({ drafts, title }: Listed, file: string, notes: Notes): PlanItem {
  const known = drafts.flatMap((draft) => (draft === undefined ? [] : [draft]))
  const { steps, groups, stated } = assemble(known, notes)
  const own = new Set(known.flatMap(({ key, after }) => (after === undefined ? [] : [key])))
  const name = nameOf(file)
  const shown = quoted(title, 200) || name
  return {
    id: itemId(name),
    title: shown,
    brief: shown,
    priority: 3,
    policy: stated ? 'graph' : 'document',
    workflow: 'direct@1',
    steps: stated ? inFileOrder(steps, own) : steps,
    ...(groups.length === 0 ? {} : { groups }),
    openChecklists: [],
  }
}

const usual = /^(?:todo|tasks?|plan|checklist|readme|index|list)$/i

/** A name that many folders have is told apart by its folder. */
function nameOf(file: string): string {
  const [name = '', folder = ''] = file.replace(markdown, '').split('/').toReversed()
  return usual.test(name) && folder !== '' ? `${folder}-${name}` : name
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  const rows = bytes === null ? undefined : rowsOf(bytes, file ?? '', new Notes())
  if (file === undefined || bytes === null || rows === undefined) return []
  const written = tickBoxes(bytes, findIn(rows), usualMarks, changes)
  return Buffer.compare(bytes, written) === 0 ? [] : [{ path: file, bytes: written }]
}

export const checklist: PlanFormat = {
  name: 'checklist',
  writes: ['tick', 'untick', 'status'],
  detect,
  read,
  write,
  compose: composeChecklist,
}
