// One writer for each home: a lock that the operating system lets go when its process dies, and a note of who holds it.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreFailed } from '../core/ports.ts'

export type Hold =
  | { readonly held: true; release(): void }
  /** `pid` is undefined while the holder has not written it down yet. */
  | { readonly held: false; readonly pid: number | undefined; readonly why: string }

/** A database that nothing refers to is closed by the garbage collector, and the lock goes with it. */
const alive = new Set<DatabaseSync>()

function holder(home: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(home, 'lock.pid'), 'utf8').trim())
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function sign(home: string): void {
  const draft = join(home, `lock.pid.${process.pid}`)
  writeFileSync(draft, `${process.pid}\n`, { mode: 0o600 })
  renameSync(draft, join(home, 'lock.pid'))
}

function release(db: DatabaseSync, home: string): void {
  if (!alive.delete(db)) return
  if (holder(home) === process.pid) rmSync(join(home, 'lock.pid'), { force: true })
  db.close()
}

/** Takes the home for writing, or says who has it. Never waits. The append's own check of the head stays the real fence. */
export function holdHome(home: string): Hold {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const file = join(home, 'lock.db')
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
    if (code !== 5) {
      const why = error instanceof Error ? error.message : String(error)
      throw new StoreFailed('broken', `Could not lock ${file}: ${why}. It holds nothing: remove it and start again.`, {
        cause: error,
      })
    }
    const pid = holder(home)
    return { held: false, pid, why: `${home} is held by ${pid === undefined ? 'another process' : `process ${pid}`}.` }
  }
  alive.add(db)
  sign(home)
  return { held: true, release: () => release(db, home) }
}
