// Lays files into an agent's HOME before it starts; whoever lived there before is not trusted, so no link is followed.
import { lstat, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from './unknown.ts'

const loginBytesAtMost = 1024 * 1024

/** What stands in the way is taken away: a link, a file where a folder must be. */
async function makeFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(absent)
  if (found?.isDirectory() === true) return
  if (found !== undefined) await rm(path, { force: true })
  await mkdir(path, { mode: 0o700 })
}

function absent(error: unknown): undefined {
  if (hasCode(error, 'ENOENT')) return undefined
  throw error
}

/** `path` is relative and ours: it never comes from an agent. */
export async function plant(home: string, path: string, content: string | Uint8Array): Promise<void> {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  let folder = home
  for (const part of parts) {
    folder = join(folder, part)
    await makeFolder(folder)
  }
  const file = join(folder, name)
  await rm(file, { recursive: true, force: true })
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
  } finally {
    await handle.close()
  }
}

/** Takes away what was planted; where its agent put something else in the way, that is nobody's file of ours. */
export async function uproot(home: string, path: string): Promise<void> {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  let folder = home
  for (const part of parts) {
    folder = join(folder, part)
    const found = await lstat(folder).catch(absent)
    if (found?.isDirectory() !== true) return
  }
  await rm(join(folder, name), { force: true, recursive: true })
}

/** Copies a person's login where they have one, unless the agent has renewed its own since. Says whether there is one. */
export async function lendLogin(person: string, home: string, path: string): Promise<boolean> {
  const from = join(person, path)
  const theirs = await stat(from).catch(absent)
  if (theirs === undefined || !theirs.isFile() || theirs.size > loginBytesAtMost) return false
  const own = await lstat(join(home, path)).catch(() => undefined)
  if (own?.isFile() === true && own.mtimeMs >= theirs.mtimeMs) return true
  await plant(home, path, await readFile(from))
  return true
}
