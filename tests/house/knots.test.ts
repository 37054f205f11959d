// No module imports itself by a detour, types included: the house can be read from the ground up.
import { expect, it } from 'vitest'
import { importsOf, modules, type Source, target } from './sources.ts'

/** Every knot once, written as the way around it, from its first module in the alphabet. */
function knots(sources: readonly Source[]): string[] {
  const ways = new Map(sources.map((source) => [source.path, importsOf(source).map(target)]))
  const found = new Set<string>()
  const done = new Set<string>()
  const follow = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) found.add(around(trail.slice(at)))
    if (at >= 0 || done.has(path)) return
    for (const next of ways.get(path) ?? []) if (next !== undefined && ways.has(next)) follow(next, [...trail, path])
    done.add(path)
  }
  for (const path of ways.keys()) follow(path, [])
  return [...found].sort()
}

function around(ring: readonly string[]): string {
  const start = ring.indexOf([...ring].sort()[0] ?? '')
  const turned = [...ring.slice(start), ...ring.slice(0, start)]
  return [...turned, turned[0]].join(' → ')
}

it('sees a knot of two, of three, and of one', () => {
  const house = (...pairs: [string, string][]): Source[] =>
    pairs.map(([from, to]) => ({ path: `src/core/${from}.ts`, text: `import type { X } from './${to}.ts'` }))
  expect(knots(house(['a', 'b'], ['b', 'a']))).toEqual(['src/core/a.ts → src/core/b.ts → src/core/a.ts'])
  expect(knots(house(['c', 'a'], ['a', 'b'], ['b', 'c']))).toHaveLength(1)
  expect(knots(house(['a', 'a']))).toHaveLength(1)
  expect(knots(house(['a', 'b'], ['b', 'c']))).toEqual([])
})

it('finds none in this house', () => {
  expect(knots(modules())).toEqual([])
})
