// A real git repository, a home of its own, and the command line run on both.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connect } from '../../src/cli/connect.ts'
import { go } from '../../src/cli/go.ts'
import type { World } from '../../src/cli/world.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'
import { openServer } from '../../src/presets/server.ts'
import { until } from './until.ts'

const main = join(dirname(dirname(import.meta.dirname)), 'src', 'cli', 'main.ts')

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
  /** What `--json` printed: one value, or the last of several lines. */
  readonly json: Json
}

/** What a program finds in an answer, without being told its shape. */
// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect by expecting it.
export type Json = any

/** A command that is under way in this process. */
export interface Going {
  readonly ended: Promise<Ended>
  /** What it has said so far. */
  said(): string
  interrupt(): void
}

/** A command in a process of its own. */
export interface Running extends Going {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
}

const quiet = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_DATE: '@1600000000 +0000',
  GIT_COMMITTER_DATE: '@1600000000 +0000',
}

export class Stage {
  /** What `start` starts. */
  protected readonly program: string = main
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'baton-stage-')))
  readonly path = join(this.root, 'repo')
  readonly home = join(this.root, 'home')
  /** Outside repository and home: what agents leave here is seen by nobody but the test. */
  readonly out = join(this.root, 'out')
  readonly #processes: ChildProcess[] = []

  constructor() {
    for (const folder of [this.path, this.out]) mkdirSync(folder)
    this.git('init', '-q', '-b', 'main')
    this.git('config', 'user.name', 'Tester')
    this.git('config', 'user.email', 'tester@example.org')
    writeFileSync(join(this.out, 'log'), '')
  }

  git(...args: string[]): string {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
    return execFileSync('git', args, { cwd: this.path, env: quiet, encoding: 'utf8', stdio }).trimEnd()
  }

  write(path: string, text: string): void {
    const file = join(this.path, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8')
  }

  commit(files: Readonly<Record<string, string>> = {}, message = 'change'): string {
    for (const [path, text] of Object.entries(files)) this.write(path, text)
    this.git('add', '-A')
    this.git('commit', '-q', '--allow-empty', '-m', message)
    return this.git('rev-parse', 'HEAD')
  }

  /** A file at a commit, or undefined. */
  at(commit: string, path: string): string | undefined {
    try {
      return this.git('show', `${commit}:${path}`)
    } catch {
      return undefined
    }
  }

  /** Lets the agents that wait for this word go on. */
  say(word: string): void {
    appendFileSync(join(this.out, word), '')
  }

  /** What the agents have written outside, line by line. */
  log(): string[] {
    return readFileSync(join(this.out, 'log'), 'utf8').split('\n').filter(Boolean)
  }

  async logged(line: string | RegExp): Promise<void> {
    const fits = (one: string) => (typeof line === 'string' ? one === line : line.test(one))
    await until(`the log to say ${line}`, () => this.log().some(fits))
  }

  /** Sets the workspace up and trusts its configuration, as `baton init` and `baton trust` do. */
  async ready(isolation: 'none' | 'basic' | 'strict' = 'none'): Promise<this> {
    const house = await connect('write', { home: this.home, folder: this.path })
    try {
      await house.call('workspace/init', { isolation, clones: 'shared' })
      await this.#trust(house)
    } finally {
      await house.close()
    }
    return this
  }

  async #trust(house: Awaited<ReturnType<typeof connect>>): Promise<void> {
    const { configuration } = await house.call('workspace/look', { quick: true })
    await house.call('workspace/trust', { digest: configuration?.digest ?? '' })
  }

  /** The same stage for somebody who stands in another folder. */
  in(folder: string): Pick<Stage, 'baton'> {
    return { baton: (...argv) => this.#go(folder, argv).ended }
  }

  /** A command in this process, through the same door as `baton`. */
  go(...argv: string[]): Going {
    return this.#go(this.path, argv)
  }

  #go(folder: string, argv: readonly string[]): Going {
    const text = { out: '', err: '' }
    const interrupts = new Set<() => void>()
    const world: World = {
      env: { ...process.env, BATON_HOME: this.home, NO_COLOR: '1' },
      folder,
      stdout: { write: (more) => (text.out += more) },
      stderr: { write: (more) => (text.err += more) },
      stdin: {},
      connect: (mode, where) =>
        connect(mode, { ...where, home: where?.home ?? this.home, folder: where?.folder ?? folder }),
      serve: (options) => openServer({ ...options, home: options.home ?? this.home, env: world.env }),
      pipes: () => ({ input: process.stdin, output: process.stdout }),
      interrupts: (then) => {
        interrupts.add(then)
        return () => interrupts.delete(then)
      },
    }
    return {
      ended: go(argv, world).then((code) => ended(code, text)),
      said: () => text.out + text.err,
      interrupt: () => {
        for (const each of interrupts) each()
      },
    }
  }

  baton(...argv: string[]): Promise<Ended> {
    return this.go(...argv).ended
  }

  /** The same, and it must end well. */
  async must(...argv: string[]): Promise<Json> {
    const done = await this.baton(...argv, '--json')
    if (done.code !== 0) throw new Error(`baton ${argv.join(' ')} ended with ${done.code}: ${done.out}${done.err}`)
    return done.json
  }

  /** The same in a process of its own, which can be killed. */
  start(...argv: string[]): Running {
    const text = { out: '', err: '' }
    const env = { ...process.env, BATON_HOME: this.home, NO_COLOR: '1', NODE_NO_WARNINGS: '1' }
    const child = spawn(process.execPath, [this.program, ...argv], {
      cwd: this.path,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#processes.push(child)
    child.stdout.on('data', (more) => (text.out += more))
    child.stderr.on('data', (more) => (text.err += more))
    return {
      pid: child.pid ?? 0,
      ended: new Promise((resolve) => child.on('close', (code) => resolve(ended(code ?? -1, text)))),
      said: () => text.out + text.err,
      interrupt: () => child.kill('SIGINT'),
      kill: (signal) => child.kill(signal),
    }
  }

  async status(name: string): Promise<Json> {
    return this.must('status', name)
  }

  /** The record, oldest first. */
  async facts(type?: string): Promise<Entry[]> {
    const done = await this.baton('audit', 'export')
    const all = done.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Entry)
    return type === undefined ? all : all.filter((one) => one.type === type)
  }

  /** Waits until the work of a step has landed. */
  async landed(step: string): Promise<void> {
    const lands = async () =>
      (await this.facts('landing.done')).some((one) => JSON.stringify(one.data).includes(`"${step}/`))
    await until(`${step} to land`, lands)
  }

  remove(): void {
    for (const child of this.#processes) child.kill('SIGKILL')
    if (existsSync(this.root)) rmSync(this.root, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Every command goes through the built program, each in a process of its own, as people and scripts give them. */
export class BuiltStage extends Stage {
  protected override readonly program: string = join(dirname(dirname(import.meta.dirname)), 'dist', 'cli.js')

  constructor() {
    super()
    if (!existsSync(this.program)) throw new Error('Nothing is built yet: run npm run build first.')
  }

  override go(...argv: string[]): Going {
    return this.start(...argv)
  }
}

function ended(code: number, { out, err }: { out: string; err: string }): Ended {
  return {
    code,
    out,
    err,
    get json() {
      return JSON.parse(out.trim().split('\n').at(-1) ?? '')
    },
  }
}
