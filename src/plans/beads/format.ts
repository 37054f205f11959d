// Beads as plans: issues.jsonl and the files beside it, with blocking edges, epics as groups, and closing in place.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { withoutDoneCircles } from '../json/done.ts'
import { jsonLinesBytesAtMost } from '../json/lines.ts'
import { assemble } from '../reading/assemble.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { cleanPath } from '../reading/where.ts'
import { besideOf } from './beside.ts'
import { changed } from './changes.ts'
import { draftsOf } from './choice.ts'
import { composeBeads } from './compose.ts'
import { Finder } from './finder.ts'
import { readLedger } from './ledger.ts'

const names = ['issues.jsonl', 'beads.jsonl', '.beads/issues.jsonl', '.beads/beads.jsonl']
const peekBytes = 65_536

/** The file itself, its folder, or the folder of the project; undefined when there is none. */
async function fileAt(files: Files, path: string): Promise<string | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined) return undefined
  if (/\.jsonl$/i.test(clean)) return (await files.read(clean)) === null ? undefined : clean
  for (const name of names) {
    const file = clean === '' ? name : `${clean}/${name}`
    if ((await files.read(file)) !== null) return file
  }
  return undefined
}

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null) return undefined
  const head = Buffer.from(bytes.subarray(0, peekBytes)).toString('latin1')
  if (!/"id"\s{0,9}:\s{0,9}"[^"\n]{1,200}"/.test(head) || !/"title"\s{0,9}:/.test(head)) return undefined
  const marks = ['"issue_type"', '"priority"', '"status"', '"created_at"'].filter((mark) => head.includes(mark))
  if (marks.length >= 3) return { sure: 0.95, why: `${file} has an issue of beads in each line` }
  return /(?:^|\/)\.beads\//.test(file) ? { sure: 0.85, why: `${file} is where beads keeps its issues` } : undefined
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const notes = new Notes()
  const found = await fileAt(files, path)
  const file = found ?? cleanPath(path) ?? path
  const bytes = found === undefined ? null : await files.read(found)
  const give = (items: readonly PlanItem[], read: readonly string[]): PlanRead => {
    return { format: 'beads', source: path, tickFile: file, files: read, items, notes: notes.all(file) }
  }
  if (bytes === null) {
    const text = `There is no issues.jsonl at ${quoted(path, 200)} in this revision.`
    notes.error('missing', { file, line: 1 }, text, 'Write it (bd export -o .beads/issues.jsonl), and commit it.')
    return give([], [])
  }
  const beside = await besideOf(files, file, notes)
  const ledger = readLedger(bytes, file, beside, notes)
  const drafts = draftsOf(ledger, bytes, file, beside, notes)
  if (drafts.length === 0) {
    if (!notes.broken)
      notes.error('empty', { file, line: 1 }, 'No issue in this file is open.', 'Create one (bd create).')
    return give([], ledger.files)
  }
  const { steps, groups } = assemble(withoutDoneCircles(drafts, notes), notes, { ordered: false })
  const project =
    file
      .replace(/(?:^|\/)(?:\.beads\/)?[^/]*$/, '')
      .split('/')
      .at(-1) ?? ''
  const id = project === '' ? 'beads' : itemId(`beads-${project}`)
  const title = project === '' ? 'Issues of beads' : `Issues of ${quoted(project, 100)}`
  const about = {
    id,
    title,
    brief: title,
    priority: 3,
    policy: 'graph',
    workflow: 'beads@1',
    openChecklists: [],
  } as const
  return give([{ ...about, steps, groups }], ledger.files)
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null || bytes.length > jsonLinesBytesAtMost) return []
  const edges = await files.read(`${file.slice(0, file.lastIndexOf('/') + 1)}dependencies.jsonl`)
  return changed(new Finder(bytes, edges), bytes, file, changes)
}

export const beads: PlanFormat = {
  name: 'beads',
  writes: ['tick', 'untick', 'status', 'note', 'block'],
  detect,
  read,
  write,
  compose: composeBeads,
}
