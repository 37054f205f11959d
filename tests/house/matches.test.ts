// What a test expects of a text is really looked at: a bare pattern inside a matched object fits every text there is.
import { expect, it } from 'vitest'
import { child, lineOf, type Node, read, type Source, treeOf, walk } from './sources.ts'

const matchers: ReadonlySet<string> = new Set([
  'toMatchObject',
  'toEqual',
  'toStrictEqual',
  'toContainEqual',
  'objectContaining',
])

const isPattern = (node: Node): boolean => node.type === 'Literal' && 'regex' in node && node.regex !== undefined

/** The patterns below a node that stand there as values, and are not handed to somebody who uses them. */
function bare(node: Node): Node[] {
  if (isPattern(node)) return [node]
  const inside = (list: unknown): Node[] => (Array.isArray(list) ? (list as Node[]).flatMap(bare) : [])
  if (node.type === 'ArrayExpression') return inside(node.elements)
  if (node.type !== 'ObjectExpression') return []
  return (node.properties as Node[]).flatMap((property) => {
    const value = child(property, 'value')
    return value === undefined ? [] : bare(value)
  })
}

function unlooked(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const found: string[] = []
    walk(treeOf(source), (node) => {
      if (node.type !== 'CallExpression') return
      const callee = child(node, 'callee')
      const name = callee === undefined ? '' : String(child(callee, 'property')?.name ?? '')
      if (!matchers.has(name)) return
      for (const one of (node.arguments as Node[]).flatMap(bare))
        found.push(`${source.path}:${lineOf(source, one.start)} a bare pattern fits everything: expect.stringMatching`)
    })
    return found
  })
}

it('sees a bare pattern in an object that is matched, and none that is used', () => {
  const red = (text: string): number => unlooked([{ path: 'tests/a.test.ts', text }]).length
  expect(red('expect(a).toMatchObject({ why: /b/ })')).toBe(1)
  expect(red('expect(a).toEqual([{ why: { deep: /b/u } }, /c/])')).toBe(2)
  expect(red('expect(a).toMatchObject({ why: expect.stringMatching(/b/) })')).toBe(0)
  expect(red('expect(a).toMatch(/b/)')).toBe(0)
})

it('holds in every test', () => {
  expect(unlooked(read(['src', 'tests']))).toEqual([])
})
