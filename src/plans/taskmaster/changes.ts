// Writes progress into a tasks.json: a status or the end of a task's details, and no other byte.
import type { FileWritten, PlanChange } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { JsonEdit } from '../json/file.ts'
import { Notes } from '../reading/notes.ts'
import { type Entry, type Tag, tagsIn } from './entries.ts'
import { isDone, isSettled, wordFor } from './statuses.ts'

/** What the changes come to for one task. */
interface Wanted {
  /** The word, a value such as `null` as it stood there, or '' for none. */
  status?: string
  readonly added: string[]
}

export function changed(bytes: Uint8Array, file: string, changes: readonly PlanChange[]): readonly FileWritten[] {
  const edit = new JsonEdit(bytes)
  if (edit.read.notes.length > 0) return []
  const tags = tagsIn(edit.read, (path) => edit.words(path), new Notes())
  const boards = new Map(tags.map((tag) => [tag.id, new Board(edit, tag)]))
  for (const change of changes) {
    const board =
      change.item === undefined && tags.length === 1 ? boards.get(tags[0]?.id ?? '') : boards.get(change.item ?? '')
    board?.take(change)
  }
  for (const board of boards.values()) board.write()
  const written = edit.bytes()
  return written === undefined ? [] : [{ path: file, bytes: written }]
}

/** The tasks of one tag as they will stand when all changes are made. */
class Board {
  readonly #edit: JsonEdit
  readonly #entries: readonly Entry[]
  readonly #index: ReadonlyMap<string, number>
  readonly #holds: readonly number[][]
  readonly #wanted = new Map<number, Wanted>()

  constructor(edit: JsonEdit, { entries }: Tag) {
    this.#edit = edit
    this.#entries = entries
    this.#index = new Map(entries.map(({ key }, at) => [key, at]))
    const holds: number[][] = entries.map(() => [])
    for (const [at, { parent }] of entries.entries()) holds[parent]?.push(at)
    this.#holds = holds
  }

  take(change: PlanChange): void {
    const at = this.#index.get(change.key ?? '')
    if (at === undefined) return
    if (change.kind === 'tick') this.#tick(at, change.upward === true)
    else if (change.kind === 'untick') this.#untick(at, change.to, change.upward === true)
    else if (change.kind === 'status') this.#become(at, change.status)
    else if (change.kind === 'note') this.#add(at, `${change.text.trim()} (${change.stamp.by})`, change.stamp.at)
    else if (change.kind === 'block') {
      this.#become(at, 'blocked')
      this.#add(at, `Blocked: ${change.text.trim()} (${change.stamp.by})`, change.stamp.at)
    }
  }

  #tick(at: number, upward: boolean): void {
    if (!isDone(this.#status(at))) this.#wants(at).status = wordFor('done')
    for (
      let above = this.#entries[at]?.parent ?? -1;
      upward && above >= 0;
      above = this.#entries[above]?.parent ?? -1
    ) {
      if (!this.#held(above).every((one) => isSettled(this.#status(one)))) return
      if (!isDone(this.#status(above))) this.#wants(above).status = wordFor('done')
    }
  }

  #untick(at: number, to: string | undefined, upward: boolean): void {
    if (!isDone(this.#status(at))) return
    this.#wants(at).status = to ?? wordFor('open')
    for (
      let above = this.#entries[at]?.parent ?? -1;
      upward && above >= 0;
      above = this.#entries[above]?.parent ?? -1
    ) {
      if (!isDone(this.#status(above))) return
      const begun = this.#held(above).some((one) => !['', 'pending'].includes(this.#status(one)))
      this.#wants(above).status = wordFor(begun ? 'doing' : 'open')
    }
  }

  #become(at: number, status: PlanStatus): void {
    if (this.#status(at) !== wordFor(status)) this.#wants(at).status = wordFor(status)
  }

  /** As Task Master's own `update-subtask` adds what was found out. */
  #add(at: number, text: string, when: string): void {
    this.#wants(at).added.push(`<info added on ${when}>\n${text}\n</info added on ${when}>`)
  }

  #wants(at: number): Wanted {
    const wanted = this.#wanted.get(at) ?? { added: [] }
    this.#wanted.set(at, wanted)
    return wanted
  }

  #held(at: number): readonly number[] {
    return this.#holds[at] ?? []
  }

  #status(at: number): string {
    return this.#wanted.get(at)?.status ?? this.#edit.words([...(this.#entries[at]?.path ?? []), 'status']) ?? ''
  }

  write(): void {
    for (const [at, { status, added }] of this.#wanted) {
      const path = this.#entries[at]?.path ?? []
      if (status !== undefined && status !== (this.#edit.mark([...path, 'status']) ?? '')) {
        if (status === '') this.#edit.drop([...path, 'status'])
        else this.#edit.mend([...path, 'status'], status)
      }
      if (added.length > 0) this.#edit.append([...path, 'details'], added.join('\n'))
    }
  }
}
