// How many agents are wanted, and said to run, in a folder: also one that Baton does not work for, where its path is only a name.
import { type Refusal, refuse } from '../refusals.ts'
import { quoted } from '../text/neutral.ts'

export interface Count {
  readonly path: string
  /** Of a folder that Baton does not work for. A workspace has its own number, which the scheduler uses; here it is then 0. */
  desired: number
  /** What somebody outside says runs there; the house's own attempts are not in it. */
  reported: number
  reportedAt: number
  /** When somebody last wished, reported or listened. */
  seenAt: number
  stale: boolean
}

export const mostAgents = 1024
export const mostCounts = 10_000
/** Without another report it is not believed any longer. */
export const reportLastsMs = 60_000
/** The same report is not written down again so soon. */
export const sameReportMs = 5000
/** Nor that somebody was seen. */
export const sameSightMs = 3_600_000
export const staleAfterMs = 24 * 3_600_000
export const removedAfterMs = 7 * staleAfterMs

const drive = /^([A-Za-z]):[\\/]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const control = /[\u0000-\u001f\u007f-\u009f]/
const longest = 4096

/**
 * The one spelling of an absolute path, by its words alone: no slash at its end, none doubled, no `.`; a drive letter is upper case with
 * forward slashes, as git has it. Undefined for what is no absolute path, climbs by `..`, or holds control characters.
 */
export function countedPath(given: string): string | undefined {
  if (given.length > longest || control.test(given) || !given.isWellFormed()) return undefined
  const letter = drive.exec(given)?.[1]
  if (letter !== undefined) return joined(`${letter.toUpperCase()}:/`, given.slice(3).split(/[\\/]/), '/')
  if (given.startsWith('/')) return joined('/', given.split('/'), '/')
  const share = /^\\\\([^\\/.]+[\\/].*)$/.exec(given)?.[1]
  return share === undefined ? undefined : joined('\\\\', share.split(/[\\/]/), '\\')
}

function joined(root: string, given: readonly string[], by: string): string | undefined {
  const names = given.filter((name) => name !== '' && name !== '.')
  return names.includes('..') ? undefined : root + names.join(by)
}

export function pathTrouble(given: string): Refusal {
  const why = 'it is no absolute path, or it climbs by .., or it holds control characters'
  return refuse(
    'invalid',
    `workspace ${quoted(given, 200)}`,
    why,
    'give the whole path of the folder, e.g. /home/ada/tea',
  )
}
