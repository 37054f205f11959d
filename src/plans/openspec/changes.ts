// Finds the changes of OpenSpec: one that is named, all that are open, or what was archived.
import type { Files } from '../../core/ports.ts'
import { cleanPath } from '../reading/where.ts'

export interface Change {
  readonly id: string
  /** With its slash. */
  readonly folder: string
  readonly archived: boolean
  /** What lies in it, from its own folder on. */
  readonly files: readonly string[]
}

export interface Changes {
  readonly found: readonly Change[]
  /** The folder of several changes, with its slash, when that is what was named. */
  readonly folder?: string
}

const changesAtMost = 500
const filesAtMost = 20_000
const archive = /(?:^|\/)changes\/archive\/[^/]{1,200}\/$/

/** From a change, its tasks.md or proposal.md, `openspec/changes`, its archive, `openspec`, or the project. */
export async function findChanges(files: Files, path: string): Promise<Changes | undefined> {
  const clean = cleanPath(path)
  if (clean === undefined) return undefined
  if (/(?:^|\/)(?:tasks|proposal)\.md$/.test(clean)) {
    const folder = clean.slice(0, clean.lastIndexOf('/') + 1)
    const one = folder === '' ? undefined : await changeAt(files, folder)
    return one === undefined ? undefined : { found: [one] }
  }
  if (/\.[A-Za-z]{1,8}$/.test(clean)) return undefined
  const own = clean === '' ? undefined : await changeAt(files, `${clean}/`)
  if (own !== undefined) return { found: [own] }
  for (const folder of foldersOf(clean)) {
    const found = await changesIn(files, folder)
    if (found.length > 0) return { found, folder }
  }
  return undefined
}

function foldersOf(clean: string): readonly string[] {
  if (/(?:^|\/)(?:changes|archive)$/.test(clean)) return [`${clean}/`]
  if (/(?:^|\/)openspec$/.test(clean)) return [`${clean}/changes/`]
  return clean === '' ? ['openspec/changes/'] : [`${clean}/openspec/changes/`]
}

async function changeAt(files: Files, folder: string): Promise<Change | undefined> {
  const known = (await files.read(`${folder}proposal.md`)) !== null
  const placed = /(?:^|\/)openspec\/changes\/(?:archive\/)?(?!archive\/)[^/]{1,200}\/$/.test(folder)
  if (!known && !(placed && (await files.read(`${folder}tasks.md`)) !== null)) return undefined
  const under = (await files.list(folder.slice(0, -1))).filter((file) => file.startsWith(folder)).slice(0, filesAtMost)
  return changeOf(
    folder,
    under.map((file) => file.slice(folder.length)),
  )
}

/** In the folder itself; what lies in `archive/` is past. */
async function changesIn(files: Files, folder: string): Promise<readonly Change[]> {
  const inside = new Map<string, string[]>()
  for (const file of (await files.list(folder.slice(0, -1))).slice(0, filesAtMost)) {
    if (!file.startsWith(folder)) continue
    const [name = '', ...rest] = file.slice(folder.length).split('/')
    if (rest.length === 0 || name === 'archive') continue
    inside.set(name, [...(inside.get(name) ?? []), rest.join('/')])
  }
  return [...inside]
    .filter(([, names]) => names.includes('proposal.md') || names.includes('tasks.md'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, changesAtMost)
    .map(([name, names]) => changeOf(`${folder}${name}/`, names))
}

function changeOf(folder: string, files: readonly string[]): Change {
  return { id: folder.split('/').at(-2) ?? '', folder, archived: archive.test(folder), files: files.toSorted() }
}
