// Turns a clone's name, which is any text, into the name of a folder, and keeps every path inside its root.
import { createHash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** Readable and unique: no two names share a folder, not even where case does not count. */
export function folderName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 60)
  return `${plain || 'clone'}-${digest(name)}`
}

/** The folder of a name below `root`. Refuses what is not a real folder there: a link could lead anywhere. */
export function placeOf(root: string, name: string): string {
  const place = join(root, folderName(name))
  if (!place.startsWith(`${root}/`)) throw new Error(`The name ${JSON.stringify(name)} leads out of ${root}.`)
  const seen = lstatSync(place, { throwIfNoEntry: false })
  if (seen !== undefined && !seen.isDirectory())
    throw new Error(`${place} is not a folder, so nothing is done with it. Look who put it there.`)
  return place
}
