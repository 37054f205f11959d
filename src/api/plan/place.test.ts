// Where paths that people and programs give lie in a repository.
import { expect, it } from 'vitest'
import { placeIn } from './place.ts'

it('takes a relative path from where one stands, and from the root for whoever stands elsewhere', () => {
  expect(placeIn('/r', '/r/sub', 'a.md')).toBe('sub/a.md')
  expect(placeIn('/r', '/r', './a.md')).toBe('a.md')
  expect(placeIn('/r', '/home/of/baton', 'a.md')).toBe('a.md')
  expect(placeIn('/r', '/rather', 'a.md')).toBe('a.md')
  expect(placeIn('C:\\r', 'C:\\r\\sub', 'a.md')).toBe('sub/a.md')
})

it('never leads out of the repository', () => {
  for (const given of ['../a.md', '/etc/passwd', 'x/../../a', '/r/../etc', '/rather/a.md', '.', '/r'])
    expect(() => placeIn('/r', '/elsewhere', given), given).toThrow(/outside|itself/u)
})
