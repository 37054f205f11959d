// Builds a git folder by hand: our configuration, nobody's hooks, and the person's objects by reference.
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const config = (format: string): string => `[core]
	repositoryformatversion = ${format === 'sha256' ? 1 : 0}
	filemode = true
	bare = false
	logallrefupdates = true
	hooksPath = /dev/null
	fsmonitor = false
	untrackedCache = false
	checkStat = minimal
	trustctime = false
	autocrlf = false
[gc]
	auto = 0
[maintenance]
	auto = false
[advice]
	detachedHead = false
[commit]
	gpgSign = false
[user]
	name = Baton agent
	email = agent@baton.invalid
${format === 'sha256' ? '[extensions]\n\tobjectFormat = sha256\n' : ''}`

// What is checked out is byte for byte what is in the tree, so that what is collected can be compared with it.
const attributes = '* -text -eol -filter -ident -working-tree-encoding\n'

/** A checkout whose .git leads elsewhere, and linked worktrees, keep their objects in the common folder. */
function commonFolder(repository: string): string {
  const dotGit = join(repository, '.git')
  const seen = lstatSync(dotGit, { throwIfNoEntry: false })
  let folder = seen === undefined ? repository : dotGit
  if (seen?.isFile()) {
    const pointer = /^gitdir: (.*?)\s*$/.exec(readFileSync(dotGit, 'utf8'))?.[1]
    if (pointer === undefined) throw new Error(`${dotGit} is a file that does not say where its git folder is.`)
    folder = resolve(repository, pointer)
  }
  const common = join(folder, 'commondir')
  return existsSync(common) ? resolve(folder, readFileSync(common, 'utf8').trim()) : folder
}

/** The object folders of a repository, its own first: what it borrows from others belongs to it. */
export function objectFolders(repository: string): readonly string[] {
  const own = join(commonFolder(repository), 'objects')
  if (!existsSync(own)) throw new Error(`${repository} is not a git repository: ${own} is missing.`)
  const found = [own]
  for (const folder of found) {
    const borrowed = join(folder, 'info', 'alternates')
    if (!existsSync(borrowed) || found.length > 16) continue
    for (const line of readFileSync(borrowed, 'utf8').split('\n')) {
      const path = line === '' || line.startsWith('#') ? undefined : resolve(folder, line)
      if (path !== undefined && existsSync(path) && !found.includes(path)) found.push(path)
    }
  }
  return found
}

/** Makes `at` a git folder with HEAD detached at `base`. Everything it needs of git is written here; no template, no clone. */
export function makeGitFolder(at: string, repository: string, base: string): void {
  const format = base.length === 64 ? 'sha256' : 'sha1'
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info'])
    mkdirSync(join(at, folder), { recursive: true })
  const [own = ''] = objectFolders(repository)
  if (own.includes('\n')) throw new Error(`${dirname(own)} cannot be shared: its path holds a line end.`)
  writeFileSync(join(at, 'objects/info/alternates'), `${own.startsWith('"') ? JSON.stringify(own) : own}\n`)
  writeFileSync(join(at, 'config'), config(format))
  writeFileSync(join(at, 'info/attributes'), attributes)
  writeFileSync(join(at, 'HEAD'), `${base}\n`)
}
