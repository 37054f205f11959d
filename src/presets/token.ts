// The owner's token: made at the first start, readable by nobody else, and the same until its file is removed.
import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refused, refuse } from '../core/refusals.ts'

const shortest = 32

export const tokenFile = (home: string): string => join(home, 'token')

/** Whoever comes second takes what the first one made. */
export function ownToken(home: string): { readonly token: string; readonly fresh: boolean } {
  const file = tokenFile(home)
  const found = readToken(file)
  if (found !== undefined) return { token: found, fresh: false }
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'w' })
  let fresh = true
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    fresh = false
  } finally {
    rmSync(draft, { force: true })
  }
  return { token: readToken(file) ?? '', fresh }
}

/** As far as there is one that may be read: whoever serves with it says what is wrong with it. */
export function knownToken(home: string): readonly string[] {
  try {
    return [readToken(tokenFile(home))].filter((token) => token !== undefined)
  } catch (error) {
    if (error instanceof Refused || (error instanceof Error && 'code' in error)) return []
    throw error
  }
}

function readToken(file: string): string | undefined {
  let text: string
  try {
    const seen = lstatSync(file)
    if (!seen.isFile()) throw notOurs(file, 'it is no plain file')
    // Others may have read it while it was open to them; closing it again is the least.
    if (process.platform !== 'win32' && (seen.mode & 0o077) !== 0) chmodSync(file, 0o600)
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  if (text.length < shortest || /\s/u.test(text)) throw notOurs(file, `it does not hold ${shortest} characters or more`)
  return text
}

function notOurs(file: string, why: string): Refused {
  return new Refused(refuse('auth', file, why, 'remove it: the next start makes a new one', file))
}
