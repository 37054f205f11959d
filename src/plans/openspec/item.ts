// Makes an item of one OpenSpec change: its tasks, with the proposal, the design and the spec deltas named to whoever does them.
import type { PlanItem } from '../../core/nouns/plan.ts'
import type { Files } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { readYaml } from '../../core/text/yaml.ts'
import { rowsOf } from '../lists/boxes.ts'
import { type Listed, readList } from '../lists/lists.ts'
import { usualMarks } from '../lists/marks.ts'
import { numberedParents } from '../lists/numbers.ts'
import { passageOf, titleOf } from '../lists/outline.ts'
import { assemble } from '../reading/assemble.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { inFileOrder } from '../reading/order.ts'
import { pathsIn } from '../reading/paths.ts'
import type { Draft } from '../reading/tree.ts'
import type { Change } from './changes.ts'

export interface ChangeRead {
  readonly item?: PlanItem
  readonly files: readonly string[]
}

const lettersOfWhy = 4000
const deltasAtMost = 50

export async function readChange(files: Files, change: Change, notes: Notes): Promise<ChangeRead> {
  const file = `${change.folder}tasks.md`
  const bytes = await files.read(file)
  if (bytes === null) {
    const text = `The change ${quoted(change.id)} has no tasks.md yet; it is left out.`
    notes.warning('no-tasks', { file: `${change.folder}proposal.md`, line: 1 }, text, 'Let OpenSpec write its tasks.')
    return { files: [] }
  }
  const listed = readList(bytes, file, notes, { marks: usualMarks, strict: true })
  if (listed === undefined || listed.entries.length === 0) {
    const text = `No task was found in the change ${quoted(change.id)}.`
    if (!notes.broken) notes.error('empty', { file, line: 1 }, text, 'Write tasks as "- [ ] 1.1 what to do".')
    return { files: [file] }
  }
  const proposal = await files.read(`${change.folder}proposal.md`)
  const { title, why } = proposalIn(proposal, `${change.folder}proposal.md`)
  const deltas = change.files.filter((each) => /^specs\/.{1,300}\.md$/.test(each)).slice(0, deltasAtMost)
  const beside = ['proposal.md', 'design.md'].filter((each) => change.files.includes(each))
  const documents = [...beside, ...deltas].map((each) => `${change.folder}${each}`)
  await warnOfOrder(files, change, notes)
  const about = { change, title: title || ownTitle(listed.title) || change.id, why, documents }
  return {
    item: itemOf(listed, about, notes),
    files: [file, ...(proposal === null ? [] : [`${change.folder}proposal.md`])],
  }
}

interface About {
  readonly change: Change
  readonly title: string
  readonly why: string
  readonly documents: readonly string[]
}

function itemOf(listed: Listed, { change, title, why, documents }: About, notes: Notes): PlanItem {
  const { outline, entries } = listed
  const parents = numberedParents(outline.rows, entries)
  const holds = new Set(parents)
  const drafts = listed.drafts.flatMap((found, at): Draft[] => {
    if (found === undefined) return []
    const { parent: _, ...draft } = found
    const above = listed.drafts[parents[at] ?? -1]?.key
    const brief = holds.has(at) ? draft.brief : withDocuments(draft.brief, documents)
    const { status: __, ...past } = draft
    const own = change.archived ? { ...past, ticked: true } : draft
    return [{ ...own, brief, writes: pathsIn(draft.brief), ...(above === undefined ? {} : { parent: above }) }]
  })
  const { steps, groups, stated } = assemble(drafts, notes)
  const own = new Set(drafts.flatMap(({ key, after }) => (after === undefined ? [] : [key])))
  const shown = quoted(title, 200)
  return {
    id: itemId(change.id),
    title: shown,
    brief: why === '' ? shown : `${shown}\n\n${why}`,
    priority: 3,
    policy: stated ? 'graph' : 'document',
    workflow: 'direct@1',
    steps: stated ? inFileOrder(steps, own) : steps,
    ...(groups.length === 0 ? {} : { groups }),
    openChecklists: [],
  }
}

/** "Tasks: Search" says Search, and "Implementation Tasks" nothing. */
function ownTitle(title: string): string {
  return title.replace(/^(?:implementation\s{1,2})?(?:tasks?|plan|checklist)\b\s{0,4}[:–—-]?\s{0,4}/i, '')
}

function withDocuments(brief: string, documents: readonly string[]): string {
  if (documents.length === 0) return brief
  return `${brief}\n\nRead first: ${documents.map((file) => `\`${file}\``).join(', ')}`
}

/** Its first heading, when it is the only one of its level, and what stands under "Why". */
function proposalIn(bytes: Uint8Array | null, file: string): { title: string; why: string } {
  const rows = bytes === null ? undefined : rowsOf(bytes, file, new Notes())
  if (rows === undefined) return { title: '', why: '' }
  const headings = rows.all.filter(({ kind }) => kind === 'heading')
  const top = headings.find(({ level }) => level === 1)
  const at = rows.all.findIndex(
    (row) => row.kind === 'heading' && /^(?:why|summary|problem|motivation)\b/i.test(titleOf(rows, row)),
  )
  const next = rows.all.findIndex((row, index) => index > at && row.kind === 'heading')
  const said = at < 0 ? [] : rows.all.slice(at + 1, next < 0 ? undefined : next)
  const why = passageOf(rows, said)
  const title = titleOf(rows, top).replace(/^(?:change|proposal|change proposal)\s{0,4}[:–—-]\s{0,4}/i, '')
  return { title: /^(?:proposal|change|why)$/i.test(title) ? '' : title, why: why.slice(0, lettersOfWhy) }
}

/** Changes are items of their own here; that one should land before another is said and not kept. */
async function warnOfOrder(files: Files, { folder, id }: Change, notes: Notes): Promise<void> {
  const file = `${folder}.openspec.yaml`
  const bytes = await files.read(file)
  if (bytes === null || bytes.length > 65_536) return
  const { value, at } = readYaml(
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
    file,
  )
  const named = typeof value === 'object' && value !== null && 'dependsOn' in value ? value.dependsOn : undefined
  const others = (Array.isArray(named) ? named : []).filter((each): each is string => typeof each === 'string')
  if (others.length === 0) return
  const text = `${quoted(id)} depends on ${quoted(others.join(', '), 200)}; Baton does not hold one change back for another.`
  notes.warning('between-changes', at(['dependsOn']), text, 'Run those changes first.')
}
