// Our hold on a person's index: a lock that says whose it is, so that one left by a dead process of ours can be told from any other.
import { readFileSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'

let count = 0

interface Holder {
  readonly baton: string
  readonly host: string
  readonly pid: number
  /** When the process began, so that another one with the same number is not taken for it; empty where the system does not say. */
  readonly born: string
}

function bornAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function lives(holder: Holder): boolean {
  return isAlive(holder.pid) && (holder.born === '' || holder.born === bornAt(holder.pid))
}

/** The holder that a lock file of ours names; undefined for everyone else's. */
export function holderOf(text: string): Holder | undefined {
  if (!text.startsWith('{"baton":') || text.length > 1000) return undefined
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read !== 'object' || read === null || !('pid' in read) || !('host' in read) || !('born' in read))
      return undefined
    const { pid, host, born } = read
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof born !== 'string') return undefined
    return { baton: 'lock', pid, host, born }
  } catch {
    return undefined
  }
}

/** Was it left behind by a process of ours that is dead, on this machine? */
export function isOursAndDead(text: string): boolean {
  const holder = holderOf(text)
  return holder !== undefined && holder.host === hostname() && !lives(holder)
}

/** Takes the lock, or says that another has it. Only a dead lock of our own is removed. */
export async function takeLock(path: string): Promise<{ release(): Promise<void> } | undefined> {
  const holder: Holder = { baton: 'lock', host: hostname(), pid: process.pid, born: bornAt(process.pid) }
  const signed = `${path}.baton-${process.pid}-${count++}`
  await writeFile(signed, JSON.stringify(holder), { mode: 0o600 })
  try {
    for (let tries = 0; tries < 3; tries++) {
      try {
        // A link appears with its content, or not at all: a kill never leaves a lock that nobody signed.
        await link(signed, path)
        return { release: () => rm(path, { force: true }) }
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
        if (!(await removeDead(path))) return undefined
      }
    }
    return undefined
  } finally {
    await rm(signed, { force: true })
  }
}

async function removeDead(path: string): Promise<boolean> {
  try {
    if (!isOursAndDead(await readFile(path, 'utf8'))) return false
    const aside = `${path}.dead-${process.pid}`
    await rename(path, aside)
    const ours = isOursAndDead(await readFile(aside, 'utf8'))
    await (ours ? rm(aside, { force: true }) : rename(aside, path))
    return ours
  } catch (error) {
    if (isMissing(error)) return true
    throw error
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
