// Where a path that a person gave lies in a repository: from its root, with forward slashes.
import { Refused, refuse } from '../../core/refusals.ts'

/** `given` is absolute, or relative to `folder`; to `root` for whoever stands outside of it. Throws when it leads out of `root`. */
export function placeIn(root: string, folder: string, given: string): string {
  const slashed = given.replaceAll('\\', '/')
  const absolute = slashed.startsWith('/') || /^[A-Za-z]:\//.test(slashed)
  const base = walked(root.replaceAll('\\', '/'))
  const stands = walked(folder.replaceAll('\\', '/'))
  const from = stands === base || stands.startsWith(`${base}/`) ? stands : base
  const whole = walked(absolute ? slashed : `${from}/${slashed}`)
  if (whole.startsWith(`${base}/`)) return whole.slice(base.length + 1)
  const why = whole === base ? 'it is the repository itself' : `it lies outside the repository ${root}`
  throw new Refused(refuse('invalid', `plan ${given}`, why, 'name a folder or file of this repository'))
}

function walked(path: string): string {
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') kept.pop()
    else if (part !== '' && part !== '.') kept.push(part)
  }
  return `/${kept.join('/')}`
}
