// Reads the modules of the house and says what each one imports, declares and calls itself.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { parseSync } from 'rolldown/utils'

export type Source = { readonly path: string; readonly text: string }
export type Import = { readonly from: string; readonly to: string; readonly line: number }
export type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>

export const root = dirname(dirname(import.meta.dirname))
const elsewhere = /(^|\/)(node_modules|dist|dist\.\d+|journals)\//

/** Every file under the given folders that ends in one of `ends`, with forward slashes, in one order everywhere. */
export function read(folders: readonly string[], ends = /\.tsx?$/): Source[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*`, { cwd: root }))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => ends.test(path) && !elsewhere.test(path))
    .sort()
    .map(sourceAt)
}

export function sourceAt(path: string): Source {
  return { path, text: readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n') }
}

export const isTest = ({ path }: Source): boolean => /\.test\.tsx?$/.test(path)

/** The modules under src that ship: everything but tests. */
export const modules = (): Source[] => read(['src']).filter((source) => !isTest(source))

const trees = new Map<string, Node>()

export function treeOf({ path, text }: Source): Node {
  const key = `${path}\0${text}`
  const known = trees.get(key)
  if (known) return known
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} cannot be read as TypeScript: ${errors[0]?.message}`)
  const tree = program as unknown as Node
  trees.set(key, tree)
  return tree
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Visits every node, parents first; `key` is the name under which the parent holds it. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined, key: string) => void): void {
  const step = (each: Node, parent: Node | undefined, key: string): void => {
    visit(each, parent, key)
    for (const [name, value] of Object.entries(each)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) step(child, each, name)
    }
  }
  step(node, undefined, '')
}

export function lineOf({ text }: Source, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

export const child = (node: Node, key: string): Node | undefined => {
  const value = node[key]
  return isNode(value) ? value : undefined
}

/** Imports of every kind: static, re-exported, lazy, and those of types alone. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  walk(treeOf(source), (node) => {
    if (!/^(Import(Declaration|Expression)|Export(Named|All)Declaration|TSImportType)$/.test(node.type)) return
    const name = child(node, 'source')?.value ?? child(node, 'argument')?.value
    if (typeof name === 'string') found.push({ from: source.path, to: name, line: lineOf(source, node.start) })
  })
  return found
}

/** The path that a relative import names, or undefined for a package. */
export function target({ from, to }: Import): string | undefined {
  return to.startsWith('.') ? posix.join(posix.dirname(from), to) : undefined
}

/** The one sentence that a module's first line says about it. */
export function captionOf({ text }: Source): string | undefined {
  const first = text.split('\n', 1)[0] ?? ''
  const said = /^\/\/ (.+)$/.exec(first)?.[1] ?? /^\/\*\* (.+?)(?: ?\*\/)?$/.exec(first)?.[1]
  return said?.trim()
}
