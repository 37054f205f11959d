// Kiro specs as plans: .kiro/specs/<name>/tasks.md with the requirements and the design beside it, an item for each spec.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { rowsOf } from '../lists/boxes.ts'
import { findIn } from '../lists/finding.ts'
import { numbered } from '../lists/numbers.ts'
import { headOf } from '../lists/signs.ts'
import { tickBoxes } from '../lists/ticks.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { cleanPath } from '../reading/where.ts'
import { isLeftOut, kiroMarks, readSpec } from './tasks.ts'

interface Found {
  /** Each tasks.md. */
  readonly tasks: readonly string[]
  /** The folder of all specs, when that is what was named. */
  readonly folder?: string
  /** Specs that have no tasks yet. */
  readonly bare: readonly string[]
}

const specsAtMost = 500

/** From a tasks.md, the folder of a spec, of all specs, `.kiro`, or the project. */
async function find(files: Files, path: string): Promise<Found | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined) return undefined
  if (/\.md$/i.test(clean)) return (await files.read(clean)) === null ? undefined : { tasks: [clean], bare: [] }
  const spec = `${clean}/tasks.md`
  if (clean !== '' && (await files.read(spec)) !== null) return { tasks: [spec], bare: [] }
  const under = clean === '' ? '' : `${clean}/`
  const folder = /(?:^|\/)\.kiro\/specs$/.test(clean)
    ? under
    : /(?:^|\/)\.kiro$/.test(clean)
      ? `${under}specs/`
      : `${under}.kiro/specs/`
  const listed = (await files.list(folder.slice(0, -1))).filter((file) => file.startsWith(folder))
  const specs = listed.filter((file) =>
    /^[^/]{1,200}\/(?:tasks|requirements|bugfix)\.md$/.test(file.slice(folder.length)),
  )
  const tasks = specs.filter((file) => file.endsWith('/tasks.md')).toSorted()
  const folders = new Set(specs.map((file) => file.slice(0, file.lastIndexOf('/') + 1)))
  const bare = [...folders].filter((each) => !tasks.includes(`${each}tasks.md`)).toSorted()
  return tasks.length === 0 ? undefined : { tasks: tasks.slice(0, specsAtMost), folder, bare }
}

const box = /^[ \t]{0,40}[-*+][ \t]{1,8}\[[ xX~-]\]\*?[ \t]/m
const judged = /^[ \t]{1,12}[-*][ \t]{1,8}_[^\n_:：]{1,40}[:：][ \t]{0,4}\d{1,4}(?:\.\d{1,4})?\b/m

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const found = await find(files, path)
  const [file] = found?.tasks ?? []
  if (found === undefined || file === undefined) return bare(files, path)
  if (found.folder !== undefined) {
    const specs = found.tasks.length === 1 ? 'one spec' : `${found.tasks.length} specs`
    return { sure: 0.95, why: `${found.folder} has ${specs} with tasks, such as ${file}` }
  }
  const text = headOf((await files.read(file)) ?? new Uint8Array())
  if (!box.test(text)) return undefined
  if (/(?:^|\/)\.kiro\/specs\/[^/]{1,200}\/tasks\.md$/.test(file))
    return { sure: 0.97, why: `${file} lies where Kiro keeps its specs` }
  if (!judged.test(text)) return undefined
  const named = /(?:^|\/)tasks\.md$/.test(file)
  return { sure: named ? 0.85 : 0.6, why: `${file} has tasks with lines such as "_Requirements: 1.1_"` }
}

async function bare(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined || !/(?:^|\/)\.kiro\/specs\/[^/]{1,200}$/.test(clean)) return undefined
  if ((await files.read(`${clean}/requirements.md`)) === null) return undefined
  return { sure: 0.6, why: `${clean}/ has a requirements.md, but no tasks.md yet` }
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const found = await find(files, path)
  const first = found?.tasks[0] ?? ''
  const notes: PlanRead['notes'][number][] = []
  const items: PlanItem[] = []
  const files_: string[] = []
  if (found === undefined) {
    const missing = new Notes()
    const shown = quoted(path, 200)
    const remedy = 'Let Kiro write it (or write "- [ ] 1. what to do"), and commit it.'
    missing.error('missing', { file: path, line: 1 }, `There is no Kiro spec with a tasks.md at ${shown}.`, remedy)
    notes.push(...missing.all(path))
  }
  const taken = new Map<string, string>()
  for (const file of found?.tasks ?? []) {
    const own = new Notes()
    const spec = await readSpec(files, file, own)
    const twin = spec.item === undefined ? undefined : taken.get(spec.item.id)
    if (twin !== undefined) {
      const text = `The spec in ${quoted(file, 200)} has the same name as that in ${quoted(twin, 200)}.`
      own.error('duplicate', { file, line: 1 }, text, 'Rename one of the folders.')
    } else if (spec.item !== undefined) {
      taken.set(spec.item.id, file)
      items.push(spec.item)
    }
    files_.push(...spec.files)
    notes.push(...own.all(file))
  }
  for (const folder of found?.bare ?? []) {
    const text = `The spec in ${quoted(folder, 200)} has no tasks.md yet; it is left out.`
    notes.push({ file: folder, line: 1, level: 'warning', kind: 'no-tasks', text, remedy: 'Let Kiro write its tasks.' })
  }
  return { format: 'kiro', source: path, tickFile: found?.folder ?? first, files: files_, items, notes }
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const written: FileWritten[] = []
  const tasks = (await find(files, path))?.tasks ?? []
  for (const file of tasks) {
    const id = itemId(file.split('/').at(-2) ?? 'tasks')
    const own = changes.filter(({ item }) => item === undefined || item === id)
    const bytes = own.length === 0 ? null : await files.read(file)
    const rows = bytes === null ? undefined : rowsOf(bytes, file, new Notes())
    if (bytes === null || rows === undefined) continue
    const now = tickBoxes(bytes, numbered(findIn(rows, { strict: true }), isLeftOut), kiroMarks, own)
    if (Buffer.compare(bytes, now) !== 0) written.push({ path: file, bytes: now })
  }
  return written
}

export const kiro: PlanFormat = { name: 'kiro', writes: ['tick', 'untick', 'status'], detect, read, write }
