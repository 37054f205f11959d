// A repository's objects are found wherever they lie, and what is written for an agent is what git reads.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeGitFolder, objectFolders } from './gitfolder.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'baton-gitfolder-')))
afterAll(() => rmSync(root, { recursive: true }))

function git(folder: string, ...args: string[]): string {
  const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  return execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    encoding: 'utf8',
    env,
  }).trim()
}

function repository(name: string, ...init: string[]): string {
  const folder = join(root, name)
  git(root, 'init', '-q', ...init, folder)
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'start')
  return folder
}

describe('object folders', () => {
  it('are found for a plain repository, a linked worktree, a bare one, and one that borrows from others', () => {
    const plain = repository('plain')
    const own = join(plain, '.git', 'objects')
    expect(objectFolders(plain)).toEqual([own])
    git(plain, 'worktree', 'add', '-q', join(root, 'linked'))
    expect(objectFolders(join(root, 'linked'))).toEqual([own])
    git(root, 'clone', '-q', '--bare', '--shared', plain, 'bare.git')
    expect(objectFolders(join(root, 'bare.git'))).toEqual([join(root, 'bare.git', 'objects'), own])
  })

  it('of two that borrow from each other are each named once', () => {
    const [one, two] = [repository('one'), repository('two')]
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const)
      writeFileSync(join(from, '.git/objects/info/alternates'), `${join(to, '.git/objects')}\n`)
    expect(objectFolders(one)).toEqual([join(one, '.git/objects'), join(two, '.git/objects')])
  })

  it('of what is no repository are missed in words', () => {
    mkdirSync(join(root, 'nothing'))
    expect(() => objectFolders(join(root, 'nothing'))).toThrow('not a git repository')
  })
})

describe('a git folder made by hand', () => {
  for (const format of ['sha1', 'sha256']) {
    it(`is one that git takes, in ${format}`, () => {
      const person = repository(format, `--object-format=${format}`)
      const base = git(person, 'rev-parse', 'HEAD')
      const folder = join(root, `made-${format}`)
      makeGitFolder(join(folder, '.git'), person, base)
      expect(git(folder, 'log', '--format=%s')).toBe('start')
      expect(git(folder, 'config', 'core.hooksPath')).toBe('/dev/null')
      expect(git(folder, 'fsck')).toBe('')
    })
  }
})
