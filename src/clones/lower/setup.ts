// Picks from what a set-up wrote only what the base does not have: dependencies, caches, build results.
import { lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Moves new files and folders from `upper` into `layer`. What changes, deletes or replaces something of `tree` is left behind, and so is every .git:
 * the set-up ran a repository's scripts, and what they did to the base must reach neither an agent nor a comparison.
 */
export function keepNew(upper: string, tree: string, layer: string): void {
  for (const entry of readdirSync(upper, { withFileTypes: true })) {
    if (entry.name.toLowerCase() === '.git' || entry.isCharacterDevice()) continue
    const [from, base, to] = [upper, tree, layer].map((folder) => join(folder, entry.name)) as [string, string, string]
    const before = lstatSync(base, { throwIfNoEntry: false })
    if (before === undefined) renameSync(from, to)
    else if (before.isDirectory() && entry.isDirectory()) {
      mkdirSync(to)
      keepNew(from, base, to)
    }
  }
}
