// The one place where git is started: without a shell, a hook, a filter, a prompt, or any configuration but ours.
import { type ChildProcess, spawn } from 'node:child_process'
import { RepositoryTrouble } from '../../core/ports.ts'
import { wantOf } from '../../core/wants.ts'

/** Where things lie. `scratch` is a private folder of ours, removed on close. */
export interface Places {
  readonly root: string
  readonly gitDir: string
  readonly commonDir: string
  readonly scratch: string
  readonly bare: boolean
  readonly format: 'sha1' | 'sha256'
}

/**
 * `objects`: reads and writes objects through a git folder of our own, so that the repository's configuration, attributes, grafts, replace refs and
 * drivers do not exist. `refs`: the real git folder, for refs and the index. `person`: reads what the person configured, and only that.
 */
export type Reach = 'objects' | 'refs' | 'person'

export interface Command {
  readonly reach: Reach
  readonly args: readonly string[]
  readonly input?: Uint8Array | string
  /** Git folder for `refs` and `person`, when it is not the repository's own. */
  readonly gitDir?: string
  readonly workTree?: string
  readonly indexFile?: string
  /** Output beyond this many bytes is an error, or with `cut` the end. */
  readonly limit?: number
  readonly cut?: boolean
  readonly timeoutMs?: number
  /** Exit codes that are answers, besides 0. */
  readonly codes?: readonly number[]
}

export interface Answer {
  readonly code: number
  readonly out: Buffer
  readonly err: string
  readonly cut: boolean
}

const PASSED_ON = ['PATH', 'Path', 'SystemRoot', 'SYSTEMROOT', 'windir', 'ComSpec', 'PATHEXT', 'TMPDIR', 'TEMP', 'TMP']
const OF_A_PERSON = [
  'HOME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'XDG_CONFIG_HOME',
  'ProgramData',
  'ALLUSERSPROFILE',
  'APPDATA',
]
const MEGABYTE = 1024 * 1024

function overrides(scratch: string): string[] {
  const nowhere = `${scratch}/nowhere`
  const settings = [
    `core.attributesFile=${scratch}/empty`,
    `core.hooksPath=${nowhere}`,
    'core.fsmonitor=false',
    'core.commitGraph=false',
    'core.quotePath=false',
    'core.pager=cat',
    'core.editor=false',
    'core.askPass=false',
    'core.sshCommand=false',
    'core.alternateRefsCommand=false',
    'core.longPaths=true',
    'core.fsync=committed,loose-object',
    'core.filesRefLockTimeout=1000',
    'core.packedRefsTimeout=2000',
    'protocol.allow=never',
    'credential.helper=',
    'gc.auto=0',
    'maintenance.auto=false',
    'commit.gpgSign=false',
    'log.showSignature=false',
    'safe.directory=*',
    'safe.bareRepository=all',
    'fetch.recurseSubmodules=false',
    'submodule.recurse=false',
  ]
  return settings.flatMap((s) => ['-c', s])
}

function environment(scratch: string, command: Command, places?: Places): Record<string, string> {
  const env: Record<string, string> = {
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_FLUSH: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ADVICE: '0',
    GIT_PAGER: 'cat',
    GIT_AUTHOR_NAME: 'Baton',
    GIT_AUTHOR_EMAIL: 'baton@localhost',
    GIT_COMMITTER_NAME: 'Baton',
    GIT_COMMITTER_EMAIL: 'baton@localhost',
  }
  const take = (names: readonly string[]) => {
    for (const name of names) {
      const value = process.env[name]
      if (value !== undefined) env[name] = value
    }
  }
  take(PASSED_ON)
  if (command.reach === 'person') {
    delete env.GIT_ATTR_NOSYSTEM
    take(OF_A_PERSON)
  } else {
    Object.assign(env, { HOME: scratch, XDG_CONFIG_HOME: scratch, GIT_CONFIG_NOSYSTEM: '1' })
    Object.assign(env, { GIT_CONFIG_GLOBAL: `${scratch}/empty`, GIT_CONFIG_SYSTEM: `${scratch}/empty` })
  }
  if (places && command.reach === 'objects') {
    env.GIT_DIR = `${scratch}/objects.git`
    env.GIT_OBJECT_DIRECTORY = `${places.commonDir}/objects`
  } else if (places) {
    env.GIT_DIR = command.gitDir ?? places.gitDir
  }
  if (command.workTree !== undefined) env.GIT_WORK_TREE = command.workTree
  if (command.indexFile !== undefined) env.GIT_INDEX_FILE = command.indexFile
  return env
}

/** Starts git in our own folder, never in the repository's: a `git.exe` that lies there is not found first. */
export function startGit(scratch: string, command: Command, places?: Places): ChildProcess {
  const own =
    command.reach === 'person'
      ? ['-c', `core.hooksPath=${scratch}/nowhere`, '-c', 'core.fsmonitor=false', '-c', 'safe.directory=*']
      : overrides(scratch)
  const env = environment(scratch, command, places)
  const stdio = ['pipe', 'pipe', 'pipe'] as const
  try {
    return spawn('git', ['--no-pager', ...own, ...command.args], {
      cwd: scratch,
      env,
      stdio: [...stdio],
      windowsHide: true,
      shell: false,
    })
  } catch (error) {
    // Some failures are thrown, others come as an event: they are told alike.
    throw error instanceof Error ? notStarted(error) : error
  }
}

/** Runs git once and waits. Throws for every exit code that is not an answer, with git's own words. */
export function runGit(scratch: string, command: Command, places?: Places): Promise<Answer> {
  const limit = command.limit ?? 256 * MEGABYTE
  const verb = command.args[0] ?? ''
  return new Promise((resolve, reject) => {
    const child = startGit(scratch, command, places)
    const out: Buffer[] = []
    const err: Buffer[] = []
    const seen = { out: 0, err: 0, cut: false }
    let failure: RepositoryTrouble | undefined
    const stop = (trouble?: RepositoryTrouble) => {
      failure ??= trouble
      child.kill('SIGKILL')
    }
    const seconds = (command.timeoutMs ?? 120_000) / 1000
    const timer = setTimeout(
      () =>
        stop(
          new RepositoryTrouble(
            'timeout',
            `git ${verb} took longer than ${seconds} s.`,
            'Look whether the disk is slow or full.',
          ),
        ),
      seconds * 1000,
    )
    child.stdout?.on('data', (chunk: Buffer) => {
      if (seen.out + chunk.length <= limit) out.push(chunk)
      else if (!seen.cut) {
        seen.cut = true
        out.push(chunk.subarray(0, limit - seen.out))
        stop(
          command.cut
            ? undefined
            : new RepositoryTrouble('too-large', `git ${verb} gave more than ${limit} bytes.`, 'Ask for less.'),
        )
      }
      seen.out += chunk.length
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      if (seen.err < 65_536) err.push(chunk)
      seen.err += chunk.length
    })
    child.stdin?.on('error', () => {
      // Git that ends early has said why on its own; a broken pipe adds nothing.
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(notStarted(error))
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      const words = Buffer.concat(err).toString('utf8').trim()
      if (failure) return reject(failure)
      const known = code === 0 || seen.cut || (code !== null && command.codes?.includes(code))
      if (!known) return reject(gitSaid(verb, code, words))
      resolve({ code: code ?? 0, out: Buffer.concat(out), err: words, cut: seen.cut })
    })
    child.stdin?.end(command.input ?? '')
  })
}

/** Git is blamed only when it is git that is missing: a machine with too little of something has nothing wrong with its git. */
export function notStarted(error: Error): RepositoryTrouble {
  const want = wantOf(error.message)
  if (want !== undefined) {
    const what = `git could not be started: this machine has no more ${want.of} to give (${error.message}).`
    return new RepositoryTrouble('machine', what, want.remedy)
  }
  const missing = /\bENOENT\b/.test(error.message)
  const remedy = missing ? 'Install git 2.38 or newer and put it on PATH.' : 'Look whether git runs by itself here.'
  return new RepositoryTrouble('unfit', `git could not be started: ${error.message}.`, remedy)
}

/** Git's own complaint, as trouble that names the lock file when one is in the way. */
export function gitSaid(verb: string, code: number | null, words: string): RepositoryTrouble {
  const lock = /Unable to create '([^']+\.lock)'/.exec(words)?.[1]
  if (lock) {
    const remedy = `If no git is running there, delete ${lock} and try again.`
    return new RepositoryTrouble('locked', `Another git holds the lock ${lock}, or left it behind.`, remedy)
  }
  const want = wantOf(words)
  if (want !== undefined) {
    const what = `git ${verb} failed: this machine has no more ${want.of} to give (${words.slice(0, 300)}).`
    return new RepositoryTrouble('machine', what, want.remedy)
  }
  const short = words.length > 1500 ? `${words.slice(0, 1500)}…` : words
  return new RepositoryTrouble(
    'git',
    `git ${verb} ended with ${code ?? 'a signal'}: ${short || 'no word'}.`,
    'Run `git fsck` in the repository if this stays.',
  )
}
