// Says how a repository stands: its base branch, and everything that makes it unfit or unsafe to work in, each with a remedy.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type RepositoryState, RepositoryTrouble } from '../../core/ports.ts'
import { foldPath } from '../names.ts'
import { findBase, type Trunk } from './branches.ts'
import { dirtyPaths } from './dirty.ts'
import { isOursAndDead } from './locks.ts'
import type { Objects } from './objects.ts'
import type { Opened } from './open.ts'
import { listRefs, readRef } from './refs.ts'
import { readIntent } from './sync.ts'
import { textIfThere } from './there.ts'
import { unfinished } from './worktrees.ts'

export type Problem = RepositoryState['problems'][number]

export async function lookAt(opened: Opened, objects: Objects, asked: string | undefined): Promise<RepositoryState> {
  const { places } = opened
  const problems: Problem[] = []
  const { head, branch } = await readHead(opened)
  let base: Trunk | undefined
  try {
    base = await findBase(opened, asked, branch)
  } catch (error) {
    if (!(error instanceof RepositoryTrouble)) throw error
    problems.push({ kind: 'no-base', what: error.message, remedy: error.remedy, fatal: true })
  }
  if (!base && problems.length === 0) problems.push(noBase(places.root, head))
  problems.push(
    ...shape(opened, head, branch),
    ...leftBehind(opened, base),
    ...(await configured(opened)),
    ...(await forged(opened)),
  )
  if (base) problems.push(...(await content(opened, objects, base.commit)))
  if (head && !places.bare) problems.push(...(await uncommitted(opened, head)))
  const note = await readIntent(places.gitDir)
  if (note && ((await readRef(opened.run, note.ref))?.commit ?? null) === note.old)
    problems.push(interruptedSync(places.root, note.ref))
  return { root: places.root, baseBranch: base?.name ?? '', baseCommit: base?.commit ?? '', head, branch, problems }
}

async function readHead(opened: Opened): Promise<{ head: string | null; branch: string | null }> {
  const symbolic = await opened.run({ reach: 'refs', args: ['symbolic-ref', '-q', 'HEAD'], codes: [1] })
  const ref = symbolic.out.toString('utf8').trim()
  const commit = await opened.run({ reach: 'refs', args: ['rev-parse', '-q', '--verify', 'HEAD^{commit}'], codes: [1] })
  return {
    head: commit.out.toString('utf8').trim() || null,
    branch: ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null,
  }
}

function noBase(root: string, head: string | null): Problem {
  if (head)
    return {
      kind: 'no-base',
      what: `No base branch was found in ${root}.`,
      remedy: 'Set BASE_BRANCH to a branch.',
      fatal: true,
    }
  const remedy = 'Make a first commit: `git add -A && git commit -m start`.'
  return { kind: 'no-commits', what: `The repository at ${root} has no commits yet.`, remedy, fatal: true }
}

function shape(opened: Opened, head: string | null, branch: string | null): Problem[] {
  const { root, gitDir, commonDir, bare } = opened.places
  const problems: Problem[] = []
  if (bare) {
    const remedy = 'Clone it, `git clone <this> <folder>`, and run in that folder.'
    problems.push({
      kind: 'bare',
      what: `${root} is a bare repository, without files to work beside.`,
      remedy,
      fatal: true,
    })
  }
  const busy = unfinished(gitDir)
  if (busy) {
    const what = `A ${busy} is in progress in ${root}; landing on its branch waits until it has ended.`
    problems.push({
      kind: 'in-progress',
      what,
      remedy: `End it with \`git ${busy.split(' ')[0]} --continue\` or \`--abort\`.`,
      fatal: false,
    })
  }
  if (head && !branch) {
    const what = `HEAD in ${root} is detached at ${head.slice(0, 12)}.`
    problems.push({
      kind: 'detached',
      what,
      remedy: 'Switch to a branch if you want to see work land there.',
      fatal: false,
    })
  }
  const shallow = join(commonDir, 'shallow')
  if ((textIfThere(shallow) ?? '').trim() !== '') {
    const what = `${root} is a shallow clone: history that merges need is missing.`
    problems.push({
      kind: 'shallow',
      what,
      remedy: 'Run `git fetch --unshallow` (in CI: `fetch-depth: 0`).',
      fatal: true,
    })
  }
  return problems
}

function leftBehind(opened: Opened, base: Trunk | undefined): Problem[] {
  const { gitDir, commonDir } = opened.places
  const files = [join(gitDir, 'index.lock'), join(gitDir, 'HEAD.lock'), join(commonDir, 'packed-refs.lock')]
  if (base) files.push(join(commonDir, 'refs', 'heads', `${base.name}.lock`))
  return files.flatMap((file) => {
    const text = textIfThere(file)
    if (text === undefined) return []
    const ours = isOursAndDead(text.slice(0, 2000))
    const what = `The lock ${file} is there; ${ours ? 'a Baton that was killed left it' : 'another git is running, or left it behind'}.`
    const remedy = ours ? 'Nothing to do: the next landing removes it.' : `If no git is running, delete ${file}.`
    return [{ kind: 'lock' as const, what, remedy, fatal: false }]
  })
}

async function configured(opened: Opened): Promise<Problem[]> {
  const { commonDir, root } = opened.places
  const asked =
    '^(user\\.(name|email)|extensions\\.partialclone|remote\\..*\\.(promisor|partialclonefilter)|core\\.sparsecheckout)$'
  const { out } = await opened.run({ reach: 'person', args: ['config', '-z', '--get-regexp', asked], codes: [1] })
  const keys = new Map(
    out
      .toString('utf8')
      .split('\0')
      .map((p) => [p.split('\n')[0] ?? '', p.slice(p.indexOf('\n') + 1)]),
  )
  const problems: Problem[] = []
  const partial = [...keys].some(([k, v]) => /partialclone/.test(k) || (k.endsWith('.promisor') && v !== 'false'))
  if (partial) {
    const what = `${root} is a partial clone: files would have to be fetched while working.`
    problems.push({ kind: 'partial-clone', what, remedy: 'Make a full clone and run there.', fatal: true })
  }
  if (keys.get('core.sparsecheckout') === 'true') {
    const what = `${root} shows only a part of its files (sparse checkout); landing on a branch that is checked out may wait.`
    problems.push({ kind: 'sparse', what, remedy: 'Run `git sparse-checkout disable` if landing waits.', fatal: false })
  }
  if (!keys.get('user.name') || !keys.get('user.email')) {
    const what = 'git knows no name or email for you; Baton commits under its own.'
    problems.push({
      kind: 'no-identity',
      what,
      remedy: 'Set user.name and user.email with `git config` if you commit too.',
      fatal: false,
    })
  }
  const grafts = join(commonDir, 'info', 'grafts')
  if (existsSync(grafts)) {
    const what = `${grafts} rewrites history for you; Baton ignores it.`
    problems.push({ kind: 'grafts', what, remedy: 'Make it real with `git filter-repo`, or delete it.', fatal: false })
  }
  return problems
}

async function forged(opened: Opened): Promise<Problem[]> {
  const count = (await listRefs(opened.run, 'refs/replace/')).length
  if (count === 0) return []
  const what = `${count} replace refs show other content than the real one to you; Baton ignores them.`
  return [
    {
      kind: 'replace-refs',
      what,
      remedy: 'Look at `git replace -l`, and delete them with `git replace -d`.',
      fatal: false,
    },
  ]
}

async function content(opened: Opened, objects: Objects, commit: string): Promise<Problem[]> {
  const { out } = await opened.run({ reach: 'objects', args: ['ls-tree', '-r', '-z', '--full-tree', commit] })
  const problems: Problem[] = []
  const folds = new Map<string, string>()
  const twins: string[] = []
  const attributes: string[] = []
  let nested: string | undefined
  for (const line of out.toString('utf8').split('\0')) {
    const [, mode, oid, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/su.exec(line) ?? []
    if (path === undefined || oid === undefined) continue
    if (mode === '160000' || path === '.gitmodules') nested ??= path
    if (/(^|\/)\.gitattributes$/.test(path)) attributes.push(oid)
    const fold = foldPath(path)
    if (folds.has(fold)) twins.push(`${folds.get(fold)} and ${path}`)
    folds.set(fold, path)
  }
  if (nested !== undefined) {
    const what = `The base branch holds submodules (${nested}).`
    problems.push({
      kind: 'submodules',
      what,
      remedy: 'Baton cannot work with submodules yet: run in a repository without them.',
      fatal: true,
    })
  }
  const filter = await filterOf(objects, attributes)
  if (filter) {
    const kind = filter === 'lfs' ? 'lfs' : 'filters'
    const what = `.gitattributes sends files through the filter "${filter}", which Baton does not run.`
    problems.push({ kind, what, remedy: 'Run in a repository whose files are stored as they are.', fatal: true })
  }
  if (twins.length > 0) {
    const what = `${twins[0]} are one file where case or Unicode form do not count (${twins.length} such pairs).`
    const fatal = process.platform === 'win32' || process.platform === 'darwin'
    problems.push({ kind: 'twins', what, remedy: 'Rename one of each pair.', fatal })
  }
  return problems
}

async function filterOf(objects: Objects, oids: readonly string[]): Promise<string | undefined> {
  for (const oid of oids) {
    const { bytes } = await objects.read(oid)
    const name = /^[^#\n]*\sfilter=([^\s]+)/m.exec(bytes.toString('utf8'))?.[1]
    if (name !== undefined) return name
  }
  return undefined
}

async function uncommitted(opened: Opened, head: string): Promise<Problem[]> {
  const paths = await dirtyPaths(opened, head)
  if (paths.length === 0) return []
  const some = paths.slice(0, 10).join(', ')
  const what = `${paths.length} paths in ${opened.places.root} are not committed: ${some}${paths.length > 10 ? ', …' : ''}.`
  return [
    {
      kind: 'dirty',
      what,
      remedy: 'Runs do not see them; commit what they need. Landing never touches them.',
      fatal: false,
    },
  ]
}

function interruptedSync(root: string, ref: string): Problem {
  const what = `Baton was killed while it moved ${root} to new work on ${ref}; some of that work may show there as uncommitted.`
  return { kind: 'interrupted', what, remedy: 'Run Baton again: it finishes the move.', fatal: false }
}
