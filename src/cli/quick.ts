// `baton status` without a house: the page lies ready in the home, and is printed when it is as new as the record.
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Summary } from '../api/status/summary.ts'
import { jsonText } from './print/json.ts'
import { printOverview } from './print/overview.ts'
import { People } from './print/people.ts'
import type { World } from './world.ts'

/** BATON_HOME, or the platform's folder for a program's own files; the same as the preset's, without loading it. */
export function homeOf(env: World['env']): string {
  if (env.BATON_HOME !== undefined && env.BATON_HOME !== '') return resolve(env.BATON_HOME)
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'baton')
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'baton')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'baton')
}

/** True when it was printed. */
export async function quickStatus(argv: readonly string[], world: World): Promise<boolean> {
  const json = argv.includes('--json')
  if (argv.length > (json ? 2 : 1)) return false
  const home = homeOf(world.env)
  const summary = (await readyPage(home)) ?? (await toldBy(home, world.folder))
  if (summary === undefined) return false
  if (json) world.stdout.write(`${jsonText(summary)}\n`)
  else printOverview(new People(world.stdout, world.env), summary)
  return true
}

/** A process that holds the home knows it all; whoever does not answer is named by the slow way. */
async function toldBy(home: string, folder: string): Promise<Summary | undefined> {
  if (!existsSync(join(home, 'lock.pid'))) return undefined
  const { reach } = await import('./reach.ts')
  const house = await reach({ home, folder })
  if (house === undefined) return undefined
  try {
    return await house.call('status/list', {})
  } finally {
    await house.close()
  }
}

/** Whatever is wrong with either file, the slow way finds out and says so. */
async function readyPage(home: string): Promise<Summary | undefined> {
  const file = join(home, 'journal.db')
  if (!existsSync(file)) return undefined
  try {
    const summary = JSON.parse(readFileSync(join(home, 'status.json'), 'utf8')) as Summary
    if (summary.version !== 1 || !Array.isArray(summary.items)) return undefined
    const { DatabaseSync } = await import('node:sqlite')
    const db = new DatabaseSync(file, { readOnly: true, timeout: 50 })
    try {
      const head = db.prepare('SELECT max(seq) AS head FROM entries').get()?.head
      return head === summary.seq ? summary : undefined
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}
