// What the package exports, one line each, so that a change of it is seen in review.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { child, type Node, treeOf } from '../house/sources.ts'
import { root } from './place.ts'

const kinds: Readonly<Record<string, string>> = {
  FunctionDeclaration: 'function',
  TSDeclareFunction: 'function',
  ClassDeclaration: 'class',
  TSInterfaceDeclaration: 'interface',
  TSTypeAliasDeclaration: 'type',
  VariableDeclaration: 'const',
  TSEnumDeclaration: 'enum',
}

const nameOf = (node: Node | undefined): string => String(node?.name ?? node?.value ?? '')

function bodyOf(path: string): { readonly text: string; readonly body: readonly Node[] } {
  const text = readFileSync(path, 'utf8')
  return { text, body: treeOf({ path, text }).body as readonly Node[] }
}

/** Comments and line breaks are not part of a shape. */
const flat = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/^export /, '')
    .replace(/^declare /, '')
    .trim()

type Exported = ReadonlyMap<string, string>

function declared(node: Node, text: string): [string, string][] {
  const kind = kinds[node.type]
  if (kind === undefined) return []
  const shape = flat(text.slice(node.start, node.end))
  if (node.type !== 'VariableDeclaration') return [[nameOf(child(node, 'id')), shape]]
  return (node.declarations as readonly Node[]).map((one) => [
    nameOf(child(one, 'id')),
    `const ${flat(text.slice(one.start, one.end))}`,
  ])
}

function sourceOf(node: Node, path: string): string | undefined {
  const from = child(node, 'source')?.value
  if (typeof from !== 'string' || !from.startsWith('.')) return undefined
  return join(dirname(path), from.replace(/\.(js|ts)$/, '.d.ts'))
}

/** Follows re-exports to what they stand for. */
function exportsOf(path: string): Exported {
  const { text, body } = bodyOf(path)
  const found = new Map<string, string>()
  const local = new Map(body.flatMap((node) => declared(node, text)))
  for (const node of body) {
    const from = sourceOf(node, path)
    if (node.type === 'ExportAllDeclaration' && from !== undefined)
      for (const [name, shape] of exportsOf(from)) found.set(name, shape)
    if (node.type !== 'ExportNamedDeclaration') continue
    const inner = child(node, 'declaration')
    for (const [name, shape] of inner === undefined ? [] : declared(inner, text)) found.set(name, shape)
    const there = from === undefined ? local : exportsOf(from)
    for (const one of node.specifiers as readonly Node[]) {
      const name = nameOf(child(one, 'local'))
      found.set(
        nameOf(child(one, 'exported')),
        there.get(name) ?? `from ${String(child(node, 'source')?.value ?? path)}`,
      )
    }
  }
  return found
}

const entries = [
  ['index.d.ts', 'api.snapshot.txt'],
  ['client/index.d.ts', 'client.snapshot.txt'],
] as const

it('is as it was reviewed; after a change on purpose: npm run package -- -u', async () => {
  for (const [entry, snapshot] of entries) {
    const index = join(root, 'dist', 'types', entry)
    expect(existsSync(index), 'npm run build makes the declarations').toBe(true)
    const lines = [...exportsOf(index)].map(([name, shape]) => `${name}: ${shape}`).sort()
    expect(lines.length, 'the package exports nothing').toBeGreaterThan(0)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(snapshot)
  }
})
