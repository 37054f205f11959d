// The home's `format` file: which shape the home is in, and whether this version of Baton may write to it.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export const newestFormat = 1

export interface HomeFormat {
  readonly version: number
  /** Absent when the home may be written to; else the sentence why not. */
  readonly readOnly?: string
}

const line = /^baton home (\d{1,9})\n?$/

export function parseFormat(text: string, home: string): HomeFormat {
  const version = Number(line.exec(text)?.[1] ?? 0)
  if (version === 0) {
    const why = `${join(home, 'format')} does not say "baton home <number>": the home is opened read-only. Restore that file from a backup.`
    return { version, readOnly: why }
  }
  if (version <= newestFormat) return { version }
  const why =
    `${home} was written by a newer Baton (format ${version}, this one knows ${newestFormat}): it is opened read-only. ` +
    'Upgrade Baton to write to it.'
  return { version, readOnly: why }
}

/** Undefined when the home has no format file yet. */
export function readFormat(home: string): HomeFormat | undefined {
  try {
    return parseFormat(readFileSync(join(home, 'format'), 'utf8'), home)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes the newest format; for a new home, or after all of a home has been brought up to it. */
export function writeFormat(home: string): HomeFormat {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const draft = join(home, `.format.${process.pid}`)
  const handle = openSync(draft, 'w', 0o600)
  try {
    writeSync(handle, `baton home ${newestFormat}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(draft, join(home, 'format'))
  return { version: newestFormat }
}
