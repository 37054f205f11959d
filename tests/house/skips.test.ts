// A test that does not run is listed with its reason, or it is not there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { child, isTest, lineOf, type Node, read, root, type Source, treeOf, walk } from './sources.ts'

/** `test` is the title as written, or a part of it. */
type Listed = { readonly file: string; readonly test: string; readonly reason: string }

const frames = /^(it|test|describe|suite)$/
const silences = /^(skip|only|todo|skipIf|runIf|fails)$/

/** `it.skip.each(rows)` → it, skip, each. */
function chainOf(node: Node | undefined): string[] {
  if (node?.type === 'CallExpression') return chainOf(child(node, 'callee'))
  if (node?.type === 'MemberExpression')
    return [...chainOf(child(node, 'object')), String(child(node, 'property')?.name)]
  return node?.type === 'Identifier' ? [String(node.name)] : []
}

function silenced(node: Node): string | undefined {
  if (node.type !== 'CallExpression') return undefined
  const [frame = '', ...words] = chainOf(child(node, 'callee'))
  const word = words.find((each) => silences.test(each))
  if (frames.test(frame)) return word && `${frame}.${word}`
  const args = node.arguments as readonly Node[]
  const wordless = word === 'skip' && words.length === 1 && /^(ctx|context|t)$/.test(frame) && args.length === 0
  return wordless ? `${frame}.skip() without a reason` : undefined
}

function silentTests(sources: readonly Source[], listed: readonly Listed[]): string[] {
  return sources.flatMap((source) => {
    const found: string[] = []
    walk(treeOf(source), (node, parent) => {
      const what = silenced(node)
      if (!what || (parent?.type === 'CallExpression' && child(parent, 'callee') === node)) return
      const title = (node.arguments as readonly Node[])[0]?.value
      const known = listed.some(({ file, test }) => file === source.path && String(title).includes(test))
      if (!known) found.push(`${source.path}:${lineOf(source, node.start)} ${what}: not in tests/house/skips.json`)
    })
    return found
  })
}

function baseless(listed: readonly Listed[], there: (file: string) => boolean): string[] {
  return listed.flatMap(({ file, test, reason }) => {
    if (!there(file)) return [`skips.json lists ${file}, which is not there`]
    return test.trim() && reason.trim() ? [] : [`skips.json lists ${file} without a test or a reason`]
  })
}

it('sees skipped, lonely and promised tests', () => {
  const path = 'tests/a.test.ts'
  const red = (text: string, listed: Listed[] = []): number => silentTests([{ path, text }], listed).length
  expect(red("it.skip('a', () => {})")).toBe(1)
  expect(red("describe.only('a', () => {})")).toBe(1)
  expect(red("it.todo('a')")).toBe(1)
  expect(red("it.skip.each([1])('a', () => {})")).toBe(1)
  expect(red("it.skipIf(true)('a', () => {})")).toBe(1)
  expect(red("it('a', (ctx) => ctx.skip())")).toBe(1)
  expect(red("it('a', (ctx) => ctx.skip('no bwrap'))")).toBe(0)
  expect(red("// it.skip('a')\nit('b', () => { list.skip(2) })")).toBe(0)
  expect(red("it.skip('a b', () => {})", [{ file: path, test: 'a b', reason: 'broken upstream' }])).toBe(0)
  expect(red("it.skip('a b', () => {})", [{ file: path, test: 'c', reason: 'broken upstream' }])).toBe(1)
})

it('sees a list that excuses nothing', () => {
  expect(baseless([{ file: 'gone.test.ts', test: 'a', reason: 'b' }], () => false)).toHaveLength(1)
  expect(baseless([{ file: 'a.test.ts', test: 'a', reason: ' ' }], () => true)).toHaveLength(1)
})

it('holds in this house', () => {
  const listed = JSON.parse(readFileSync(join(root, 'tests/house/skips.json'), 'utf8')) as Listed[]
  expect(baseless(listed, (file) => existsSync(join(root, file)))).toEqual([])
  expect(silentTests(read(['src', 'tests']).filter(isTest), listed)).toEqual([])
})
