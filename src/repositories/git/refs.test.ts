// A ref that lies in a file of its own is read from it, and every other one is left to git.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createRepository } from '../index.ts'
import { looseRef } from './refs.ts'
import type { Places } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-refs-'))
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
const git = (...args: string[]): string =>
  execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8' }).trim()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function commit(): string {
  const as = ['-c', 'user.name=a', '-c', 'user.email=a@b']
  git(...as, 'commit', '-q', '--allow-empty', '-m', `n${Math.random()}`)
  return git('rev-parse', 'HEAD')
}

it('agrees with git, loose or packed, aliased or broken', async () => {
  git('init', '-q', '-b', 'main')
  const first = commit()
  git('branch', 'baton/x')
  git('update-ref', 'refs/baton/attempts/x/1', first)
  const repository = await createRepository(folder)
  const places = { commonDir: join(folder, '.git') } as Places
  const quick = (ref: string): string | undefined => looseRef({ places }, ref)
  expect([quick('refs/heads/baton/x'), quick('refs/baton/attempts/x/1')]).toEqual([first, first])
  git('pack-refs', '--all')
  expect([quick('refs/heads/baton/x'), await repository.tip('refs/heads/baton/x')]).toEqual([undefined, first])
  const second = commit()
  git('update-ref', 'refs/heads/baton/x', second)
  expect([quick('refs/heads/baton/x'), await repository.tip('refs/heads/baton/x')]).toEqual([second, second])
  git('symbolic-ref', 'refs/heads/alias', 'refs/heads/baton/x')
  expect([quick('refs/heads/alias'), await repository.tip('refs/heads/alias')]).toEqual([undefined, second])
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'tag', '-am', 'x', 'v1')
  expect([quick('refs/tags/v1'), await repository.tip('refs/tags/v1')]).toEqual([undefined, second])
  writeFileSync(join(places.commonDir, 'refs/heads/torn'), second.slice(0, 20))
  expect(quick('refs/heads/torn')).toBeUndefined()
  expect([quick('refs/heads/none'), await repository.tip('refs/heads/none')]).toEqual([undefined, null])
  rmSync(join(places.commonDir, 'refs/heads/torn'))
  await repository.close()
})
