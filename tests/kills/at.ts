// Loaded into a Baton that is to be killed: counts what it writes or does outside, and ends it at one exact place.
import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import sqlite from 'node:sqlite'
import { isMainThread } from 'node:worker_threads'

/**
 * BATON_TEST_KILL is `<what>:<when>:<n>`. what: `append`, a transaction of the journal; `effect`, a change of a file or the start of a
 * process; `move`, a move of a ref. when: `before` or `after` it. BATON_TEST_COUNT names a file that is told how many of each there were.
 */
const [what = '', when = '', which = '0'] = (process.env.BATON_TEST_KILL ?? '').split(':')
const told = process.env.BATON_TEST_COUNT
const counts: Record<string, number> = { append: 0, effect: 0, move: 0 }

type Kind = 'append' | 'effect' | 'move'

function reached(kind: Kind): number {
  const count = (counts[kind] ?? 0) + 1
  counts[kind] = count
  return count
}

function dies(kind: string, time: string, count: number): void {
  if (kind === what && time === when && count === Number(which)) process.kill(process.pid, 'SIGKILL')
}

type Call = (this: unknown, ...given: unknown[]) => unknown

function counted(kind: Kind, call: Call, counts: (self: unknown) => boolean = () => true): Call {
  return function (this: unknown, ...given) {
    if (!counts(this)) return call.apply(this, given)
    const count = reached(kind)
    dies(kind, 'before', count)
    const result = call.apply(this, given)
    if (result instanceof Promise) {
      return result.then((value: unknown) => {
        dies(kind, 'after', count)
        return value
      })
    }
    dies(kind, 'after', count)
    return result
  }
}

function replace(room: object, name: string, kind: Kind, counts?: (self: unknown) => boolean): void {
  const calls = room as Record<string, Call>
  const call = calls[name]
  if (call === undefined) throw new Error(`There is no ${name} to count.`)
  calls[name] = counted(kind, call, counts)
}

/** A ref has moved when the git that moves it has ended: nobody hears of that before we do. */
function moved(call: Call): Call {
  return function (this: unknown, ...given) {
    if (!(Array.isArray(given[1]) && given[1].includes('update-ref'))) return call.apply(this, given)
    const count = reached('move')
    dies('move', 'before', count)
    const child = call.apply(this, given) as childProcess.ChildProcess
    child.once('exit', () => dies('move', 'after', count))
    return child
  }
}

const writesJournal = (self: unknown): boolean =>
  /^(INSERT INTO entries SELECT|COMMIT)/.test((self as sqlite.StatementSync).sourceSQL)

if (isMainThread) {
  replace(sqlite.StatementSync.prototype, 'run', 'append', writesJournal)
  for (const name of ['rename', 'writeFile', 'rm', 'mkdir', 'symlink', 'link', 'chmod', 'truncate', 'unlink'])
    replace(fs.promises, name, 'effect')
  for (const name of ['renameSync', 'writeFileSync', 'rmSync', 'fsyncSync']) replace(fs, name, 'effect')
  replace(childProcess, 'spawn', 'effect')
  childProcess.spawn = moved(childProcess.spawn as Call) as typeof childProcess.spawn
  syncBuiltinESMExports()
  if (told !== undefined)
    process.on('exit', () => fs.appendFileSync(told, `${counts.append} ${counts.effect} ${counts.move}\n`))
}
