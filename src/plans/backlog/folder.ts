// Finds a backlog from whatever path a person gives, and says which of its files hold what.
import type { Files } from '../../core/ports.ts'
import { Notes } from '../reading/notes.ts'
import { cleanPath } from '../reading/where.ts'
import { frontOf } from './front.ts'

export interface Folder {
  /** With its slash. */
  readonly base: string
  readonly config?: string
  readonly tasks: readonly string[]
  /** The Markdown files directly in one of its folders, in the order of their names. */
  inside(folder: 'tasks' | 'completed' | 'milestones' | 'drafts' | 'archive/tasks'): readonly string[]
}

const named = /(?:^|\/)([a-zA-Z]{1,20}-[0-9A-Za-z]{1,20}(?:[._][0-9A-Za-z]{1,20}){0,8}) - [^/]{0,400}\.md$/
export const filesAtMost = 20_000

/** The id that a file's name begins with, e.g. `back-355.02`. */
export const idIn = (path: string): string | undefined => named.exec(path.slice(-500))?.[1]

/** Ids are the same when they differ in case or in zeros before a number alone. */
export function sameId(id: string): string {
  return id
    .trim()
    .slice(0, 200)
    .toUpperCase()
    .replace(/(^|[.-])0{1,100}(?=\d)/g, '$1')
}

/** `list` gives the files at any depth, so one call tells everything. */
async function folderAt(files: Files, base: string, given?: string): Promise<Folder | undefined> {
  const under = base.replace(/\/$/, '')
  const everything = await files.list(under)
  const all = everything.filter((path) => path.startsWith(base) && path.endsWith('.md'))
  const inside = (name: string): string[] => {
    const start = `${base}${name}/`
    return all.filter((path) => path.startsWith(start) && !path.includes('/', start.length)).toSorted()
  }
  const own = ['config.yml', 'config.yaml'].map((one) => `${base}${one}`).find((one) => everything.includes(one))
  const tasks = inside('tasks')
  const config = own ?? given ?? (tasks.length === 0 ? undefined : await above(files, base))
  if (config === undefined && tasks.length === 0) return undefined
  return { base, ...(config === undefined ? {} : { config }), tasks, inside }
}

/** The configuration that lies in a folder above instead. */
async function above(files: Files, base: string): Promise<string | undefined> {
  const parts = base.split('/').slice(0, -2)
  for (let length = parts.length; length >= 0 && length > parts.length - 8; length -= 1) {
    const file = [...parts.slice(0, length), 'backlog.config.yml'].join('/')
    if ((await files.read(file)) !== null) return file
  }
  return undefined
}

const pieces = /^(?:(.*)\/)?(?:config\.ya?ml|(?:tasks|completed|drafts)(?:\/[^/]{1,400}\.md)?)$/

/** From the folder, its configuration, a folder in it, one of its tasks, or the folder that holds it. */
export async function findFolder(files: Files, path: string): Promise<Folder | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined || clean.length > 1000) return undefined
  const part = pieces.exec(clean)
  if (part !== null) return folderAt(files, part[1] === undefined ? '' : `${part[1]}/`)
  if (/\.md$/i.test(clean)) return undefined
  const top = clean === '' ? '' : `${clean}/`
  if (/(?:^|\/)backlog\.config\.yml$/.test(clean)) return configured(files, clean)
  if (/\.\w{1,8}$/.test(clean) && (await files.read(clean)) !== null) return undefined
  for (const base of [...(top === '' ? [] : [top]), `${top}backlog/`, `${top}.backlog/`]) {
    const found = await folderAt(files, base)
    if (found !== undefined) return found
  }
  return configured(files, `${top}backlog.config.yml`)
}

/** The folder that a configuration in the project's own folder names. */
async function configured(files: Files, config: string): Promise<Folder | undefined> {
  const bytes = await files.read(config)
  if (bytes === null) return undefined
  const said = configOf(bytes, config, new Notes()).directory
  const folder = cleanPath(`${config.slice(0, -'backlog.config.yml'.length)}${said === '' ? 'backlog' : said}`)
  return folder === undefined ? undefined : folderAt(files, `${folder}/`, config)
}

export interface Config {
  readonly name: string
  readonly directory: string
  readonly statuses: readonly string[]
  readonly priorities: readonly string[]
  readonly prefix: string
}

const wanted: ReadonlySet<string> = new Set(
  'project_name|backlog_directory|backlogDirectory|statuses|priorities|task_prefix'.split('|'),
)

/** A configuration is YAML as a whole, so it is read as if it stood at the top of a file. */
export function configOf(bytes: Uint8Array, file: string, notes: Notes): Config {
  const text = Buffer.from(bytes.subarray(0, 65_536))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
  const own = new Notes()
  const front = frontOf(`---\n${text.replace(/^---[ \t]{0,8}(?:\r?\n|$)/, '')}\n---\n`, file, wanted, own)
  const [wrong] = own.all(file)
  if (wrong !== undefined) {
    const text = `${wrong.text.replace(/\.$/, '')}; the statuses that Backlog.md begins with are taken.`
    notes.warning('config', { file, line: Math.max(1, wrong.line - 1) }, text, 'Mend the configuration.')
  }
  const list = (name: string): string[] =>
    (front?.keys.get(name)?.list ?? []).map((one) => one.text).filter((one) => one !== '')
  const directory = front?.keys.get('backlog_directory')?.text ?? front?.keys.get('backlogDirectory')?.text ?? ''
  return {
    name: front?.keys.get('project_name')?.text ?? '',
    directory,
    statuses: list('statuses'),
    priorities: list('priorities'),
    prefix: front?.keys.get('task_prefix')?.text || 'task',
  }
}
