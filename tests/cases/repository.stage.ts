// A repository with its folder, ready for a branch to move under it, and what must hold of the two.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import type { RefMove } from '../../src/core/ports.ts'
import { createRepository, type GitOptions, type OpenRepository } from '../../src/repositories/index.ts'
import { type Changes, commitOn, drop, MAIN, mainOf, put } from './repository.hands.ts'
import { type Sample, sample } from './repository.sample.ts'

export const FILES = { 'a.txt': 'a\n', 'd/b.txt': 'b\n', 'd/e/c.txt': 'c\n', 'keep.txt': 'keep\n' }
export const WORK = [
  put('a.txt', 'A\n'),
  drop('d/e/c.txt'),
  put('n/new.txt', 'new\n'),
  put('run.sh', 'true\n', '100755'),
] as const

export const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

export async function ready(
  files: Readonly<Record<string, string>> = FILES,
  changes: Changes = WORK,
  options: GitOptions = {},
  ...init: string[]
) {
  const made = sample(files, ...init)
  open.push(() => made.remove())
  const repository = await createRepository(made.path, options)
  open.push(() => repository.close())
  const base = await mainOf(repository)
  const next = await commitOn(repository, [base], changes)
  return { made, repository, base, next, move: () => repository.moveRef(MAIN, next, base, 'land') }
}

export const status = (made: Sample) => made.git('status', '--porcelain=v1', '-uall')
export const read = (made: Sample, path: string) => readFileSync(join(made.path, path), 'utf8')

export function clean(made: Sample): void {
  expect(status(made)).toBe('')
  expect(readdirSync(join(made.path, '.git')).filter((f) => /baton|lock/.test(f))).toEqual([])
}

export async function held(
  move: Promise<RefMove>,
  r: { made: Sample; repository: OpenRepository; base: string },
  ...paths: string[]
): Promise<string> {
  const before = status(r.made)
  const result = await move
  if (result.kind !== 'held') throw new Error(`expected held, got ${JSON.stringify(result)}`)
  if (paths.length > 0) expect(result.paths).toEqual(paths)
  expect(result.where).toContain(r.made.outside)
  expect(await r.repository.tip(MAIN)).toBe(r.base)
  expect(status(r.made)).toBe(before)
  return result.why
}
