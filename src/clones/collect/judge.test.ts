// Links are judged by where they could really lead, and twins are found whatever their order.
import { posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../core/ports.ts'
import { fold, linkTrouble, pathTrouble } from './judge.ts'
import { twins } from './twins.ts'

const name = fc.constantFrom('a', 'b', 'c', '..', '.', '')
const target = fc.array(name, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'))
const place = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))

/** Follows a path the way a kernel does, through links, from the root of a tree; true as soon as it is above that root. */
function escapes(links: ReadonlyMap<string, string>, from: string, hops = 0): boolean {
  let at: string[] = []
  const parts = from.split('/')
  for (const [index, part] of parts.entries()) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (at.length === 0) return true
      at.pop()
      continue
    }
    const link = links.get([...at, part].join('/'))
    if (link === undefined) {
      at = [...at, part]
      continue
    }
    if (link.startsWith('/')) return true
    if (hops > 20) return false
    return escapes(links, [...at, link, ...parts.slice(index + 1)].join('/'), hops + 1)
  }
  return false
}

describe('links', () => {
  it('that are taken lead nowhere out of the tree, even through one another', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(place, target), { minLength: 1, maxLength: 6 }), (pairs) => {
        const taken = new Map(pairs.filter(([path, to]) => linkTrouble(path, to) === undefined))
        // A link's own folders are real ones: a walk does not go through links.
        const links = new Map(
          [...taken].filter(([path]) => ![...taken.keys()].some((other) => path.startsWith(`${other}/`))),
        )
        for (const path of links.keys()) expect(escapes(links, path), JSON.stringify([...links])).toBe(false)
      }),
      { numRuns: 3_000 },
    )
  })

  it('that plainly stay are taken', () => {
    fc.assert(
      fc.property(place, place, (path, to) => {
        const relative = posix.relative(posix.dirname(path), to)
        if (relative !== '') expect(linkTrouble(path, relative)).toBeUndefined()
      }),
    )
  })
})

describe('paths', () => {
  it('that could hurt somewhere are refused, and only those', () => {
    for (const path of [
      '.git/config',
      'a/.GIT',
      'git~1',
      'a/.git.',
      '.g\u200cit',
      'a\\b',
      'c:x',
      'a.',
      'a ',
      '.gitmodules',
      '.GitModules',
      'a\u0000',
      'a\u001bb',
      '\ud800',
    ])
      expect(pathTrouble(path), JSON.stringify(path)).toBeDefined()
    for (const path of [
      '.gitignore',
      '.github/x',
      'git',
      'a/.gitmodules',
      'ünïcode',
      '-rf',
      '$(x)',
      'a b',
      '\u202e',
      '.gitx',
      'x.git',
    ])
      expect(pathTrouble(path), JSON.stringify(path)).toBeUndefined()
  })
})

describe('twins', () => {
  const letters = fc.constantFrom('a', 'A', 'b', 'B', 'é', 'e\u0301')
  const path = fc.array(letters, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))

  it('are all found, and nothing that was there is touched', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.uniqueArray(path), (before, added) => {
        const fresh = added.filter((each) => !before.includes(each))
        const changes = fresh.map((each): Change => ({ path: each, kind: 'added' }))
        const refused = twins(before, changes)
        const kept = fresh.filter((each) => !refused.has(each))
        const all = new Map<string, string>()
        for (const each of [...before, ...kept]) {
          for (let end = each.length; end > 0; end = each.lastIndexOf('/', end - 1)) {
            const at = each.slice(0, end)
            const other = all.get(fold(at)) ?? at
            if (kept.includes(each)) expect(other).toBe(at)
            all.set(fold(at), other)
          }
        }
        expect([...refused].every((each) => fresh.includes(each))).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('are no twins of what was deleted', () => {
    expect(
      twins(
        ['Readme'],
        [
          { path: 'Readme', kind: 'deleted' },
          { path: 'readme', kind: 'added' },
        ],
      ),
    ).toEqual(new Set())
    expect(twins(['Readme'], [{ path: 'readme', kind: 'added' }])).toEqual(new Set(['readme']))
  })
})
