// Makes an item of one Kiro spec: its tasks by their numbers, judged by its requirements, ordered by its graph.
import type { PlanItem } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import type { Files } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { isStarred, type Row, type Rows, rowsOf, textOf } from '../lists/boxes.ts'
import { type Listed, readList } from '../lists/lists.ts'
import { numberedParents } from '../lists/numbers.ts'
import { titleOf } from '../lists/outline.ts'
import { type Boxes, type Marks, markOf } from '../lists/ticks.ts'
import { assemble } from '../reading/assemble.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { inFileOrder } from '../reading/order.ts'
import { pathsIn } from '../reading/paths.ts'
import type { Draft } from '../reading/tree.ts'
import { type Details, detailsIn } from './details.ts'
import { type Requirements, readRequirements } from './requirements.ts'
import { type Waves, wavesIn } from './waves.ts'

/** `[-]` is in progress, `[~]` waits in Kiro's queue. */
const meanings: Readonly<Record<string, PlanStatus>> = { ' ': 'open', '~': 'open', '-': 'doing' }
export const kiroMarks: Marks = {
  read: (mark) => (Object.hasOwn(meanings, mark) ? meanings[mark] : undefined),
  write: (status) => (status === 'open' ? ' ' : status === 'doing' ? '-' : undefined),
}

export interface Spec {
  readonly item?: PlanItem
  readonly files: readonly string[]
}

const starredNumber = /^[\d.]{1,40}\*(?:\s|$)/

/** Marked with a star, before or behind its number: may be left out. */
export function isOptional(rows: Rows, row: Row): boolean {
  return isStarred(rows, row) || starredNumber.test(textOf(rows, row.from, Math.min(row.end, row.from + 42)))
}

export async function readSpec(files: Files, file: string, notes: Notes): Promise<Spec> {
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  const read = [file]
  const take = async (name: string): Promise<Uint8Array | null> => {
    const bytes = await files.read(`${folder}${name}`)
    if (bytes !== null) read.push(`${folder}${name}`)
    return bytes
  }
  const bytes = await files.read(file)
  const listed = bytes === null ? undefined : readList(bytes, file, notes, { marks: kiroMarks, strict: true })
  if (listed === undefined || listed.entries.length === 0) {
    const remedy = 'Write tasks as "- [ ] 1. what to do".'
    if (!notes.broken) notes.error('empty', { file, line: 1 }, 'No task was found in this file.', remedy)
    return { files: read }
  }
  const bug = await take('bugfix.md')
  const said = bug ?? (await take('requirements.md'))
  const requirements = readRequirements(said, `${folder}${bug === null ? 'requirements.md' : 'bugfix.md'}`)
  const design = await take('design.md')
  const name = folder.split('/').at(-2) ?? 'tasks'
  const title = plainTitle(listed.title) || headline(design, `${folder}design.md`) || name
  const beside = read.slice(1)
  return { item: itemOf(listed, { name, title: quoted(title, 200), requirements, beside }, notes), files: read }
}

/** "Implementation Plan: Search" says Search, and "Design Document" nothing. */
function plainTitle(title: string): string {
  return title
    .replace(/^(?:implementation plan|tasks?|design(?: document)?|technical design)\b\s{0,4}[:：–—-]{0,2}\s{0,4}/i, '')
    .trim()
}

function headline(bytes: Uint8Array | null, file: string): string {
  const rows = bytes === null ? undefined : rowsOf(bytes.subarray(0, 16_384), file, new Notes())
  const first = rows?.all.find(({ kind }) => kind === 'heading')
  return rows === undefined || first === undefined ? '' : plainTitle(titleOf(rows, first))
}

interface About {
  readonly name: string
  readonly title: string
  readonly requirements: Requirements
  /** Documents that an agent should look into. */
  readonly beside: readonly string[]
}

function itemOf(listed: Listed, about: About, notes: Notes): PlanItem {
  const waves = wavesIn(listed.outline, notes)
  const drafts = new Drafter(listed, about, waves, notes).drafts()
  warnOfStrangers(waves, drafts, notes)
  const { steps, groups, stated } = assemble(drafts, notes, { ordered: waves.size === 0 })
  const own = new Set([...waves.keys(), ...drafts.flatMap(({ key, after }) => (after === undefined ? [] : [key]))])
  const graph = stated || waves.size > 0
  const { introduction } = about.requirements
  return {
    id: itemId(about.name),
    title: about.title,
    brief: introduction === '' ? about.title : `${about.title}\n\n${introduction}`,
    priority: 3,
    policy: graph ? 'graph' : 'document',
    workflow: 'direct@1',
    steps: graph ? inFileOrder(steps, own) : steps,
    ...(groups.length === 0 ? {} : { groups }),
    openChecklists: [],
  }
}

class Drafter {
  readonly #listed: Listed
  readonly #about: About
  readonly #waves: Waves
  readonly #notes: Notes
  readonly #optional: boolean[] = []
  readonly #keys: ReadonlySet<string>
  /** For each entry the one it is part of, or -1. */
  readonly #groups: readonly number[]
  readonly #holds: ReadonlySet<number>

  constructor(listed: Listed, about: About, waves: Waves, notes: Notes) {
    this.#listed = listed
    this.#about = about
    this.#waves = waves
    this.#notes = notes
    this.#keys = new Set(listed.drafts.map((draft) => draft?.key ?? ''))
    this.#groups = numberedParents(listed.outline.rows, listed.entries)
    this.#holds = new Set(this.#groups)
  }

  drafts(): Draft[] {
    const drafts = this.#listed.drafts.flatMap((draft, at) => (draft === undefined ? [] : [this.#draft(draft, at)]))
    const left = drafts.filter(({ labels, status }) => status === 'cancelled' && labels?.includes('optional'))
    const [first] = left
    if (first !== undefined) {
      const tasks = left.length === 1 ? `Task ${first.key} is` : `${left.length} tasks (${first.key} first) are`
      const text = `${tasks} marked with a star as optional, and left out as Kiro does.`
      this.#notes.warning('optional', first.place, text, 'Delete the star of what is to be done.')
    }
    return drafts
  }

  #draft({ parent: _, ...draft }: Draft, at: number): Draft {
    const { entries, outline, drafts } = this.#listed
    const { row, more } = entries[at] as Listed['entries'][number]
    const group = this.#groups[at] ?? -1
    const details = detailsIn(outline.rows, more)
    const optional = isOptional(outline.rows, row) || this.#optional[group] === true
    this.#optional[at] = optional
    const labels = optional ? [...(draft.labels ?? []), 'optional'] : draft.labels
    const leftOut = optional && !draft.ticked && draft.status === undefined && markOf(outline.rows, row) === ' '
    const after = [...(draft.after ?? []), ...this.#waits(details), ...this.#wave(draft.key)]
    const exitCriteria = [...this.#criteria(draft.key, details), ...(draft.exitCriteria ?? [])]
    const above = drafts[group]?.key
    return {
      ...draft,
      title: draft.title.replace(/^\*\s{1,4}/, ''),
      brief: this.#holds.has(at) ? draft.brief : this.#brief(draft.brief, exitCriteria),
      writes: pathsIn(draft.brief),
      ...(above === undefined ? {} : { parent: above }),
      ...(labels === undefined ? {} : { labels }),
      ...(leftOut ? { status: 'cancelled' as const } : {}),
      ...(after.length === 0 ? {} : { after }),
      ...(exitCriteria.length === 0 ? {} : { exitCriteria }),
    }
  }

  /** What is not there is said once, and not by everything that waits for it. */
  #wave(key: string): NonNullable<Draft['after']> {
    return (this.#waves.get(key)?.after ?? []).filter((each) => this.#keys.has(each.key))
  }

  #waits({ waits }: Details): NonNullable<Draft['after']> {
    return waits.map(({ number, at }) => ({ key: number, at }))
  }

  /** A number without a dot means every criterion of that requirement. */
  #criteria(key: string, { requirements }: Details): string[] {
    const { criteria } = this.#about.requirements
    if (criteria.size === 0) return []
    const found = new Set<string>()
    for (const { number, at } of requirements) {
      const exact = criteria.get(number)
      if (exact !== undefined) found.add(`${number}: ${exact}`)
      else if (!number.includes('.') && criteria.has(`${number}.1`)) {
        for (let next = 1; criteria.has(`${number}.${next}`); next += 1)
          found.add(`${number}.${next}: ${criteria.get(`${number}.${next}`)}`)
      } else if (number.includes('.')) {
        const text = `${key} names the requirement ${number}, which is not in the requirements of this spec.`
        this.#notes.warning('no-requirement', at, text, 'Correct the number, or write the criterion.')
      }
    }
    return [...found]
  }

  #brief(brief: string, criteria: readonly string[]): string {
    const lines = [brief]
    if (criteria.length > 0)
      lines.push('', 'What it must meet:', ...criteria.map((each) => `- ${each.replaceAll('\n', '\n  ')}`))
    if (this.#about.beside.length > 0)
      lines.push('', `Read first: ${this.#about.beside.map((file) => `\`${file}\``).join(', ')}`)
    return lines.join('\n')
  }
}

function warnOfStrangers(waves: Waves, drafts: readonly Draft[], notes: Notes): void {
  const keys = new Set(drafts.map(({ key }) => key))
  for (const [task, { at }] of waves) {
    if (keys.has(task)) continue
    const text = `The task dependency graph names ${quoted(task)}, which is not in this plan.`
    notes.warning('dangling', at, text, 'Correct the number, or delete it.')
  }
}

/** A leaf that may be left out does not keep its group open. */
export function isLeftOut(boxes: Boxes, index: number): boolean {
  const seen = new Set<number>()
  for (let at = index; at >= 0 && !seen.has(at); at = boxes.above(at)) {
    const row = boxes.rows.all[at]
    if (row !== undefined && isOptional(boxes.rows, row)) return true
    seen.add(at)
  }
  return false
}
