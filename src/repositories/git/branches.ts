// Which branch is the base branch, and where it stands.
import { RepositoryTrouble } from '../../core/ports.ts'
import { refProblem, refuse, shown } from '../names.ts'
import type { Opened } from './open.ts'
import { listRefs, readRef } from './refs.ts'

export interface Trunk {
  readonly name: string
  readonly commit: string
}

const REMOTE = 'refs/remotes/origin/'

/** The order: what was asked for; origin's own head; the person's usual first branch, `main`, `master`; the branch that is checked out. */
export async function findBase(
  opened: Opened,
  asked: string | undefined,
  current: string | null,
): Promise<Trunk | undefined> {
  const { run } = opened
  if (asked !== undefined) {
    const name = asked.replace(/^refs\/heads\//, '').replace(/^origin\//, '')
    refuse('base branch', asked, refProblem(`refs/heads/${name}`))
    const found = await branchOrRemote(run, name)
    if (found) return found
    throw new RepositoryTrouble(
      'missing',
      `The base branch ${shown(name)} does not exist.`,
      'Set BASE_BRANCH to a branch that does.',
    )
  }
  const originHead = (await listRefs(run, `${REMOTE}HEAD`))[0]?.pointsTo
  const { out } = await run({ reach: 'person', args: ['config', '--get', 'init.defaultBranch'], codes: [1] })
  const usual = out.toString('utf8').trim()
  const names = [
    originHead?.startsWith(REMOTE) ? originHead.slice(REMOTE.length) : '',
    usual,
    'main',
    'master',
    current ?? '',
  ]
  for (const name of names) {
    if (refProblem(`refs/heads/${name}`)) continue
    const found = await branchOrRemote(run, name)
    if (found) return found
  }
  return undefined
}

async function branchOrRemote(run: Opened['run'], name: string): Promise<Trunk | undefined> {
  const found = (await readRef(run, `refs/heads/${name}`)) ?? (await readRef(run, `${REMOTE}${name}`))
  return found ? { name, commit: found.commit } : undefined
}
