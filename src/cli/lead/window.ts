// The options by which metrics and the portfolio are narrowed down.
import { resolve } from 'node:path'
import { statuses } from '../../core/portfolio/life.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { Context, Option } from '../command.ts'

export const filterOptions: readonly Option[] = [
  { name: 'from', value: 'time', caption: 'what happened from this day or time on, in UTC' },
  { name: 'to', value: 'time', caption: 'and before this time, or until the end of this day' },
  { name: 'owner', value: 'name', caption: 'items that this person has' },
  { name: 'workflow', value: 'name', caption: 'items of this workflow, <name> or <name>@<version>' },
  { name: 'workspace', value: 'folder', caption: 'items of this repository' },
  { name: 'status', value: 'word', caption: `items that stand so: ${statuses.join(', ')}` },
]

export function filtersOf(context: Context) {
  const [from, to] = [timeOf(context, 'from', 0), timeOf(context, 'to', dayMs)]
  const [owner, workflow, workspace] = ['owner', 'workflow', 'workspace'].map((name) => context.text(name))
  const status = context.choice('status', statuses)
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(owner === undefined ? {} : { owner }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(workspace === undefined ? {} : { workspace: resolve(context.world.folder, workspace) }),
    ...(status === undefined ? {} : { status }),
  }
}

/** What was asked for is repeated, so that a slip of the pen is seen. */
export function nothing(context: Context): string {
  const given = filterOptions.flatMap(({ name }) => {
    const value = context.text(name)
    return value === undefined ? [] : [`--${name} ${quoted(value, 100)}`]
  })
  if (given.length === 0) return 'nothing to measure: no item was open yet'
  return `nothing to measure: no item fits ${given.join(' ')}`
}

const dayMs = 86_400_000

/** `ofDay`: what is added to the beginning of a day when no time is given. */
function timeOf(context: Context, name: string, ofDay: number): number | undefined {
  const given = context.text(name)
  if (given === undefined) return undefined
  const day = /^\d{4}-\d{2}-\d{2}$/u.test(given)
  const exact = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/u.test(given)
  const at = day || exact ? Date.parse(given) : Number.NaN
  // A day that no month has is moved into the next month by some readers.
  if (at >= 0 && new Date(at).toISOString().startsWith(given.slice(0, 10))) return day ? at + ofDay : at
  throw new Refused(
    refuse(
      'invalid',
      `--${name} ${given}`,
      'it is no day or time in UTC',
      'write it as 2026-11-01 or 2026-11-01T12:00Z',
    ),
  )
}
