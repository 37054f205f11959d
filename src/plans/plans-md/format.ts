// Living plans: a plans.md with stages, tasks and a work log, which people and models read and keep true together.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { assemble } from '../reading/assemble.ts'
import { markBlocks } from '../reading/blocks.ts'
import { bytesAtMost, linesOf, readable, warnOfLongLines } from '../reading/lines.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { folderOf } from '../reading/where.ts'
import { draftsOf, type Reading, warnOfStates } from './drafts.ts'
import { Research } from './research.ts'
import { shown } from './rows.ts'
import { type Outline, scan } from './scan.ts'
import { Scribe } from './scribe.ts'

const name = 'plans-md'
const task = /^[ \t]{0,40}[-*+][ \t]{1,8}\[[ xX]\][ \t]{1,8}[*_]{0,3}S\d{1,6}\.\d{1,6}(?![\w])/m
const stage = /^[ \t]{0,40}(?:[-*+][ \t]{1,8}\[[ xX]\][ \t]{1,8}[*_]{0,3}|#{1,6}[ \t]{1,8})Stage[ \t]{1,4}\d{1,6}/im

function placeOf(path: string): { readonly folder: string; readonly file: string } | undefined {
  const where = folderOf(path, /\.md$/i)
  return where && { folder: where.folder, file: where.file ?? `${where.folder}plans.md` }
}

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const place = placeOf(path)
  const bytes = place === undefined ? null : await files.read(place.file)
  if (place === undefined || bytes === null) return undefined
  const text = Buffer.from(bytes.subarray(0, 1_048_576)).toString('latin1')
  const [tasks, stages] = [task.test(text), stage.test(text)]
  const isNamed = /(?:^|\/)plans\.md$/i.test(place.file)
  const like = '"- [ ] **S1.1 – …**"'
  if (tasks && stages) return { sure: 0.95, why: `${place.file} has stages, and tasks such as ${like}` }
  if (tasks) return { sure: isNamed ? 0.85 : 0.6, why: `${place.file} has tasks such as ${like}, but no stage` }
  if (stages && isNamed) return { sure: 0.6, why: `${place.file} has stages, but no task such as ${like}` }
  return undefined
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const place = placeOf(path)
  const { folder, file } = place ?? { folder: '', file: path }
  const notes = new Notes()
  const bytes = place === undefined ? null : await files.read(file)
  const give = (items: readonly PlanItem[], beside: readonly string[]): PlanRead => {
    return { format: name, source: path, tickFile: file, files: [file, ...beside], items, notes: notes.all(file) }
  }
  if (bytes === null) {
    const text = `There is no file ${quoted(file, 200)} in this revision.`
    notes.error('missing', { file, line: 1 }, text, 'Write it, and commit it.')
    return give([], [])
  }
  if (!readable(bytes, file, notes)) return give([], [])
  const outline = scan(Buffer.from(bytes).toString('latin1'), file, notes)
  const research = await new Research(folder, notes).open(files)
  const lines = linesOf(bytes)
  markBlocks(lines, file, new Notes())
  warnOfLongLines(lines, file, notes)
  const reading: Reading = { lines, outline, file, research, notes }
  const { steps, groups, stated } = assemble(draftsOf(reading), notes)
  warnOfStates(reading)
  if (steps.length === 0) {
    const remedy = 'Write tasks as "- [ ] **S1.1 – what to do**".'
    if (!notes.broken) notes.error('empty', { file, line: 1 }, 'No task was found in this file.', remedy)
    return give([], research.read)
  }
  const title = titleOf(outline) || folder.split('/').at(-2) || 'plans'
  const owner = ownerOf(outline)
  const item: PlanItem = {
    id: itemId(title),
    title,
    brief: [title, ...introOf(outline)].join('\n'),
    ...(owner === '' ? {} : { owner }),
    priority: 3,
    policy: stated ? 'graph' : 'document',
    workflow: 'direct@1',
    steps,
    groups,
    openChecklists: [],
  }
  return give([item], research.read)
}

/** Without the word that says only that it is a plan. */
function titleOf({ title, text }: Outline): string {
  if (title === undefined) return ''
  const words = quoted(shown(text, title.from, Math.min(title.to, title.from + 2000)).replace(/[*`]/g, ''), 200)
  return words.replace(/(?:^|\s{1,4}[–—:-]\s{1,4})(?:plans?|roadmap)$/i, '').trim()
}

function ownerOf({ header, text }: Outline): string {
  const value = header.find((one) => one.name === 'primary owner')?.value
  const owner =
    value === undefined ? '' : quoted(shown(text, value.from, Math.min(value.to, value.from + 400)).replace(/`/g, ''))
  return /^<.*>$/.test(owner) ? '' : owner
}

function introOf({ intro, text }: Outline): string[] {
  const lines = intro.slice(0, 40).map(({ from, to }) => shown(text, from, Math.min(to, from + 2000)))
  return lines.length === 0 ? [] : ['', ...lines.map((line) => line.replace(/^>[ \t]?/, '').trimEnd())]
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const place = placeOf(path)
  const bytes = place === undefined ? null : await files.read(place.file)
  if (place === undefined || bytes === null || bytes.length > bytesAtMost) return []
  const scribe = new Scribe(bytes, place.file)
  const issues = `${place.folder}issues.md`
  if (changes.some(({ kind }) => kind === 'block')) scribe.openIssues(await files.read(issues))
  for (const change of changes) scribe.take(change)
  const { plan, blockers } = scribe.written()
  return [
    ...(plan === undefined ? [] : [{ path: place.file, bytes: plan }]),
    ...(blockers === undefined ? [] : [{ path: issues, bytes: blockers }]),
  ]
}

export const plansMd: PlanFormat = {
  name,
  writes: ['tick', 'untick', 'status', 'note', 'block', 'log'],
  keepsHistory: true,
  detect,
  read,
  write,
}
