// Makes the demo's repository: a fresh git repository with the sample project in one commit.
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { demoFiles } from './files.ts'

const run = promisify(execFile)

/** `folder` must be new or empty. A person's own git settings have no say in it. */
export async function makeDemo(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(demoFiles)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
  }
  const git = (...args: string[]) => run('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd: folder, env })
  await git('init', '--quiet', '--template=', '--initial-branch=main')
  await git('add', '--all')
  await git(
    '-c',
    'user.name=Baton demo',
    '-c',
    'user.email=demo@baton.invalid',
    'commit',
    '--quiet',
    '--message=A tea book, to be written',
  )
}
