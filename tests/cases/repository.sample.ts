// Real git repositories for tests, made with git's own commands in a folder that is removed afterwards.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Sample {
  readonly path: string
  readonly outside: string
  git(...args: string[]): string
  write(path: string, text: string): void
  program(path: string, text: string): void
  remove(): void
}

const ENV = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
  GIT_AUTHOR_DATE: '@1600000000 +0000',
  GIT_COMMITTER_DATE: '@1600000000 +0000',
}

/** One commit on main, which is checked out. */
export function sample(files: Readonly<Record<string, string>>, ...init: string[]): Sample {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), 'baton-test-')))
  const path = join(outside, 'repo')
  mkdirSync(path)
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: path, env: ENV, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  git('init', '-q', '-b', 'main', ...init)
  for (const [name, text] of Object.entries(files)) write(name, text)
  git('add', '-A')
  git('commit', '-q', '--allow-empty', '-m', 'start')
  return {
    path,
    outside,
    git,
    write,
    program(name, text) {
      writeFileSync(name, text)
      chmodSync(name, 0o755)
    },
    remove: () => rmSync(outside, { recursive: true, force: true }),
  }
}
