// Which new files the base's own ignore rules leave out; what an agent wrote into ignore files counts for nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { git } from '../git.ts'
import { baseEntries, blobs, type Origin } from './tree.ts'

function rulePlaces(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '.' && !folders.has(folder); folder = dirname(folder))
      folders.add(folder)
  }
  return ['.gitignore', ...[...folders].map((folder) => `${folder}/.gitignore`)]
}

/** Git itself reads the rules, in a scratch folder that holds the base's ignore files and nothing else. */
export async function ignored(base: Origin, scratch: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set()
  const places = new Set(rulePlaces(paths))
  const files = [...(await baseEntries(base, [...places])).values()].filter(
    ({ path, mode }) => places.has(path) && mode.startsWith('100'),
  )
  if (files.length === 0) return new Set()
  const contents = await blobs(base, [...new Set(files.map(({ oid }) => oid))])
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  const folder = mkdtempSync(join(scratch, 'rules-'))
  try {
    for (const { path, oid } of files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true })
      writeFileSync(join(folder, path), contents.get(oid) ?? '')
    }
    const out = await git(base.spawner, {
      gitDir: base.gitDir,
      workTree: folder,
      args: ['check-ignore', '--no-index', '-z', '--stdin'],
      input: paths.map((path) => `./${path}\0`).join(''),
      codes: [1],
      pathspecs: true,
    })
    return new Set(
      String(out)
        .split('\0')
        .filter((path) => path !== '')
        .map((path) => path.slice(2)),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
