// Finds new paths that would be one file with another where case or Unicode form do not count.
import type { Change } from '../../core/ports.ts'
import { fold } from './judge.ts'

function prefixes(path: string): string[] {
  const found: string[] = []
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) found.push(path.slice(0, at))
  return [...found, path]
}

/** The added paths that must go, so that no folder holds two names with one fold: what was there before stays, then what sorts first. */
export function twins(basePaths: Iterable<string>, changes: readonly Change[]): ReadonlySet<string> {
  const deleted = new Set(changes.filter(({ kind }) => kind === 'deleted').map(({ path }) => path))
  const holders = new Map<string, string>()
  for (const path of basePaths) {
    if (!deleted.has(path)) for (const at of prefixes(path)) if (!holders.has(fold(at))) holders.set(fold(at), at)
  }
  const added = changes.filter(({ kind }) => kind === 'added').map(({ path }) => path)
  const refused = new Set<string>()
  for (const path of added.sort()) {
    const clash = prefixes(path).some((at) => (holders.get(fold(at)) ?? at) !== at)
    if (clash) refused.add(path)
    else for (const at of prefixes(path)) holders.set(fold(at), at)
  }
  return refused
}
