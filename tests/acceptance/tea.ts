// A repository with a plan of four steps, for those who claim some of them from outside, and the checkouts they work in.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { built, type Ended, type Stage } from './stage.ts'

const tasks = ['T001 Brew', 'T002 [P] Pour', 'T003 [P] Serve', 'T004 Wash'].map((line) => `- [ ] ${line}\n`).join('')

/** Red for whatever holds BAD; what holds SLOW is checked only when the test says so. */
const check = (out: string): string =>
  [
    'if grep -rqs BAD work; then echo "BAD is in it"; exit 1; fi',
    `if grep -rqs SLOW work; then touch "${out}/checking"; while [ ! -e "${out}/go" ]; do sleep 0.02; done; fi`,
  ].join('\n')

export async function tea(more = ''): Promise<Stage> {
  const made = built()
  made.commit({
    'specs/001-tea/tasks.md': `# Tasks: Tea\n\n## Phase 1: Tea\n\n${tasks}`,
    'check.sh': check(made.out),
    'work/start.txt': 'one\ntwo\nthree\n',
    '.gitignore': 'ignored.txt\n',
    'baton.yaml': `${more}agents:\n  shell: {command: ["sh", "-c", "mkdir -p work; echo agent > work/$BATON_KEY.txt"]}\nchecks:\n  - {name: clean, command: ["sh", "check.sh"]}\n`,
  })
  return made.ready()
}

export const on =
  (made: Stage, folder: string) =>
  (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Grace', '-c', 'user.email=g@x', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', HOME: made.root },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()

/** A worktree of the same repository in which somebody works. */
export function worktree(made: Stage, at: string) {
  const folder = join(made.root, `tree-${at.slice(0, 8)}-${Math.trunc(performance.now())}`)
  made.git('worktree', 'add', '-q', '--detach', folder, at)
  const git = on(made, folder)
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
  const commit = (path: string, text: string): string => {
    write(path, text)
    git('add', '-A')
    git('commit', '-qm', `change ${path}`)
    return git('rev-parse', 'HEAD')
  }
  return { folder, git, write, commit }
}

export const said = ({ code, err }: Ended): [number, string] => [code, err]
export const types = async (made: Stage): Promise<string[]> => (await made.facts()).map((one) => one.type)
