// Writes into the boxes of a Markdown list what became of its steps, and changes no other byte.
import type { PlanChange } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { type Row, type Rows, textOf } from './boxes.ts'

/** What the marks in boxes mean. `write` gives none for what the file does not hold. */
export interface Marks {
  read(mark: string): PlanStatus | undefined
  write(status: PlanStatus, used: ReadonlySet<string>): string | undefined
}

export interface Boxes {
  readonly rows: Rows
  /** Index of the row with this key, or -1. */
  find(key: string): number
  /** Whether this row is an entry. */
  holds(index: number): boolean
  /** Index of the entry that an entry is part of, or -1. */
  above(index: number): number
  /** The entries under one that hold no others. */
  leaves(group: number): readonly number[]
  /** Does not keep its group open: work that may be left out. */
  readonly optional?: (index: number) => boolean
}

export const isDone = (mark: string): boolean => /^(?:[xX]|[✓✔√☑✅]\ufe0f?)$/u.test(mark)

export function markOf(rows: Rows, row: Row): string {
  return row.box < 0 ? '' : textOf(rows, row.box, row.boxEnd)
}

class Ticker {
  readonly #boxes: Boxes
  readonly #marks: Marks
  readonly #new = new Map<number, string>()
  #style: { readonly done: string; readonly used: ReadonlySet<string> } | undefined

  constructor(boxes: Boxes, marks: Marks) {
    this.#boxes = boxes
    this.#marks = marks
  }

  take(change: PlanChange): void {
    if (change.kind !== 'tick' && change.kind !== 'untick' && change.kind !== 'status') return
    const index = this.#boxes.find(change.key)
    if (index < 0 || this.#row(index).box < 0) return
    if (change.kind === 'status') {
      const mark = this.#marks.write(change.status, this.#used().used)
      if (change.status === 'done') this.#tick(index)
      else if (mark !== undefined && this.#marks.read(this.#mark(index)) !== change.status) this.#new.set(index, mark)
    } else if (change.kind === 'tick') {
      this.#tick(index)
      if (change.upward === true) this.#tickAbove(index)
    } else {
      const to = change.to ?? ' '
      const known = !isDone(to) && this.#marks.read(to) !== undefined
      if (isDone(this.#mark(index))) this.#new.set(index, known ? to : ' ')
      if (change.upward === true) this.#openAbove(index)
    }
  }

  #row(index: number): Row {
    return this.#boxes.rows.all[index] as Row
  }

  #mark(index: number): string {
    return this.#new.get(index) ?? markOf(this.#boxes.rows, this.#row(index))
  }

  #tick(index: number): void {
    if (!isDone(this.#mark(index))) this.#new.set(index, this.#used().done)
  }

  /** As the file writes most of its own. */
  #used(): { readonly done: string; readonly used: ReadonlySet<string> } {
    if (this.#style) return this.#style
    const { rows } = this.#boxes
    const used = new Set<string>()
    let balance = 0
    for (const row of rows.all) {
      if (row.kind !== 'box') continue
      const mark = rows.text.slice(row.box, row.boxEnd)
      if (mark === 'x') balance += 1
      else if (mark === 'X') balance -= 1
      else if (mark !== ' ') used.add(markOf(rows, row))
    }
    this.#style = { done: balance < 0 ? 'X' : 'x', used }
    return this.#style
  }

  #tickAbove(index: number): void {
    for (const above of this.#above(index)) {
      const open = this.#boxes
        .leaves(above)
        .some((leaf) => this.#boxes.optional?.(leaf) !== true && !this.#closed(leaf))
      if (open) return
      if (this.#row(above).box >= 0) this.#tick(above)
    }
  }

  #openAbove(index: number): void {
    for (const above of this.#above(index)) if (isDone(this.#mark(above))) this.#new.set(above, ' ')
  }

  /** From the innermost out, each once. */
  #above(index: number): readonly number[] {
    const trail = new Set<number>()
    for (let at = this.#boxes.above(index); at >= 0 && !trail.has(at); at = this.#boxes.above(at)) trail.add(at)
    return [...trail]
  }

  #closed(index: number): boolean {
    const mark = this.#mark(index)
    return isDone(mark) || this.#marks.read(mark) === 'cancelled'
  }

  edits(): Edit[] {
    return [...this.#new].map(([index, text]) => ({ from: this.#row(index).box, to: this.#row(index).boxEnd, text }))
  }
}

export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

export function boxEdits(boxes: Boxes, marks: Marks, changes: readonly PlanChange[]): Edit[] {
  const ticker = new Ticker(boxes, marks)
  for (const change of changes) ticker.take(change)
  return ticker.edits()
}

export function tickBoxes(bytes: Uint8Array, boxes: Boxes, marks: Marks, changes: readonly PlanChange[]): Uint8Array {
  return spliced(bytes, boxEdits(boxes, marks, changes))
}

/** The same bytes with these stretches replaced; they do not overlap. */
export function spliced(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes
  const parts: Uint8Array[] = []
  let at = 0
  for (const { from, to, text } of edits.toSorted((a, b) => a.from - b.from)) {
    parts.push(bytes.subarray(at, from), Buffer.from(text))
    at = to
  }
  return Buffer.concat([...parts, bytes.subarray(at)])
}
