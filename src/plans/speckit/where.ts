// Finds the feature that a path means: its folder, its tasks.md, or one of the folders that spec-kit keeps features in.
import type { Files } from '../../core/ports.ts'
import { readJson } from '../../core/text/json.ts'
import { cleanPath, folderOf } from '../reading/where.ts'

export interface Feature {
  /** With its slash, or '' for the top. */
  readonly folder: string
  readonly file: string
  /** How it was found, when the path does not say so itself. */
  readonly why?: string
}

/** Several features lie under the path, and nothing says which is meant. */
export interface Several {
  readonly candidates: readonly string[]
}

const homes = ['specs/', '.specify/specs/']
const settingAtMost = 65_536
const tasks = 'tasks.md'

/** Undefined for a path that leaves the repository. */
export async function featureAt(files: Files, path: string): Promise<Feature | Several | undefined> {
  const where = folderOf(path, /\.md$/i)
  if (where === undefined) return undefined
  const { folder, file = `${folder}${tasks}` } = where
  if (where.file !== undefined || (await files.read(file)) !== null || !isHome(folder)) return { folder, file }
  const chosen = await chosenIn(files, folder)
  if (chosen !== undefined) return chosen
  const found = await featuresIn(files, folder)
  const [only, second] = found
  if (only === undefined) return { folder, file }
  if (second !== undefined) return { candidates: found }
  return {
    folder: `${only}/`,
    file: `${only}/${tasks}`,
    why: `it is the only feature under ${folder || 'this repository'}`,
  }
}

/** The root of a project, its `.specify`, and the folders that hold features. */
function isHome(folder: string): boolean {
  return (
    folder.endsWith('.specify/') ||
    homes.some((home) => folder === home || folder.endsWith(`/${home}`)) ||
    folder === ''
  )
}

function rootOf(folder: string): string {
  return folder.replace(/(?:\.specify\/)?(?:specs\/)?$/, '')
}

/** What spec-kit itself works on: `.specify/feature.json` names it. */
async function chosenIn(files: Files, folder: string): Promise<Feature | undefined> {
  const root = rootOf(folder)
  const setting = `${root}.specify/feature.json`
  const bytes = await files.read(setting)
  if (bytes === null || bytes.length > settingAtMost) return undefined
  const { value } = readJson(new TextDecoder().decode(bytes), setting)
  const said =
    typeof value === 'object' && value !== null && 'feature_directory' in value ? value.feature_directory : undefined
  const clean = typeof said === 'string' ? cleanPath(said) : undefined
  if (clean === undefined || clean === '' || (await files.read(`${root}${clean}/${tasks}`)) === null) return undefined
  return { folder: `${root}${clean}/`, file: `${root}${clean}/${tasks}`, why: `${setting} names it` }
}

async function featuresIn(files: Files, folder: string): Promise<string[]> {
  const root = rootOf(folder)
  const found: string[] = []
  for (const home of homes.map((one) => `${root}${one}`)) {
    for (const path of await files.list(home.slice(0, -1))) {
      const [name = '', file, more] = path.slice(home.length).split('/')
      if (path.startsWith(home) && file === tasks && more === undefined && name !== '') found.push(`${home}${name}`)
    }
  }
  return found.sort()
}
