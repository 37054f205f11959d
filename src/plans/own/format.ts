// Plans in Baton's own JSON: what `baton plan convert --to json` writes and programs make.
import { isUtf8 } from 'node:buffer'
import type { FileWritten, PlanChange, PlanItem, PlanNote, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { type JsonRead, readJson } from '../../core/text/json.ts'
import { quoted } from '../../core/text/neutral.ts'
import { assemble } from '../reading/assemble.ts'
import { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import { cleanPath } from '../reading/where.ts'
import { composeJson } from './compose.ts'
import { marker, type OwnItem, planShape } from './shape.ts'

const bytesAtMost = 8 * 1024 * 1024

/** The file's text, or why there is none. */
async function textAt(files: Files, path: string): Promise<{ file: string; text: string } | { why: string }> {
  const file = cleanPath(path)
  if (file === undefined || !/\.json$/i.test(file)) return { why: 'Its name does not end in .json.' }
  const bytes = await files.read(file)
  if (bytes === null) return { why: 'There is no such file in this revision.' }
  if (bytes.length > bytesAtMost) return { why: 'It is larger than 8 MiB.' }
  if (!isUtf8(bytes)) return { why: 'It is not valid UTF-8.' }
  return { file, text: Buffer.from(bytes).toString() }
}

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const found = await textAt(files, path)
  if ('why' in found || !found.text.slice(0, 4096).includes(`"${marker}"`)) return undefined
  return { sure: 0.98, why: `${found.file} says "format": "${marker}"` }
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const found = await textAt(files, path)
  const file = 'why' in found ? path : found.file
  const give = (items: readonly PlanItem[], notes: readonly PlanNote[]): PlanRead => {
    return { format: 'json', source: path, tickFile: file, items, notes }
  }
  if ('why' in found) {
    const remedy = 'Name a JSON file of the repository, in UTF-8.'
    return give([], [{ file, line: 1, level: 'error', kind: 'missing', text: found.why, remedy }])
  }
  const json = readJson(found.text, file)
  if (json.value === undefined) return give([], json.notes)
  const parsed = planShape.safeParse(json.value)
  if (!parsed.success)
    return give([], [...json.notes, ...parsed.error.issues.slice(0, 20).map((issue) => faultOf(json, issue))])
  const notes = new Notes()
  const seen = new Set<string>()
  const items = parsed.data.items.map((item, at) => {
    if (seen.has(item.id))
      notes.error('duplicate', json.at(['items', at, 'id']), `The item ${item.id} stands here twice.`, 'Rename one.')
    seen.add(item.id)
    return itemOf(item, at, json, notes)
  })
  return give(items, [...json.notes, ...notes.all(file)])
}

function faultOf(json: JsonRead, issue: { readonly path: PropertyKey[]; readonly message: string }): PlanNote {
  const path = issue.path.filter((key) => typeof key !== 'symbol')
  const text = `${path.join('.') || 'The plan'}: ${issue.message}.`
  return {
    ...json.at(path),
    level: 'error',
    kind: 'shape',
    text: quoted(text, 400),
    remedy: 'See docs/plans/json.md for the fields.',
  }
}

function itemOf(item: OwnItem, at: number, json: JsonRead, notes: Notes): PlanItem {
  const keys = new Map<string, number>()
  const drafts: Draft[] = []
  const take = (draft: Draft): void => {
    const twin = keys.get(draft.key)
    if (twin !== undefined)
      notes.error(
        'duplicate',
        draft.place,
        `${draft.key} stands here and in line ${twin}.`,
        'Give one of them a key of its own.',
      )
    else drafts.push(draft)
    keys.set(draft.key, twin ?? draft.place.line)
  }
  for (const [index, { parent, ...group }] of item.groups.entries()) {
    const place = json.at(['items', at, 'groups', index])
    take({ ...group, brief: '', place, ...(parent === undefined ? {} : { parent }) })
  }
  for (const [index, step] of item.steps.entries()) {
    const { after, brief, locks: _, readsOnly: __, ...said } = step
    const place = json.at(['items', at, 'steps', index])
    const edges = after.map((key, edge) => ({ key, at: json.at(['items', at, 'steps', index, 'after', edge]) }))
    take({
      ...present(said),
      key: step.key,
      title: step.title,
      ticked: step.ticked,
      brief: brief ?? step.title,
      place,
      after: edges,
    })
  }
  const { steps, groups } = assemble(drafts, notes, { ordered: item.policy === 'graph' })
  const own = new Map(item.steps.map((step) => [step.key, step]))
  const given = new Set(item.groups.map(({ key }) => key))
  for (const step of steps)
    if (given.has(step.key))
      notes.error(
        'empty-group',
        step.place ?? json.at([]),
        `The group ${step.key} holds no step.`,
        'Delete it, or name it as a parent.',
      )
  return {
    ...present({ branch: item.branch, owner: item.owner, labels: item.labels }),
    id: item.id,
    title: item.title,
    brief: item.brief ?? item.title,
    priority: item.priority,
    policy: item.policy,
    workflow: 'direct',
    steps: steps.map((step) => ({
      ...step,
      ...present({ locks: own.get(step.key)?.locks ?? [], readsOnly: own.get(step.key)?.readsOnly }),
      brief: own.get(step.key)?.brief ?? step.title,
    })),
    groups,
    openChecklists: [],
  }
}

/** Without the fields that were not given. */
function present<T extends object>(one: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as never
}

/** The one word `true` or `false` after "ticked", or the member put before the first of its step. */
async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const found = await textAt(files, path)
  if ('why' in found) return []
  const json = readJson(found.text, found.file)
  const parsed = json.value === undefined ? undefined : planShape.safeParse(json.value)
  if (parsed?.success !== true) return []
  const edits = new Map<number, { end: number; text: string }>()
  for (const change of changes) {
    if (change.kind !== 'tick' && change.kind !== 'untick') continue
    for (const [at, item] of parsed.data.items.entries()) {
      if (change.item !== undefined && change.item !== item.id) continue
      const index = item.steps.findIndex(({ key }) => key === change.key)
      const span = index < 0 ? undefined : json.span(['items', at, 'steps', index, 'ticked'])
      if (span !== undefined) edits.set(span.start, { end: span.end, text: String(change.kind === 'tick') })
    }
  }
  let text = found.text
  for (const [start, { end, text: word }] of [...edits].sort(([a], [b]) => b - a))
    text = text.slice(0, start) + word + text.slice(end)
  return text === found.text ? [] : [{ path: found.file, bytes: Buffer.from(text) }]
}

export const json: PlanFormat = { name: 'json', writes: ['tick', 'untick'], detect, read, write, compose: composeJson }
