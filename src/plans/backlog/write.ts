// Writes changes into the task files of a backlog, reading no more of them than it must.
import type { FileWritten, PlanChange, Stamp } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import type { Files } from '../../core/ports.ts'
import { keyFrom } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { Change, readMark } from './change.ts'
import { configOf, type Folder, findFolder, idIn, sameId } from './folder.ts'
import { type Task, taskOf, textIn } from './task.ts'
import { Columns } from './words.ts'

const quiet = new Notes()
/** Parents may be said in a circle. */
const deepest = 16

interface Open {
  readonly task: Task
  readonly change: Change
  status: PlanStatus
}

class Editor {
  readonly #files: Files
  readonly #folder: Folder
  readonly #columns: Columns
  /** The files whose names begin with an id. */
  readonly #named = new Map<string, string[]>()
  readonly #open = new Map<string, Open>()
  #all: readonly Open[] | undefined
  #sought = 0

  constructor(files: Files, folder: Folder, columns: Columns) {
    this.#files = files
    this.#folder = folder
    this.#columns = columns
  }

  async #read(file: string): Promise<Open | undefined> {
    const known = this.#open.get(file)
    if (known !== undefined) return known
    const bytes = await this.#files.read(file)
    const task = bytes === null ? undefined : taskOf(bytes, file, quiet)
    if (task === undefined) return undefined
    const status = this.#columns.meaningOf(textIn(task, 'status'))
    const open = { task, change: new Change(task.text, task.front), status }
    this.#open.set(file, open)
    return open
  }

  async #everything(): Promise<readonly Open[]> {
    if (this.#all === undefined) {
      const all: Open[] = []
      for (const file of this.#folder.tasks) {
        const one = await this.#read(file)
        if (one !== undefined) all.push(one)
      }
      this.#all = all
    }
    return this.#all
  }

  /** By the name of its file where that says it, else by looking into all. */
  async #find(key: string): Promise<Open | undefined> {
    const isIt = ({ task }: Open): boolean => keyFrom(task.id) === key || sameId(task.id) === sameId(key)
    if (this.#all === undefined) {
      for (const file of this.#likely(key)) {
        const one = await this.#read(file)
        if (one !== undefined && isIt(one)) return one
      }
    }
    return (await this.#everything()).find(isIt)
  }

  /** Looked for one by one while few are asked for, and by an index when there are many. */
  #likely(key: string): readonly string[] {
    const id = sameId(key)
    this.#sought += 1
    if (this.#sought < 16) {
      const number = /\d{1,20}$/.exec(id)?.[0] ?? ''
      return this.#folder.tasks.filter((file) => file.includes(number) && sameId(idIn(file) ?? '') === id)
    }
    if (this.#named.size === 0)
      for (const file of this.#folder.tasks) {
        const own = sameId(idIn(file) ?? '')
        this.#named.set(own, [...(this.#named.get(own) ?? []), file])
      }
    return this.#named.get(id) ?? []
  }

  async take(change: PlanChange): Promise<void> {
    const one = change.key === undefined ? undefined : await this.#find(change.key)
    if (one === undefined) return
    if (change.kind === 'tick') await this.#tick(one, change.stamp, change.upward === true)
    else if (change.kind === 'untick') await this.#untick(one, change)
    else if (change.kind === 'status') this.#say(one, change.status, change.stamp)
    else if (change.kind === 'note') one.change.note(change.text, change.stamp)
    else if (change.kind === 'block') {
      one.change.note(`Blocked: ${change.text}`, change.stamp)
      this.#say(one, 'blocked', change.stamp)
    }
  }

  /** Nothing where there is no column for it. */
  #say(one: Open, status: PlanStatus, stamp: Stamp | undefined): void {
    const word = this.#columns.wordFor(status)
    if (word === undefined || one.status === status || !one.change.fits) return
    one.status = status
    one.change.say(word, stamp)
  }

  async #tick(one: Open, stamp: Stamp | undefined, upward: boolean): Promise<void> {
    if (one.status === 'done') return
    this.#say(one, 'done', stamp)
    const above = upward ? await this.#above(one.task) : undefined
    if (above !== undefined && (await this.#isDone(above.task))) await this.#tick(above, stamp, true)
  }

  async #untick(
    one: Open,
    { to, stamp, upward = false }: { to?: string; stamp?: Stamp; upward?: boolean },
    depth = 0,
  ): Promise<void> {
    if (one.status === 'done' && one.change.fits) {
      if (to === undefined) this.#say(one, 'open', stamp)
      else this.#putBack(one, to, stamp)
    }
    const above = upward && depth < deepest ? await this.#above(one.task) : undefined
    if (above !== undefined) await this.#untick(above, { upward, ...(stamp ? { stamp } : {}) }, depth + 1)
  }

  #putBack(one: Open, to: string, stamp: Stamp | undefined): void {
    const { word, date } = readMark(to)
    one.status = this.#columns.meaningOf(word.replace(/^(['"])(.*)\1$/s, '$2'))
    one.change.putBack(word, date)
    if (date === undefined && stamp !== undefined) one.change.stamp(stamp)
  }

  async #above(task: Task): Promise<Open | undefined> {
    const said = textIn(task, 'parent_task_id')
    const dot = task.id.lastIndexOf('.')
    if (said !== '') return sameId(said) === sameId(task.id) ? undefined : this.#find(said)
    return dot < 0 ? undefined : this.#find(task.id.slice(0, dot))
  }

  /** Those whose names say it are asked first: mostly one of them is open, and the others need not be read. */
  async #isDone(group: Task): Promise<boolean> {
    const own = sameId(group.id)
    for (const file of this.#folder.tasks) {
      if (!sameId(idIn(file) ?? '').startsWith(`${own}.`)) continue
      const one = await this.#read(file)
      if (one !== undefined && one.status !== 'done' && isUnder(one.task, own)) return false
    }
    return (await this.#everything()).every((one) => one.status === 'done' || !isUnder(one.task, own))
  }

  written(): FileWritten[] {
    return [...this.#open].flatMap(([path, { change }]) => {
      const bytes = change.written()
      return bytes === undefined ? [] : [{ path, bytes }]
    })
  }
}

function isUnder(task: Task, group: string): boolean {
  const said = textIn(task, 'parent_task_id')
  const dot = task.id.lastIndexOf('.')
  return sameId(said === '' && dot >= 0 ? task.id.slice(0, dot) : said) === group
}

export async function write(
  files: Files,
  path: string,
  changes: readonly PlanChange[],
): Promise<readonly FileWritten[]> {
  const folder = await findFolder(files, path)
  if (folder === undefined) return []
  const bytes = folder.config === undefined ? null : await files.read(folder.config)
  const { statuses } = configOf(bytes ?? new Uint8Array(), folder.config ?? '', new Notes())
  const editor = new Editor(files, folder, new Columns(statuses))
  for (const change of changes) await editor.take(change)
  return editor.written()
}
