// Task Master's tasks.json as plans: each tag is an item, tasks and subtasks with their dependencies, statuses written in place.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import type { JsonRead } from '../../core/text/json.ts'
import { wordsOf as wordsIn } from '../../core/text/json-cursor.ts'
import { quoted } from '../../core/text/neutral.ts'
import { withoutDoneCircles } from '../json/done.ts'
import { isRecord, openJson, wordsOf } from '../json/file.ts'
import { assemble } from '../reading/assemble.ts'
import { bytesAtMost } from '../reading/lines.ts'
import { Keys } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import { readFileOf } from '../reading/opening.ts'
import { cleanPath } from '../reading/where.ts'
import { changed } from './changes.ts'
import { composeTaskmaster } from './compose.ts'
import { type Tag, tagsIn } from './entries.ts'
import { Tasks } from './task.ts'

const home = '.taskmaster/tasks/tasks.json'
const peekBytes = 262_144

/** The file itself, its folder, `.taskmaster`, or the folder of the project; undefined when there is none. */
async function fileAt(files: Files, path: string): Promise<string | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined) return undefined
  if (/\.json$/i.test(clean)) return (await files.read(clean)) === null ? undefined : clean
  const folder = clean === '' ? '' : `${clean}/`
  for (const name of ['tasks.json', home, 'tasks/tasks.json']) {
    if (folder === '' && name === 'tasks.json') continue
    if ((await files.read(`${folder}${name}`)) !== null) return `${folder}${name}`
  }
  return undefined
}

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null || bytes.length > bytesAtMost) return undefined
  const head = Buffer.from(bytes.subarray(0, peekBytes)).toString('latin1')
  if (!/"tasks"\s{0,20}:\s{0,20}\[/.test(head)) return undefined
  const own = /(?:^|\/)\.taskmaster\//.test(file)
  const marks = ['"testStrategy"', '"subtasks"', '"dependencies"', '"details"'].filter((mark) => head.includes(mark))
  if (own && /"status"|"tasks"\s{0,20}:\s{0,20}\[\s{0,20}\]/.test(head)) {
    return { sure: 0.97, why: `${file} is where Task Master keeps its tasks` }
  }
  if (marks.length >= 2 && head.includes('"status"')) {
    return { sure: 0.92, why: `${file} has tasks with ${marks.join(', ')}` }
  }
  return /(?:^|\/)tasks\.json$/.test(file) && head.includes('"status"')
    ? { sure: 0.6, why: `${file} has Task Master's name and a list of tasks` }
    : undefined
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const opening = {
    ...{ format: 'taskmaster', source: path, found: await fileAt(files, path), otherwise: cleanPath(path) ?? path },
    missing: {
      text: `There is no tasks.json at ${quoted(path, 200)} in this revision.`,
      remedy: `Commit ${home}, or name the file.`,
    },
    empty: { text: 'No task was found in this file.', remedy: 'Write tasks as { "tasks": [{ "id": 1, … }] }.' },
  }
  return readFileOf(files, opening, (bytes, file, notes) => {
    const json = openJson(bytes, file, notes)
    return json === undefined ? [] : tagsOf(json, notes).flatMap((tag) => itemOf(json, tag, notes))
  })
}

function tagsOf(json: JsonRead, notes: Notes): readonly Tag[] {
  const keys = new Map<number, Keys>()
  return tagsIn({
    text: json.text,
    value: json.value,
    decode: wordsIn,
    key: (tag, said, at) => {
      const own = keys.get(tag) ?? new Keys(notes)
      keys.set(tag, own)
      if (said !== '') return own.take(said, json.place(at))
      notes.error('no-id', json.place(at), 'This task has no id.', 'Give it one: "id": 12.')
      return undefined
    },
    tooMany: (at) => {
      notes.error(
        'too-many',
        json.place(at),
        'This holds more than 100000 tasks; the rest is not read.',
        'Split the file.',
      )
    },
  })
}

function itemOf(json: JsonRead, tag: Tag, notes: Notes): readonly PlanItem[] {
  if (tag.entries.length === 0) {
    if (notes.broken) return []
    const text = tag.about === '' ? 'The list of tasks is empty.' : `The tag ${quoted(tag.name)} holds no task.`
    notes.warning('empty', json.place(tag.at), text, 'Add tasks to it, or delete it.')
    return []
  }
  const about: unknown = tag.about === '' ? undefined : JSON.parse(tag.about)
  const title = quoted(tag.name, 200) || tag.id
  const description = isRecord(about) ? wordsOf(about.description).trim() : ''
  const tasks = new Tasks(json, tag, notes)
  const drafts = tag.entries.map((entry) => tasks.draft(entry))
  const { steps, groups } = assemble(withoutDoneCircles(drafts, notes), notes, { ordered: false })
  const brief = description === '' ? title : description
  return [
    {
      id: tag.id,
      title,
      brief,
      priority: 3,
      policy: 'graph',
      workflow: 'taskmaster@1',
      steps,
      groups,
      openChecklists: [],
    },
  ]
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const file = await fileAt(files, path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null || bytes.length > bytesAtMost) return []
  return changed(bytes, file, changes)
}

export const taskmaster: PlanFormat = {
  name: 'taskmaster',
  writes: ['tick', 'untick', 'status', 'note', 'block'],
  detect,
  read,
  write,
  compose: composeTaskmaster,
}
