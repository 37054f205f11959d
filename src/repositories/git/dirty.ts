// Which paths of a person's folder differ from what is committed, found without running their filters.
import { join } from 'node:path'
import type { Opened } from './open.ts'

/** Staged and modified paths. The index is read through our own git folder, where no filter, fsmonitor or nested repository is known. */
export async function dirtyPaths(opened: Opened, head: string): Promise<readonly string[]> {
  const { gitDir, root } = opened.places
  const indexFile = join(gitDir, 'index')
  const ask = async (args: readonly string[]) => {
    const { out } = await opened.run({ reach: 'objects', args, indexFile, workTree: root })
    return out.toString('utf8').split('\0')
  }
  const staged = await ask([
    'diff-index',
    '--cached',
    '-z',
    '--name-only',
    '--no-renames',
    '--ignore-submodules=all',
    head,
  ])
  const modified = await ask(['ls-files', '-m', '-d', '-z'])
  return [...new Set([...staged, ...modified])].filter((p) => p !== '').sort()
}
