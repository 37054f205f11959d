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
  const listed = await ask(['ls-files', '-m', '-d', '-z', '-s'])
  const modified = listed.flatMap((line) => {
    const [, mode, path] = /^(?:. )?(\d+) [0-9a-f]+ \d\t(.*)$/su.exec(line) ?? []
    return path !== undefined && mode !== '160000' ? [path] : []
  })
  return [...new Set([...staged, ...modified])].filter((p) => p !== '').sort()
}
