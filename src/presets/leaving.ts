// Who holds a home, and whether they are on their way out: what is said beside the lock, for those who wait.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export function holderOf(home: string): { pid: number } | undefined {
  try {
    const pid = Number(readFileSync(join(home, 'lock.pid'), 'utf8').trim())
    return Number.isSafeInteger(pid) && pid > 0 ? { pid } : undefined
  } catch {
    return undefined
  }
}

const beatMs = 1000
/** A process that has not said for so long that it is leaving was stopped, or hangs. */
const silentMs = 5000

const leavingFile = (home: string): string => join(home, 'lock.leaving')

/** Says, again and again, that this process has closed its door and lets its agents end before it lets go of the home. */
export function leave(home: string): () => void {
  const file = leavingFile(home)
  const beat = (): void => {
    try {
      writeFileSync(file, `${process.pid}\n`, { mode: 0o600 })
    } catch {
      // On a full disk whoever waits does so for a shorter time.
    }
  }
  beat()
  const beats = setInterval(beat, beatMs).unref()
  return () => {
    clearInterval(beats)
    rmSync(file, { force: true })
  }
}

export function isLeaving(home: string): boolean {
  const file = leavingFile(home)
  try {
    const own = Number(readFileSync(file, 'utf8').trim()) === holderOf(home)?.pid
    return own && Date.now() - statSync(file).mtimeMs < silentMs
  } catch {
    return false
  }
}
