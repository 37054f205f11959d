// The packed program: packs this checkout as npm would, unpacks it, and starts it as a person would.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Unpacks the tarball into `folder` and gives the launcher. All it needs is in it. */
export function unpack(folder: string): string {
  if (!existsSync(join(root, 'dist', 'cli.js'))) throw new Error('There is nothing to pack: run npm run build first.')
  mkdirSync(folder, { recursive: true })
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]
  execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  const ball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (ball === undefined) throw new Error('npm pack made no tarball.')
  execFileSync('tar', ['xzf', ball], { cwd: folder })
  return join(folder, 'package', 'bin', 'baton.cjs')
}

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

/** One command under way. `before` is put in front of it: strace, prlimit. */
export class Command {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  out = ''
  err = ''

  constructor(argv: readonly string[], folder: string, env: Readonly<Record<string, string>>) {
    const [program = '', ...rest] = argv
    this.process = spawn(program, rest, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.process.stdout?.on('data', (bytes: Buffer) => {
      this.out += bytes.toString()
    })
    this.process.stderr?.on('data', (bytes: Buffer) => {
      this.err += bytes.toString()
    })
    this.ended = new Promise((done, fail) => {
      this.process.once('error', fail)
      this.process.once('close', (code, signal) => done({ code, signal, out: this.out, err: this.err }))
    })
  }

  get pid(): number {
    return this.process.pid ?? 0
  }

  /** Rejects when it does not end in time; then it is killed. */
  async within(ms: number): Promise<Ended> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => {
        this.process.kill('SIGKILL')
        fail(
          new Error(
            `It hangs: not ended after ${ms / 1000} s. It said: ${this.out.slice(-800)} ${this.err.slice(-800)}`,
          ),
        )
      }, ms)
    })
    try {
      return await Promise.race([this.ended, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
