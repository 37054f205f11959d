// OpenSpec changes as plans: openspec/changes/<id>/ with a tasks.md beside its proposal, an item for each open change.
import type { FileWritten, PlanChange, PlanItem, PlanNote, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { rowsOf } from '../lists/boxes.ts'
import { findIn } from '../lists/finding.ts'
import { usualMarks } from '../lists/marks.ts'
import { numbered } from '../lists/numbers.ts'
import { signsIn } from '../lists/signs.ts'
import { tickBoxes } from '../lists/ticks.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { findChanges } from './changes.ts'
import { readChange } from './item.ts'

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const changes = await findChanges(files, path)
  const [first] = changes?.found ?? []
  if (changes === undefined || first === undefined) return undefined
  const ready = changes.found.find((change) => change.files.includes('tasks.md'))
  const placed = /(?:^|\/)openspec\/changes\//.test(first.folder)
  if (ready === undefined)
    return { sure: placed ? 0.6 : 0.3, why: `${first.folder} has a proposal, but no tasks.md yet` }
  const file = `${ready.folder}tasks.md`
  if (changes.folder !== undefined) {
    const count = changes.found.length === 1 ? 'one change' : `${changes.found.length} changes`
    return { sure: placed ? 0.95 : 0.85, why: `${changes.folder} has ${count}, such as ${file}` }
  }
  const bytes = await files.read(file)
  if (bytes === null || signsIn(bytes, file).boxes === 0) return undefined
  if (placed) return { sure: 0.97, why: `${file} lies where OpenSpec keeps its changes` }
  return { sure: 0.85, why: `${file} lies beside a proposal.md` }
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const changes = await findChanges(files, path)
  const notes: PlanNote[] = []
  const items: PlanItem[] = []
  const taken: string[] = []
  for (const change of changes?.found ?? []) {
    const own = new Notes()
    const { item, files: read } = await readChange(files, change, own)
    if (item !== undefined) {
      const twin = items.some(({ id }) => id === item.id)
      const text = `Two changes are named ${item.id}, or so much alike that they cannot be told apart.`
      if (twin) own.error('duplicate', { file: `${change.folder}tasks.md`, line: 1 }, text, 'Rename one of them.')
      else items.push(item)
    }
    taken.push(...read)
    notes.push(...own.all(`${change.folder}tasks.md`))
  }
  if (items.length === 0 && !notes.some(({ level }) => level === 'error')) {
    const missing = new Notes()
    const text = `There is no OpenSpec change with a tasks.md at ${quoted(path, 200)}.`
    missing.error('missing', { file: path, line: 1 }, text, 'Let OpenSpec write its tasks, and commit them.')
    notes.push(...missing.all(path))
  }
  const [only] = changes?.found ?? []
  const past = changes?.found.every(({ archived }) => archived) === true
  const tickFile = past ? '' : (changes?.folder ?? `${only?.folder ?? ''}tasks.md`)
  return { format: 'openspec', source: path, tickFile, files: taken, items, notes }
}

/** What was archived is past, and stays as it is. */
async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const written: FileWritten[] = []
  for (const change of (await findChanges(files, path))?.found ?? []) {
    const id = itemId(change.id)
    const own = change.archived ? [] : changes.filter(({ item }) => item === undefined || item === id)
    const file = `${change.folder}tasks.md`
    const bytes = own.length === 0 ? null : await files.read(file)
    const rows = bytes === null ? undefined : rowsOf(bytes, file, new Notes())
    if (bytes === null || rows === undefined) continue
    const now = tickBoxes(bytes, numbered(findIn(rows, { strict: true })), usualMarks, own)
    if (Buffer.compare(bytes, now) !== 0) written.push({ path: file, bytes: now })
  }
  return written
}

export const openspec: PlanFormat = { name: 'openspec', writes: ['tick', 'untick', 'status'], detect, read, write }
