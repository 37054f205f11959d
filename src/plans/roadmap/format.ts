// Roadmaps as plans: a Markdown file with phases, lists and tables, or a JSON list of entries; one item, a step for each entry.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { readJson } from '../../core/text/json.ts'
import { quoted } from '../../core/text/neutral.ts'
import { rowsOf } from '../lists/boxes.ts'
import { signsIn } from '../lists/signs.ts'
import { assemble } from '../reading/assemble.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { readFileOf } from '../reading/opening.ts'
import { inPhases } from '../reading/order.ts'
import { cleanPath } from '../reading/where.ts'
import { isEntry, listIn, readEntries, writeEntries } from './entry-list.ts'
import { type RoadmapRead, readMarkdown } from './markdown.ts'
import { isOfEntries, tablesIn } from './table.ts'
import { rankOf } from './words.ts'
import { writeMarkdown } from './writing.ts'

const markdown = /\.(?:md|markdown|mdown|mkd)$/i
const known = /\.(?:md|markdown|mdown|mkd|json)$/i
const usualNames = [
  'ROADMAP.md',
  'roadmap.md',
  'Roadmap.md',
  'docs/ROADMAP.md',
  'docs/roadmap.md',
  'roadmap.json',
  'docs/roadmap.json',
]

/** The file itself, or the only roadmap of a usual name in a folder. */
async function fileAt(files: Files, path: string): Promise<string | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined || known.test(clean)) return clean
  const folder = clean === '' ? '' : `${clean}/`
  const found: string[] = []
  for (const name of usualNames) if ((await files.read(`${folder}${name}`)) !== null) found.push(`${folder}${name}`)
  return found.length === 1 ? found[0] : undefined
}

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null) return undefined
  return markdown.test(file) ? detectMarkdown(bytes, file, cleanPath(path) === file) : detectJson(bytes, file)
}

function detectMarkdown(bytes: Uint8Array, file: string, named: boolean): { sure: number; why: string } | undefined {
  const { boxes, other, roadmap } = signsIn(bytes, file)
  if (roadmap === 0) return undefined
  const rows = rowsOf(bytes.subarray(0, 1_048_576), file, new Notes())
  const tables = rows === undefined ? 0 : tablesIn(rows).filter(isOfEntries).length
  const lists = rows?.all.some(({ kind }) => kind === 'bullet' || kind === 'box') === true
  if (tables === 0 && !lists) return undefined
  const has = tables > 0 ? 'a table of entries' : boxes > 0 ? 'boxes' : 'lists'
  const why = `${file} looks like a roadmap: ${signsSaid(file, roadmap)}, with ${has}`
  if (other !== undefined) return { sure: 0.3, why: `${why}; but ${other}` }
  const sure = roadmap >= 2 ? 0.9 : tables > 0 ? 0.85 : 0.45
  return { sure: named ? sure : Math.min(sure, 0.6), why }
}

function signsSaid(file: string, roadmap: number): string {
  if (/road-?_?map/i.test(file.slice(file.lastIndexOf('/') + 1))) return 'by its name'
  return roadmap >= 2
    ? 'by its title, its phases or its columns'
    : 'by its title, its phases, or its columns, and by one of them only'
}

/** Cheap: the words must be there before anything is parsed. */
function detectJson(bytes: Uint8Array, file: string): { sure: number; why: string } | undefined {
  if (bytes.length > 8 * 1024 * 1024) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  if (!text.includes('"phase"') || !text.includes('"prompt"')) return undefined
  const list = listIn(readJson(text, file).value)?.list ?? []
  if (list.length === 0 || !list.slice(0, 20).some(isEntry)) return undefined
  const sure = /road-?_?map/i.test(file.slice(file.lastIndexOf('/') + 1)) ? 0.95 : 0.85
  return { sure, why: `${file} is a list of entries with id, title, phase and prompt` }
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const named = await fileAt(files, path)
  const opening = {
    ...{ format: 'roadmap', source: path, found: named, otherwise: path },
    missing: {
      text: `There is no roadmap ${quoted(named ?? path, 200)} in this revision.`,
      remedy: 'Name a committed roadmap in Markdown or JSON.',
    },
    empty: {
      text: 'No entry was found in this roadmap.',
      remedy: 'Write entries as a list under a heading such as "Phase 1", or as a table with a Status column.',
    },
  }
  return readFileOf(files, opening, (bytes, file, notes) => {
    const found = markdown.test(file) ? readMarkdown(bytes, file, notes) : readEntries(bytes, file, notes)
    return found === undefined || found.drafts.length === 0 ? [] : [itemOf(found, file, notes)]
  })
}

function itemOf({ drafts, phases, title }: RoadmapRead, file: string, notes: Notes): PlanItem {
  const { steps, groups, stated } = assemble(drafts, notes)
  const [name = 'roadmap', folder = ''] = file.replace(known, '').split('/').toReversed()
  const shown = quoted(title, 200) || name
  return {
    id: itemId(/^roadmap$/i.test(name) && folder !== '' ? `${folder}-${name}` : name),
    title: shown,
    brief: shown,
    priority: 3,
    policy: stated ? 'graph' : 'document',
    workflow: 'direct@1',
    steps: phased(steps, phases),
    ...(groups.length === 0 ? {} : { groups }),
    openChecklists: [],
  }
}

/** Phases come one after the other: by number where all have one, else as they stand. */
function phased(steps: readonly StepSpec[], phases: ReadonlyMap<string, string>): readonly StepSpec[] {
  const held = new Map<string, number[]>()
  for (const [at, { key, parent }] of steps.entries()) {
    const phase = phases.get(key) ?? phases.get(parent ?? '')
    if (phase !== undefined)
      held
        .set(phase, held.get(phase) ?? [])
        .get(phase)
        ?.push(at)
  }
  const all = [...held]
  const ranked = all.every(([phase]) => rankOf(phase) !== undefined)
  const sorted = ranked ? all.toSorted(([a], [b]) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0)) : all
  return inPhases(
    steps,
    sorted.map(([, indices]) => indices),
  )
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null) return []
  const written = markdown.test(file) ? writeMarkdown(bytes, file, changes) : writeEntries(bytes, changes)
  return Buffer.compare(bytes, written) === 0 ? [] : [{ path: file, bytes: written }]
}

export const roadmap: PlanFormat = { name: 'roadmap', writes: ['tick', 'untick', 'status'], detect, read, write }
