// Backlog.md: a folder with a configuration and one Markdown file for each task.
import type { PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { assemble } from '../reading/assemble.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { cleanPath } from '../reading/where.ts'
import { draftsOf } from './drafts.ts'
import { type Config, configOf, type Folder, filesAtMost, findFolder, idIn } from './folder.ts'
import { type Task, taskOf, textIn } from './task.ts'
import { write } from './write.ts'

const name = 'backlog'
const head =
  /^(?:\xef\xbb\xbf)?---[ \t]{0,8}\r?\n(?=[\s\S]{0,2000}?^id:)(?=[\s\S]{0,2000}?^title:)(?=[\s\S]{0,2000}?^status:)/m
const bytesInAll = 256 * 1024 * 1024
const atOnce = 64

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const folder = await findFolder(files, path)
  if (folder === undefined) return undefined
  const isOwn = (task: string): boolean => idIn(task) !== undefined
  const asked = folder.tasks.find((task) => path.replaceAll('\\', '/').endsWith(task))
  const task = asked ?? folder.tasks.find(isOwn) ?? folder.tasks[0]
  const bytes = task === undefined ? null : await files.read(task)
  const isTask = bytes !== null && head.test(Buffer.from(bytes.subarray(0, 4096)).toString('latin1'))
  const { config } = folder
  if (task !== undefined && isTask && (config !== undefined || isOwn(task))) {
    const clean = `${cleanPath(path)}/`
    const isNamed = clean.startsWith(folder.base) || clean.endsWith('backlog.config.yml/')
    const sure = !isNamed ? 0.7 : config === undefined ? 0.85 : 0.95
    const beside = config === undefined ? '' : `${config} and `
    return { sure, why: `${folder.base} has ${beside}tasks such as ${task}` }
  }
  if (config === undefined || folder.tasks.length > 0) return undefined
  const said = configOf((await files.read(config)) ?? new Uint8Array(), config, new Notes())
  return said.name === '' ? undefined : { sure: 0.6, why: `${config} is the configuration of a backlog without tasks` }
}

const quiet = new Notes()

/** Some at once, in the order of their names. */
async function tasksIn(files: Files, paths: readonly string[], notes: Notes, isStrict: boolean): Promise<Task[]> {
  const tasks: Task[] = []
  let bytesLeft = bytesInAll
  for (let at = 0; at < paths.length; at += atOnce) {
    const some = paths.slice(at, at + atOnce)
    const read = await Promise.all(some.map((path) => files.read(path)))
    for (const [index, bytes] of read.entries()) {
      const file = some[index] ?? ''
      bytesLeft -= bytes?.length ?? 0
      if (bytes === null || bytesLeft < 0) continue
      const task = taskOf(bytes, file, isStrict ? notes : quiet)
      if (task !== undefined) tasks.push(task)
      else if (isStrict && idIn(file) !== undefined) warnOfUnread(file, notes)
    }
  }
  if (bytesLeft < 0) {
    const text = 'The tasks of this backlog have more than 256 MiB together; the last of them are not read.'
    notes.error('too-large', { file: paths[0] ?? '', line: 1 }, text, 'Move what is done out of the way.')
  }
  return tasks
}

function warnOfUnread(file: string, notes: Notes): void {
  const text = `${quoted(file, 200)} is named like a task, but no id can be read at its top.`
  notes.error(
    'no-id',
    { file, line: 1, column: 1 },
    text,
    'Begin it with "---", "id: …", "title: …", "status: …" and "---".',
  )
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const notes = new Notes()
  const folder = await findFolder(files, path)
  const place = folder?.config ?? folder?.tasks[0] ?? path
  const give = (items: readonly PlanItem[], more: readonly string[]): PlanRead => {
    const tickFile = `${folder?.base ?? ''}tasks/`
    return { format: name, source: path, tickFile, files: more, items, notes: notes.all(place) }
  }
  if (folder === undefined) {
    const text = `There is no backlog at ${quoted(path, 200)} in this revision.`
    notes.error(
      'missing',
      { file: path, line: 1 },
      text,
      'Name the folder that holds config.yml and tasks, and commit it.',
    )
    return give([], [])
  }
  const paths = boundTasks(folder, notes)
  const config = await readConfig(files, folder, notes)
  const tasks = await tasksIn(files, paths.tasks, notes, true)
  const completed = await tasksIn(files, paths.completed, notes, false)
  const drafts = draftsOf({ folder, config, tasks, completed, milestones: await milestonesOf(files, folder), notes })
  const { steps, groups } = assemble(drafts, notes, { ordered: false })
  const all = [...(folder.config === undefined ? [] : [folder.config]), ...paths.tasks, ...paths.completed]
  if (steps.length === 0) {
    const remedy = 'Make one: backlog task create "What to do".'
    if (!notes.broken) notes.error('empty', { file: place, line: 1 }, 'This backlog holds no task.', remedy)
    return give([], all)
  }
  const title = quoted(config.name, 200) || folder.base.split('/').at(-3) || 'backlog'
  const item: PlanItem = {
    id: itemId(title),
    title,
    brief: title,
    priority: 3,
    policy: 'graph',
    workflow: 'direct@1',
    steps,
    groups,
    openChecklists: [],
  }
  return give([item], all)
}

function boundTasks({ tasks, inside }: Folder, notes: Notes): Record<'tasks' | 'completed', readonly string[]> {
  const completed = inside('completed')
  const left = Math.max(0, filesAtMost - tasks.length)
  if (tasks.length > filesAtMost || completed.length > left) {
    const text = `Only the first ${filesAtMost} tasks of a backlog are read; this one has ${tasks.length + completed.length}.`
    notes.error('too-many', { file: tasks[0] ?? '', line: 1 }, text, 'Move what is done out of the way.')
  }
  return { tasks: tasks.slice(0, filesAtMost), completed: completed.slice(0, left) }
}

async function readConfig(files: Files, { config }: Folder, notes: Notes): Promise<Config> {
  const bytes = config === undefined ? null : await files.read(config)
  return configOf(bytes ?? new Uint8Array(), config ?? '', bytes === null ? new Notes() : notes)
}

async function milestonesOf(files: Files, { inside }: Folder): Promise<Map<string, string>> {
  const titles = new Map<string, string>()
  for (const task of await tasksIn(files, inside('milestones').slice(0, 1000), new Notes(), false)) {
    const title = quoted(textIn(task, 'title'), 200)
    if (title === '') continue
    const id = task.id.toLowerCase()
    for (const one of [id, id.replace(/^m-/, '')]) if (!titles.has(one)) titles.set(one, title)
  }
  return titles
}

export const backlog: PlanFormat = {
  name,
  writes: ['tick', 'untick', 'status', 'note', 'block'],
  detect,
  read,
  write,
}
