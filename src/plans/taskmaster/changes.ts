// Writes progress into a tasks.json: a status or the end of a task's details, and no other byte.
import type { FileWritten, PlanChange } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { wordsOf } from '../../core/text/json-cursor.ts'
import { fromLatin, JsonEdit, latinOf, type Splice, spliced } from '../json/file.ts'
import { keyFrom } from '../reading/names.ts'
import { type Entry, type Tag, tagsIn } from './entries.ts'
import { isDone, isSettled, wordFor } from './statuses.ts'

/** What the changes come to for one task. */
interface Wanted {
  /** The word, a value such as `null` as it stood there, or '' for none. */
  status?: string
  readonly added: string[]
}

export function changed(bytes: Uint8Array, file: string, changes: readonly PlanChange[]): readonly FileWritten[] {
  const text = latinOf(bytes)
  const near = changes.length > fewKeys ? undefined : boardsIn(text, changes, rootsOf(changes))
  // An id that was made safe stands there in another way, and is found only among all.
  const boards = near?.every(({ change, board }) => board?.has(change) === true) ? near : boardsIn(text, changes)
  for (const { change, board } of boards) board?.take(change)
  const written = spliced(
    bytes,
    [...new Set(boards.map(({ board }) => board))].flatMap((board) => board?.splices() ?? []),
  )
  return written === undefined ? [] : [{ path: file, bytes: written }]
}

interface Aimed {
  readonly change: PlanChange
  readonly board: Board | undefined
}

/** Each change with the tasks of the tag that it is for. */
function boardsIn(text: string, changes: readonly PlanChange[], roots?: ReadonlySet<string>): readonly Aimed[] {
  const items = changes.flatMap(({ item }) => item ?? [])
  const wanted = items.length === changes.length ? { wanted: new Set(items) } : {}
  const decode = (written: string): string => fromLatin(wordsOf(written))
  const one = new Set(changes.map(({ key }) => key)).size === 1
  const near = roots === undefined ? {} : { roots, one }
  const tags = tagsIn({ text, decode, key: (_, said) => keyFrom(said), ...wanted, ...near })
  const boards = new Map(tags.map((tag) => [tag.id, new Board(text, tag, decode)]))
  return changes.map((change) => {
    const id = change.item ?? (tags.length === 1 ? tags[0]?.id : undefined)
    return { change, board: boards.get(id ?? '') }
  })
}

const fewKeys = 20

/** The ids that tasks may have in which these keys are: 3.2 is the second part of 3. */
function rootsOf(changes: readonly PlanChange[]): ReadonlySet<string> {
  const roots = new Set<string>()
  for (const { key = '' } of changes) {
    for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) roots.add(key.slice(0, dot))
    roots.add(key)
  }
  return roots
}

/** The tasks of one tag as they will stand when all changes are made. */
class Board {
  readonly #text: string
  readonly #decode: (written: string) => string
  readonly #entries: readonly Entry[]
  readonly #index = new Map<string, number>()
  readonly #wanted = new Map<number, Wanted>()

  constructor(text: string, { entries }: Tag, decode: (written: string) => string) {
    this.#text = text
    this.#decode = decode
    this.#entries = entries
    for (const [at, { key }] of entries.entries()) if (!this.#index.has(key)) this.#index.set(key, at)
  }

  has({ key }: PlanChange): boolean {
    return this.#index.has(key ?? '')
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
    const held: number[] = []
    for (let part = at + 1; part < this.#entries.length; part += 1)
      if (this.#entries[part]?.parent === at) held.push(part)
    return held
  }

  #status(at: number): string {
    return this.#wanted.get(at)?.status ?? this.#decode(this.#entries[at]?.status?.text ?? '')
  }

  splices(): readonly Splice[] {
    return [...this.#wanted].flatMap(([at, { status, added }]) => {
      const { start = 0, end = 0 } = this.#entries[at] ?? {}
      const edit = new JsonEdit(this.#text, start, end)
      if (status !== undefined && status !== (edit.mark(['status']) ?? '')) {
        if (status === '') edit.drop(['status'])
        else edit.mend(['status'], status)
      }
      if (added.length > 0) edit.append(['details'], added.join('\n'))
      return edit.splices
    })
  }
}
