// What makes a repository unfit is told with a remedy, and its base branch is found.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createRepository, type OpenRepository } from '../../src/repositories/index.ts'
import { type Sample, sample } from '../cases/repository.sample.ts'

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

function make(files: Readonly<Record<string, string>> = { 'a.txt': 'a\n', 'm.txt': 'm\n', 'd/x': 'x\n' }): Sample {
  const made = sample(files)
  open.push(() => made.remove())
  return made
}

async function opened(path: string): Promise<OpenRepository> {
  const repository = await createRepository(path)
  open.push(() => repository.close())
  return repository
}

const problems = async (r: OpenRepository) => (await r.look()).problems
const fatal = async (r: OpenRepository) => (await problems(r)).filter((p) => p.fatal).map((p) => p.kind)

describe('trouble is told with a remedy', () => {
  const told: readonly (readonly [kind: string, isFatal: boolean, how: (made: Sample) => unknown])[] = [
    [
      'submodules',
      true,
      (m) => [m.write('.gitmodules', '[submodule "x"]\n'), m.git('add', '.'), m.git('commit', '-qm', 'x')],
    ],
    [
      'lfs',
      true,
      (m) => [
        m.write('d/.gitattributes', '*.psd filter=lfs diff=lfs merge=lfs -text\n'),
        m.git('add', '.'),
        m.git('commit', '-qm', 'x'),
      ],
    ],
    ['detached', false, (m) => m.git('checkout', '-q', '--detach')],
    ['dirty', false, (m) => m.write('a.txt', 'changed\n')],
    ['no-identity', false, () => undefined],
    ['lock', false, (m) => m.write('.git/HEAD.lock', '')],
    ['twins', false, (m) => [m.write('A.TXT', 'x'), m.git('add', '.'), m.git('commit', '-qm', 'x')]],
    ['sparse', false, (m) => m.git('config', 'core.sparseCheckout', 'true')],
    [
      'no-commits',
      true,
      (m) => [m.git('symbolic-ref', 'HEAD', 'refs/heads/new'), m.git('update-ref', '-d', 'refs/heads/main')],
    ],
  ]
  for (const [kind, isFatal, how] of told) {
    it(kind, async () => {
      const made = make()
      how(made)
      const home = process.env.HOME
      process.env.HOME = made.outside
      open.push(() => {
        process.env.HOME = home
      })
      const r = await opened(made.path)
      const found = (await problems(r)).find((p) => p.kind === kind)
      expect(found).toMatchObject({ fatal: isFatal })
      expect(found?.what.length).toBeGreaterThan(10)
      expect(found?.remedy.length).toBeGreaterThan(10)
    })
  }

  it('shallow, bare, and no repository at all', async () => {
    const made = make()
    made.git('commit', '-q', '--allow-empty', '-m', 'two')
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${made.path}`, join(made.outside, 'shallow')])
    execFileSync('git', ['clone', '-q', '--bare', made.path, join(made.outside, 'bare.git')])
    expect(await fatal(await opened(join(made.outside, 'shallow')))).toEqual(['shallow'])
    expect(await fatal(await opened(join(made.outside, 'bare.git')))).toEqual(['bare'])
    await expect(createRepository(made.outside)).rejects.toMatchObject({
      kind: 'unfit',
      remedy: expect.stringContaining('git init'),
    })
    await expect(createRepository(join(made.outside, 'nowhere'))).rejects.toMatchObject({ kind: 'unfit' })
  })

  it('finds the base branch: asked for, origin, main, master, current', async () => {
    const made = make()
    const head = made.git('rev-parse', 'HEAD').trim()
    const base = async (baseBranch?: string) => {
      const r = await createRepository(made.path, baseBranch === undefined ? {} : { baseBranch })
      open.push(() => r.close())
      return (await r.look()).baseBranch
    }
    made.git('branch', 'develop')
    made.git('branch', 'master')
    expect([await base(), await base('develop'), await base('nowhere')]).toEqual(['main', 'develop', ''])
    made.git('update-ref', 'refs/remotes/origin/trunk', head)
    made.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk')
    expect(await base()).toBe('trunk')
    made.git('symbolic-ref', '-d', 'refs/remotes/origin/HEAD')
    made.git('checkout', '-q', 'develop')
    made.git('branch', '-qD', 'main')
    expect(await base()).toBe('master')
    made.git('branch', '-qD', 'master')
    expect(await base()).toBe('develop')
  })
})
