// Finds a repository from a path, and makes the private git folder through which its objects are reached without its configuration.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { RepositoryTrouble } from '../../core/ports.ts'
import { isAlive } from './locks.ts'
import { type Command, type Places, runGit } from './run.ts'

const NEEDED = [2, 38] as const

/** Settings of the repository that change how bytes and names lie on disk; each is passed on only in a form that cannot run anything. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  'core.filemode': /^(true|false)$/,
  'core.symlinks': /^(true|false)$/,
  'core.ignorecase': /^(true|false)$/,
  'core.precomposeunicode': /^(true|false)$/,
  'core.trustctime': /^(true|false)$/,
  'core.checkstat': /^(default|minimal)$/,
  'core.autocrlf': /^(true|false|input)$/,
  'core.eol': /^(lf|crlf|native)$/,
  'core.sharedrepository': /^(true|false|umask|group|all|world|everybody|0?[0-7]{3})$/,
}

export type Settings = Readonly<Record<string, string>>

export interface Opened {
  readonly places: Places
  readonly settings: Settings
  run(command: Command): ReturnType<typeof runGit>
}

export async function openPlaces(path: string, scratchUnder: string = tmpdir()): Promise<Opened> {
  sweepScratch(scratchUnder)
  const scratch = realpathSync(mkdtempSync(join(scratchUnder, `${SCRATCH}${process.pid}-`)))
  try {
    writeFileSync(join(scratch, 'empty'), '')
    await needVersion(scratch)
    const places = await findPlaces(scratch, path)
    const run = (command: Command) => runGit(scratch, command, places)
    const settings = await readSettings(run)
    makeObjectsFolder(places, settings)
    return { places, settings, run }
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true })
    throw error
  }
}

/** The host is in the name, since a process number means nothing on another machine or in another container. */
const SCRATCH = `baton-git-${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}-`

/** Removes the private folders of our own processes that were killed. */
function sweepScratch(under: string): void {
  for (const name of readdirSync(under)) {
    const pid = name.startsWith(SCRATCH) ? Number(name.slice(SCRATCH.length).split('-')[0]) : 0
    if (pid > 0 && pid !== process.pid && !isAlive(pid)) rmSync(join(under, name), { recursive: true, force: true })
  }
}

async function needVersion(scratch: string): Promise<void> {
  const { out } = await runGit(scratch, { reach: 'refs', args: ['version'] })
  const said = out.toString('utf8').trim()
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said) ?? []
  const fits = Number(major) > NEEDED[0] || (Number(major) === NEEDED[0] && Number(minor) >= NEEDED[1])
  if (!fits)
    throw new RepositoryTrouble('unfit', `Baton needs git 2.38 or newer; here is "${said}".`, 'Install a newer git.')
}

async function findPlaces(scratch: string, path: string): Promise<Places> {
  let from: string
  try {
    from = realpathSync(path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new RepositoryTrouble(
      'unfit',
      `The folder ${path} cannot be opened: ${why}.`,
      'Give the path of a git repository.',
    )
  }
  const ask = async (...flags: string[]) => {
    const args = ['-C', from, 'rev-parse', '--path-format=absolute', ...flags]
    const answer = await runGit(scratch, { reach: 'refs', args, codes: [128] })
    return answer.code === 0 ? answer.out.toString('utf8').replace(/\n$/, '').split('\n') : undefined
  }
  const found = await ask(
    '--git-dir',
    '--git-common-dir',
    '--is-bare-repository',
    '--is-inside-work-tree',
    '--show-object-format',
  )
  const [gitDir, commonDir, bare, inside, format] = found ?? []
  if (found?.length !== 5 || !gitDir || !commonDir) {
    throw new RepositoryTrouble(
      'unfit',
      `The folder ${from} is not in a git repository.`,
      'Run `git init` there, or give another path.',
    )
  }
  if (format !== 'sha1' && format !== 'sha256') {
    throw new RepositoryTrouble(
      'unfit',
      `The repository at ${from} uses the unknown object format ${format}.`,
      'Use sha1 or sha256.',
    )
  }
  const top = inside === 'true' ? (await ask('--show-toplevel'))?.[0] : undefined
  if (bare !== 'true' && !top) {
    const what = `The folder ${from} lies inside a git folder, or its repository names a working folder elsewhere.`
    throw new RepositoryTrouble('unfit', what, 'Give the folder that holds the files.')
  }
  return { root: top ?? commonDir, gitDir, commonDir, scratch, bare: bare === 'true', format }
}

async function readSettings(run: Opened['run']): Promise<Settings> {
  const { out } = await run({ reach: 'person', args: ['config', '-z', '--get-regexp', '^core\\.'], codes: [1] })
  const settings: Record<string, string> = {}
  for (const pair of out.toString('utf8').split('\0')) {
    const [key = '', value = 'true'] = pair.split('\n')
    if (HARMLESS[key]?.test(value)) settings[key] = value
  }
  return settings
}

function makeObjectsFolder(places: Places, settings: Settings): void {
  const folder = join(places.scratch, 'objects.git')
  for (const name of ['objects', 'refs']) mkdirSync(join(folder, name), { recursive: true })
  mkdirSync(join(places.scratch, 'new'))
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/none\n')
  const lines = ['[core]', '\tbare = true', '\trepositoryformatversion = 1']
  for (const [key, value] of Object.entries(settings)) lines.push(`\t${key.slice('core.'.length)} = ${value}`)
  lines.push(
    '[extensions]',
    `\tobjectFormat = ${places.format}`,
    '[merge]',
    '\trenames = true',
    '\tconflictStyle = merge',
  )
  writeFileSync(join(folder, 'config'), `${lines.join('\n')}\n`)
}
