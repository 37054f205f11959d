// Cookies that a person ended, kept in the home so that a restart does not let them in again.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Refused, refuse } from '../core/refusals.ts'
import type { EndedCookies } from '../doors/guard/keys.ts'

const shape = z.array(z.tuple([z.string(), z.number()]))

export function endedCookies(home: string): EndedCookies {
  const file = join(home, 'ended-cookies.json')
  return {
    read: () => new Map(readEnded(file)),
    write: (ended) => {
      const draft = `${file}.${process.pid}`
      writeFileSync(draft, JSON.stringify([...ended]), { mode: 0o600 })
      renameSync(draft, file)
    },
  }
}

/** One that cannot be read might have named a cookie that somebody else has now. */
function readEnded(file: string): z.output<typeof shape> {
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    const remedy = 'remove it together with the token: every browser then needs a new link'
    throw new Refused(refuse('auth', file, 'it cannot be read', remedy, file))
  }
}
