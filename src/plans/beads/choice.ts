// Chooses what of a ledger is a plan: all that is open, and of what is closed only what somebody still needs to see.
import { recordAt } from '../json/lines.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import type { Beside, Link } from './beside.ts'
import { draftOf } from './issue.ts'
import type { Ledger, Row } from './ledger.ts'

const danglingAtMost = 10

export function draftsOf(
  ledger: Ledger,
  bytes: Uint8Array,
  file: string,
  beside: Beside,
  notes: Notes,
): readonly Draft[] {
  const { rows } = ledger
  const index = new Map(rows.map(({ id }, at) => [id, at]))
  const parents = rows.map((row) => parentOf(row, index, notes))
  const kept = keptOf(rows, index, parents)
  const dangling = new Dangling(ledger, notes)
  const drafts = rows.flatMap((row, at) => {
    if (kept[at] === 0) return []
    const draft = row.draft ?? closedDraft(row, bytes, file, beside, notes)
    if (draft === undefined) return []
    const after = row.links.filter(isWait).flatMap((link) => {
      const target = index.get(link.to)
      if (target !== undefined && kept[target] === 1) return [{ key: rows[target]?.key ?? '', at: link.at }]
      return row.closed || target !== undefined || !dangling.shows(row, link) ? [] : [{ key: link.to, at: link.at }]
    })
    const parent = rows[parents[at] ?? -1]?.key
    return [{ ...draft, after, ...(parent === undefined || kept[parents[at] ?? -1] === 0 ? {} : { parent }) }]
  })
  dangling.end(file)
  warnOfEmpty(rows, kept, parents, notes)
  sayLeftOut(ledger, kept, file, notes)
  return drafts
}

/** An epic is there to hold others; one that holds none is read as a step like any other. */
function warnOfEmpty(rows: readonly Row[], kept: Uint8Array, parents: readonly number[], notes: Notes): void {
  const full = new Set(parents.filter((_, at) => kept[at] === 1))
  for (const [at, { closed, holder, draft, key }] of rows.entries()) {
    if (closed || !holder || full.has(at) || draft === undefined) continue
    const text = `${key} is an epic with nothing in it, so it is one step.`
    notes.warning('empty-epic', draft.place, text, 'Create its parts (bd create --parent), or close it.')
  }
}

function isPast({ closed, landed }: Row): boolean {
  return closed && !landed
}

function isWait({ kind }: Link): boolean {
  return kind === 'blocks' || kind === 'conditional'
}

/** Index of what it is part of, or -1; a second parent is said. */
function parentOf(row: Row, index: ReadonlyMap<string, number>, notes: Notes): number {
  let found = -1
  for (const { kind, to, at } of row.links) {
    const target = kind === 'parent' ? index.get(to) : undefined
    if (target === undefined || target === found) continue
    if (found < 0) found = target
    else if (!row.closed)
      notes.warning('two-parents', at, `${row.key} is part of two issues; the first one counts.`, 'Take one away.')
  }
  return found
}

/** 1 for each row that is part of the plan. What Baton has closed stays in it, or a plan would lose its steps as they land. */
function keptOf(rows: readonly Row[], index: ReadonlyMap<string, number>, parents: readonly number[]): Uint8Array {
  const kept = Uint8Array.from(rows, (row) => (isPast(row) ? 0 : 1))
  const holding = new Uint8Array(rows.length)
  for (const [at, row] of rows.entries()) {
    if (isPast(row)) continue
    for (let above = parents[at] ?? -1; above >= 0 && holding[above] === 0; above = parents[above] ?? -1)
      holding[above] = 1
    for (const link of row.links) {
      const target = isWait(link) ? index.get(link.to) : undefined
      if (target !== undefined) kept[target] = 1
    }
  }
  for (const [at, row] of rows.entries()) if (!isPast(row) || holding[at] === 1) kept[at] = 1
  for (const [at, above] of parents.entries()) {
    if (above >= 0 && (holding[above] === 1 || (rows[above] !== undefined && !isPast(rows[above] as Row)))) kept[at] = 1
  }
  return kept
}

/** Its words are read only now: most closed issues are left out. */
function closedDraft(row: Row, bytes: Uint8Array, file: string, beside: Beside, notes: Notes): Draft | undefined {
  const line = recordAt(bytes, row)
  return line === undefined ? undefined : draftOf(line, file, row, beside, notes)
}

/** Edges to what is not there: the first few are shown one by one, the others as a number. */
class Dangling {
  readonly #ledger: Ledger
  readonly #notes: Notes
  #found = 0

  constructor(ledger: Ledger, notes: Notes) {
    this.#ledger = ledger
    this.#notes = notes
  }

  /** True when the edge should stand in the draft, so that it is said. What was deleted holds nothing back. */
  shows(row: Row, { to, at }: Link): boolean {
    const why = this.#ledger.out.get(to)
    if (to === '' || why === 'deleted') return false
    this.#found += 1
    if (this.#found > danglingAtMost) return false
    if (why === undefined) return true
    const text = `${row.key} waits for ${to}, which is no work for this plan (${why}), so it holds nothing back.`
    this.#notes.warning('dangling', at, text, 'Take the dependency away, or make it work.')
    return false
  }

  end(file: string): void {
    if (this.#found <= danglingAtMost) return
    const text = `${this.#found - danglingAtMost} more dependencies lead to issues that are not in this file; they hold nothing back.`
    this.#notes.warning('dangling', { file, line: 1 }, text, 'Export those issues as well, if they matter.')
  }
}

function sayLeftOut({ rows, out, others }: Ledger, kept: Uint8Array, file: string, notes: Notes): void {
  const at = { file, line: 1 }
  const closed = rows.filter((_, index) => kept[index] === 0).length
  if (closed > 0) {
    const text = `${closed} closed issues are left out: nothing open waits for them, and no open epic holds them.`
    notes.warning('left-out', at, text, 'Nothing needs to be done.')
  }
  const counts = new Map<string, number>()
  for (const why of out.values()) counts.set(why, (counts.get(why) ?? 0) + 1)
  if (others > 0) counts.set('no issue', others)
  if (counts.size === 0) return
  const said = [...counts].map(([why, count]) => `${count} ${why}`).join(', ')
  notes.warning('left-out', at, `Records that are no work are left out: ${said}.`, 'Nothing needs to be done.')
}
