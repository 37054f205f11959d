// Where a home lies, and what must be in order before it is opened.
import { hash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Refused, refuse } from '../core/refusals.ts'
import { readFormat, writeFormat } from '../engine/journal/format.ts'
import { generateSigner, loadSigner, type Signer } from '../engine/journal/note.ts'
import type { SigningKeys } from '../engine/parts.ts'
import { flushFolder } from '../stores/flush.ts'

/** BATON_HOME, or the platform's folder for a program's own files. */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.BATON_HOME !== undefined && env.BATON_HOME !== '') return resolve(env.BATON_HOME)
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'baton')
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'baton')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'baton')
}

/** Makes the home and gives why it may only be read, if so. Others may not look into it. */
export function prepareHome(home: string): string | undefined {
  makeFolder(home)
  if (process.platform !== 'win32' && (lstatSync(home).mode & 0o077) !== 0) chmodSync(home, 0o700)
  const format = readFormat(home) ?? (existsSync(join(home, 'journal.db')) ? undefined : writeFormat(home))
  if (format === undefined)
    return `${join(home, 'format')} is missing: the home is opened read-only. Restore that file from a backup.`
  return format.readOnly
}

function makeFolder(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Refused(refuse('conflict', `home ${home}`, why, 'set BATON_HOME to a folder that you can write to'))
  }
}

/** Whoever only looks makes no key, but needs the one there is to verify what it has signed. */
export function hasSigner(home: string): boolean {
  return existsSync(join(home, 'keys', 'origin')) && existsSync(join(home, 'keys', 'checkpoint.pem'))
}

/** The keys that sign this home's checkpoints; the first is made once. */
export function homeSigner(home: string): { keys: SigningKeys; origin: string } {
  const folder = join(home, 'keys')
  if (!existsSync(join(folder, 'origin'))) nameRecord(home, `baton.invalid/${randomBytes(8).toString('hex')}`)
  const origin = readFileSync(join(folder, 'origin'), 'utf8').trim()
  const [path, nextPath] = [join(folder, 'checkpoint.pem'), join(folder, 'next.pem')]
  let signer = existsSync(path) ? loadSigner(origin, path) : makeKey(origin, path)
  const waiting = () => (existsSync(nextPath) ? loadSigner(origin, nextPath) : undefined)
  const promote = (): void => {
    const next = waiting()
    if (next === undefined) return
    const aside = join(folder, `retired-${signer.verifier.id}.pem`)
    if (existsSync(path)) linkSync(path, aside)
    renameSync(nextPath, path)
    flushFolder(folder)
    signer = next
  }
  return {
    origin,
    keys: { current: () => signer, waiting, next: () => waiting() ?? makeKey(origin, nextPath), promote },
  }
}

/** What the record of a home is called in its checkpoints, said once; a name that is there already stays. */
export function nameRecord(home: string, origin: string): void {
  const folder = join(home, 'keys')
  const named = join(folder, 'origin')
  if (existsSync(named)) return
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(`${named}.draft`, `${origin}\n`, { mode: 0o600 })
  renameSync(`${named}.draft`, named)
}

/** There whole or not at all: half a key would sign nothing and stand in the way of another. */
function makeKey(origin: string, path: string): Signer {
  const draft = `${path}.draft-${randomBytes(6).toString('hex')}`
  const signer = generateSigner(origin, draft)
  renameSync(draft, path)
  flushFolder(dirname(path))
  return signer
}

/** A short path whatever the home's is: over 107 bytes a socket cannot be made. In a folder that only its owner may enter. */
export function socketPath(home: string): string {
  const name = hash('sha256', resolve(home), 'hex').slice(0, 20)
  if (process.platform === 'win32') return `\\\\.\\pipe\\baton-${name}`
  const uid = userInfo().uid
  const runtime = process.env.XDG_RUNTIME_DIR
  const folder =
    runtime !== undefined && runtime.length < 60 && existsSync(runtime)
      ? join(runtime, 'baton')
      : join(tmpdir(), `baton-${uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const seen = lstatSync(folder)
  if (!seen.isDirectory() || seen.uid !== uid || (seen.mode & 0o077) !== 0) {
    throw new Error(
      `${folder} belongs to somebody else or is open to others: remove it, or set XDG_RUNTIME_DIR to a folder of your own.`,
    )
  }
  return join(folder, `${name}.sock`)
}
