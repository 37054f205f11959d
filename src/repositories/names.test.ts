// Attacks on names: every one is refused, or stays inside.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressProblem,
  foldPath,
  linkLeaves,
  namesGit,
  oidProblem,
  ownProblem,
  pathProblem,
  prefixProblem,
  refProblem,
  shown,
} from './names.ts'

const LONG = 'x'.repeat(256)
const GIT = [
  '.git',
  '.GIT',
  '.Git',
  '.gIt',
  'git~1',
  'GIT~1',
  'git~2',
  'Git~12',
  '.git.',
  '.git ',
  '.git. .',
  '.git:',
  '.git::$INDEX_ALLOCATION',
  '.GIT:stream',
  '.g\u200cit',
  '\u200d.git',
  '.git\ufeff',
  '.gi\u202at',
  '.\u206agit',
  '.g\u200fi\u200et',
]
const BAD_PATHS = [
  '',
  '/',
  '/etc/passwd',
  '//host/share',
  '\\\\host\\share',
  '\\etc',
  'C:/x',
  'c:x',
  'C:\\x',
  'z:',
  '..',
  '.',
  '../x',
  'a/..',
  'a/../b',
  'a/../../b',
  './a',
  'a/.',
  'a/./b',
  'a//b',
  'a/',
  '/a/',
  'a\0b',
  '\0',
  'a\nb',
  'a\rb',
  'a.txt\r',
  'a\r\n',
  'a\tb',
  'a\u001bb',
  '\u001b[2J',
  'a\u007fb',
  'a\u0085b',
  'a\\b',
  'a\\..\\b',
  '..\\x',
  'a/..\\b',
  LONG,
  `a/${LONG}`,
  `${LONG}/a`,
  'é'.repeat(128),
  `${'a/'.repeat(300)}b`,
  `${'abcdefgh/'.repeat(500)}b`,
  '\ud800',
  'a\udfffb',
  'a.',
  'a ',
  'a/b.',
  'a /b',
  'a./b',
  '...',
  'a/...',
  ' ',
  'a/ ',
  ...GIT,
  ...GIT.map((g) => `a/${g}`),
  ...GIT.map((g) => `${g}/hooks/x`),
]
const GOOD_PATHS = [
  'a',
  'a/b',
  '.gitignore',
  '.github/x',
  'git',
  'git~',
  '.gitx',
  'a.git',
  '-x',
  '--format=evil',
  '-rf',
  ' a',
  'a b',
  '%2e%2e',
  '%2e%2e/x',
  '.hidden',
  '..a',
  'a..b',
  '..a/b',
  'x'.repeat(255),
  'é'.repeat(127),
  '漢字',
  'e\u0301',
  '\u00e9',
  '*',
  '?',
  '[a]',
  ':(top)',
  '@{u}',
  '~',
  '$HOME',
  '`id`',
  "'",
  '"',
  '|',
  '#',
  'CON1',
  'conx',
  'a.lock',
]
const WINDOWS = [
  'con',
  'CON',
  'aux.c',
  'NUL',
  'nul.txt',
  'prn',
  'COM1',
  'com1.log',
  'lpt9',
  'LPT1.x.y',
  'COM¹',
  'conin$',
  'CONOUT$',
  'ab:c',
  'a?',
  'a*',
  '<a',
  'a|b',
  'a"b',
  'd/aux',
  'con .txt',
]
const BAD_REFS = [
  '',
  'HEAD',
  'main',
  'heads/main',
  'refs',
  'refs/',
  'refs/heads',
  'refs/heads/',
  '/refs/heads/a',
  'refs//heads/a',
  'refs/heads//a',
  'refs/heads/a/',
  'refs/heads/a..b',
  'refs/heads/..',
  'refs/heads/../../x',
  'refs/heads/.a',
  'refs/heads/a/.b',
  'refs/heads/a.',
  'refs/heads/a/b.',
  'refs/heads/a.lock',
  'refs/heads/a.LOCK',
  'refs/heads/a.lock/b',
  'refs/heads/a b',
  'refs/heads/a~1',
  'refs/heads/a^',
  'refs/heads/a:b',
  'refs/heads/a?',
  'refs/heads/*',
  'refs/heads/[a',
  'refs/heads/a\\b',
  'refs/heads/@{u}',
  'refs/heads/a@{1}',
  'refs/heads/@',
  'refs/heads/a\0b',
  'refs/heads/a\nb',
  'refs/heads/a\u001bb',
  'refs/heads/a\u007f',
  'refs/heads/-a',
  'refs/heads/--format=evil',
  'refs/heads/a/-b',
  'refs/heads/HEAD',
  '-refs/heads/a',
  '--upload-pack=x',
  'ext::sh -c id',
  'refs/heads/CON',
  'refs/heads/aux.x',
  `refs/heads/${'x'.repeat(251)}`,
  `refs/heads/${'x/'.repeat(600)}y`,
  'refs/heads/\ud800',
  'REFS/heads/a',
  'refs/heads/a\u0085',
  'refs/heads/a.l\u200cock',
]

describe('names', () => {
  it(`refuses ${BAD_PATHS.length} paths on every platform`, () => {
    expect(new Set(BAD_PATHS).size).toBeGreaterThan(100)
    for (const path of BAD_PATHS)
      for (const on of ['linux', 'darwin', 'win32']) expect(pathProblem(path, on), JSON.stringify(path)).toBeDefined()
  })

  it('takes odd but harmless paths', () => {
    for (const path of GOOD_PATHS) expect(pathProblem(path, 'linux'), JSON.stringify(path)).toBeUndefined()
  })

  it('refuses what Windows cannot hold only there', () => {
    for (const path of WINDOWS) {
      expect(pathProblem(path, 'win32'), path).toBeDefined()
      expect(pathProblem(path, 'linux'), path).toBeUndefined()
    }
  })

  it(`refuses ${BAD_REFS.length} refs`, () => {
    for (const ref of BAD_REFS) expect(refProblem(ref), JSON.stringify(ref)).toBeDefined()
    for (const ref of [
      'refs/heads/main',
      'refs/heads/baton/001-x',
      'refs/baton/record',
      'refs/tags/v1',
      'refs/heads/béta',
      'refs/heads/a@b',
      `refs/heads/${'x'.repeat(250)}`,
    ]) {
      expect(refProblem(ref), ref).toBeUndefined()
    }
  })

  it('moves only branches and refs of its own', () => {
    for (const ref of [
      'refs/tags/v1',
      'refs/remotes/origin/main',
      'refs/notes/x',
      'refs/replace/x',
      'refs/stash/x',
      'refs/batonx/a',
    ])
      expect(ownProblem(ref), ref).toBeDefined()
    for (const ref of ['refs/heads/main', 'refs/baton/tmp/1']) expect(ownProblem(ref), ref).toBeUndefined()
    for (const prefix of ['--help', 'refs', 'refs/../x', '', '*', 'refs/heads/*'])
      expect(prefixProblem(prefix), prefix).toBeDefined()
    for (const prefix of ['refs/', 'refs/heads', 'refs/heads/', 'refs/baton/base/'])
      expect(prefixProblem(prefix), prefix).toBeUndefined()
  })

  it('takes full ids only', () => {
    for (const id of [
      '',
      'HEAD',
      'a'.repeat(39),
      'a'.repeat(41),
      'A'.repeat(40),
      'g'.repeat(40),
      `${'a'.repeat(40)}\n`,
      `${'a'.repeat(40)}^`,
      `-${'a'.repeat(39)}`,
      '--all',
      '0x12',
    ]) {
      expect(oidProblem(id), id).toBeDefined()
    }
    expect(oidProblem('a'.repeat(40)) ?? oidProblem('0'.repeat(64))).toBeUndefined()
  })

  it('folds what some disk takes for the same', () => {
    for (const [a, b] of [
      ['README', 'readme'],
      ['é', 'e\u0301'],
      ['ẞ', 'ß'],
      ['straße', 'STRASSE'],
      ['.g\u200cit', '.GIT'],
      ['Å', 'A\u030a'],
      ['ﬁ', 'FI'],
    ] as const) {
      expect(foldPath(a), `${a} ${b}`).toBe(foldPath(b))
    }
    expect(foldPath('a')).not.toBe(foldPath('b'))
  })

  it('knows links that leave', () => {
    for (const [path, target] of [
      ['l', '/etc'],
      ['l', '..'],
      ['d/l', '../..'],
      ['d/l', 'x/../../../y'],
      ['l', ''],
      ['l', 'C:\\x'],
      ['l', 'c:/x'],
      ['l', '\\\\h\\s'],
      ['l', '.git/config'],
      ['d/l', '../.GIT'],
      ['l', 'a\0b'],
      ['l', 'a/..'],
      ['d/l', 'up/../x'],
    ] as const) {
      expect(linkLeaves(path, target), `${path} ${target}`).toBe(true)
    }
    for (const [path, target] of [
      ['l', 'a'],
      ['d/l', '../a'],
      ['d/e/l', '../../a/b'],
      ['l', './a'],
      ['l', '.gitignore'],
    ] as const) {
      expect(linkLeaves(path, target), `${path} ${target}`).toBe(false)
    }
  })

  it('any text: refused, or inside the root when it is joined and resolved', async () => {
    const { resolve, win32 } = await import('node:path')
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '/', '\\', ':', '.git', 'C:', '\0', ' ', '~1', 'a'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    )
    const path = fc.array(piece, { maxLength: 8 }).map((p) => p.join(''))
    fc.assert(
      fc.property(path, (p) => {
        if (pathProblem(p, 'win32') !== undefined) return
        expect(resolve('/root', p).startsWith('/root/')).toBe(true)
        expect(win32.resolve('C:\\root', p).startsWith('C:\\root\\')).toBe(true)
        expect(p.split('/').some(namesGit)).toBe(false)
        expect(addressProblem(p)).toBeUndefined()
      }),
      { numRuns: 3000 },
    )
  })

  it('shows names without their tricks', () => {
    expect(shown('a\u001b[2J\u202eb')).toBe("'a\ufffd[2J\ufffdb'")
    expect(shown('x'.repeat(500)).length).toBeLessThan(130)
  })
})
