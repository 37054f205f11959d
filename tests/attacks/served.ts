// The built program as a server of its own process, over a home and a repository of its own, for whoever attacks it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../src/cli/connect.ts'

const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js')

/** One of each kind, as API_KEYS has them. */
export const keys = { reader: 'the-key-that-reads', runner: 'the-key-that-runs', approver: 'the-key-that-approves' }
const apiKeys = `reader=${keys.reader}:read-only,runner=${keys.runner},approver=${keys.approver}:approve`

const quiet = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }

/** A plan with one item, `wf`, of one step. */
export const plan = (title: string): string => {
  const step = { key: 'a', title, order: 1, entryCriteria: [], exitCriteria: ['it is there'], responsibleRole: 'coder' }
  return `id: wf\nname: ${title}\nversion: "1.0"\nsteps:\n  - ${JSON.stringify({ ...step, parallelizable: false })}\n`
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A `baton serve` that has said where it is. */
export interface Served {
  readonly url: string
  readonly port: number
  readonly link: string
  readonly pid: number
  readonly already: boolean
  readonly ended: Promise<Ended>
  said(): string
  kill(signal: NodeJS.Signals): void
}

export class Grounds {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'baton-attack-')))
  readonly home = join(this.root, 'home')
  readonly #children: ChildProcess[] = []

  get token(): string {
    return readFileSync(join(this.home, 'token'), 'utf8').trim()
  }

  /** A command of the built program, whatever becomes of it. */
  start(
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Omit<Served, 'url' | 'link' | 'port' | 'already'> & {
    readonly line: Promise<string | undefined>
  } {
    const usual = { ...process.env, BATON_HOME: this.home, NO_COLOR: '1', NODE_NO_WARNINGS: '1', API_KEYS: apiKeys }
    const child = spawn(process.execPath, ['--expose-gc', cli, ...argv], {
      cwd: this.root,
      env: { ...usual, ORCH_PORT: '', PORT: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.push(child)
    let text = ''
    const { promise: line, resolve } = Promise.withResolvers<string | undefined>()
    const hear = (more: Buffer): void => {
      text += more.toString()
      const found = text.split('\n').find((one) => one.startsWith('{') && one.endsWith('}'))
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const ended = new Promise<Ended>((then) =>
      child.once('close', (code, signal) => {
        resolve(undefined)
        then({ code, signal })
      }),
    )
    return { pid: child.pid ?? 0, line, ended, said: () => text, kill: (signal) => void child.kill(signal) }
  }

  async serve(argv: readonly string[] = ['--port', '0'], env: Readonly<Record<string, string>> = {}): Promise<Served> {
    const started = this.start(['serve', '--json', ...argv], env)
    const line = await started.line
    if (line === undefined) throw new Error(`baton serve ended: ${started.said()}`)
    const { urls, link, already } = JSON.parse(line) as { urls: string[]; link: string; already: boolean }
    const [url = ''] = urls
    return { ...started, url, link, already, port: Number(new URL(url).port) }
  }

  /** A repository with these files committed. */
  repository(name: string, files: Readonly<Record<string, string>>): string {
    const path = join(this.root, name)
    mkdirSync(path)
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: path, env: { ...process.env, ...quiet }, stdio: 'pipe' })
    git('init', '-q', '-b', 'main')
    for (const [file, text] of Object.entries(files)) {
      if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(path, file))
      else writeFileSync(join(path, file), text)
    }
    git('add', '-A')
    git('-c', 'user.name=Tester', '-c', 'user.email=tester@example.org', 'commit', '-q', '-m', 'start')
    return path
  }

  /** Sets a repository up, as its owner does, before anything is served. */
  async ready(path: string): Promise<void> {
    const house = await connect('write', { home: this.home, folder: path })
    try {
      await house.call('workspace/init', { isolation: 'none', clones: 'shared' })
    } finally {
      await house.close()
    }
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** How many kilobytes of memory a process holds. */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
}
