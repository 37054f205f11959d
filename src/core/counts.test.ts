import { expect, it } from 'vitest'
import { countedPath } from './nouns/count.ts'
import { freeze, thaw } from './snapshot.ts'
import { given, World } from './testing.ts'

it.each([
  ['/', '/'],
  ['/a', '/a'],
  ['/a/', '/a'],
  ['//a///b/./c//', '/a/b/c'],
  ['/a b/%2F/100%', '/a b/%2F/100%'],
  ['/Users/zoë/プロジェクト/🫖', '/Users/zoë/プロジェクト/🫖'],
  ['/a\\b', '/a\\b'],
  ['/...', '/...'],
  ['/__proto__', '/__proto__'],
  ['c:\\Users\\Ann\\', 'C:/Users/Ann'],
  ['C:/Users/./Ann//x', 'C:/Users/Ann/x'],
  ['z:/', 'Z:/'],
  ['\\\\wsl$\\Ubuntu\\home', '\\\\wsl$\\Ubuntu\\home'],
  ['\\\\host/share\\\\a\\', '\\\\host\\share\\a'],
])('knows %s as %s, and that as itself', (given, path) => {
  expect(countedPath(given)).toBe(path)
  expect(countedPath(path)).toBe(path)
})

it.each([
  '',
  ' /a',
  'a',
  'a/b',
  '.',
  '..',
  '~',
  '-x',
  'C:',
  'C:a',
  'CC:/a',
  '\\a',
  '\\\\',
  '\\\\host',
  '\\\\.\\pipe',
  '/..',
  '/a/..',
  'C:\\a\\..\\b',
])('knows no path in %s', (given) => {
  expect(countedPath(given)).toBeUndefined()
})

it('knows no path in what is too long, holds control characters, or is no Unicode', () => {
  expect(countedPath(`/${'a'.repeat(4095)}`)).toHaveLength(4096)
  for (const given of [`/${'a'.repeat(4096)}`, '/a\u0000b', '/a\u001b[2J', '/\u009b', '/\ud800'])
    expect(countedPath(given)).toBeUndefined()
})

it('takes a snapshot from before there were counts, and none with counts that are none', () => {
  const world = given(new World()).when('workspace.want', { path: '/a', desired: 3 }).then('workspace.desired')
  const { counts, ...before } = freeze(world.state) as { counts: unknown[] }
  expect(counts).toHaveLength(1)
  expect(thaw(before)?.counts.size).toBe(0)
  expect(thaw({ ...before, counts })?.counts.get('/a')?.desired).toBe(3)
  expect(thaw({ ...before, counts: {} })).toBeUndefined()
})
