// What a clone's folder says of itself: whose it is, from which base, and whether it was finished.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CloneOrder } from '../core/ports.ts'

export interface Told {
  readonly name: string
  readonly kind: string
  readonly repository: string
  readonly base: string
  /** Overlay: the pristine below it, and the layers between the two, topmost first. */
  readonly pristine?: string
  readonly layers?: readonly string[]
}

const file = 'clone.json'

/**
 * Written last and whole: a folder without it was never given to an agent. Not flushed: what a power cut takes of this it takes of the
 * agent's files too, and work that was collected lies in the repository by then.
 */
export function tell(place: string, told: Told): void {
  const draft = join(place, `${file}.new`)
  writeFileSync(draft, JSON.stringify(told), { mode: 0o600 })
  renameSync(draft, join(place, file))
}

export function told(place: string): Told | undefined {
  const path = join(place, file)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Told) : undefined
}

/** Every finished clone below `root`. */
export function allTold(root: string): readonly { readonly place: string; readonly told: Told }[] {
  mkdirSync(root, { recursive: true, mode: 0o700 })
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap((entry) => {
      const place = join(root, entry.name)
      const what = told(place)
      return what === undefined ? [] : [{ place, told: what }]
    })
}

/** A clone that is opened again must be the one that was asked for. */
export function checkSame(what: Told, order: CloneOrder, kind: string): void {
  if (
    what.kind === kind &&
    what.base === order.base &&
    what.repository === order.repository &&
    what.name === order.name
  )
    return
  throw new Error(
    `The clone ${order.name} on disk is a ${what.kind} clone of ${what.repository} at ${what.base}, not a ${kind} clone of ${order.repository} at ${order.base}. Discard it by name, or use another name.`,
  )
}
