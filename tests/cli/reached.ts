// Reads which methods a command's source reaches: from what it is loaded by, through everything of the command line it uses.
import { posix } from 'node:path'
import { methods } from '../../src/api/index.ts'
import { child, type Node, type Source, sourceAt, treeOf, walk } from '../house/sources.ts'

/** One thing declared at the top of a module, or brought in by it. */
type Declared =
  | { readonly kind: 'here'; readonly node: Node }
  | { readonly kind: 'there'; readonly file: string; readonly name: string }

interface Module {
  readonly declared: ReadonlyMap<string, Declared>
}

export interface Reached {
  readonly methods: ReadonlySet<string>
  /** Calls whose method cannot be read from the source. */
  readonly unread: readonly string[]
}

const names = new Set<string>(methods.map(({ name }) => name))
const nodesIn = (value: unknown): readonly Node[] => (Array.isArray(value) ? (value as readonly Node[]) : [])
const nameOf = (node: Node | undefined): string => String(node?.name ?? node?.value ?? '')

/** Every command with the module and the name that the catalog loads it by. */
export function loadedBy(catalog: Source): ReadonlyMap<string, { readonly file: string; readonly name: string }> {
  const found = new Map<string, { file: string; name: string }>()
  walk(treeOf(catalog), (node) => {
    if (node.type !== 'CallExpression' || nameOf(child(node, 'callee')) !== 'list') return
    const [command, , load] = nodesIn(node.arguments)
    if (command?.type !== 'Literal' || load === undefined) return
    walk(load, (inner) => {
      if (inner.type !== 'MemberExpression') return
      walk(inner, (deep) => {
        if (deep.type !== 'ImportExpression') return
        const file = posix.join(posix.dirname(catalog.path), nameOf(child(deep, 'source')))
        found.set(nameOf(command), { file, name: nameOf(child(inner, 'property')) })
      })
    })
  })
  return found
}

const known = new Map<string, Module>()
function moduleAt(file: string): Module {
  const before = known.get(file)
  if (before !== undefined) return before
  const declared = new Map<string, Declared>()
  for (const node of nodesIn(treeOf(sourceAt(file)).body)) {
    const from = nameOf(child(node, 'source'))
    if (node.type === 'ImportDeclaration' && from.startsWith('.') && node.importKind !== 'type') {
      const there = posix.join(posix.dirname(file), from)
      for (const one of nodesIn(node.specifiers))
        declared.set(nameOf(child(one, 'local')), { kind: 'there', file: there, name: nameOf(child(one, 'imported')) })
    }
    const inner = node.type.startsWith('Export') ? (child(node, 'declaration') ?? node) : node
    const all = inner.type === 'VariableDeclaration' ? nodesIn(inner.declarations) : [inner]
    for (const one of all)
      if (child(one, 'id') !== undefined) declared.set(nameOf(child(one, 'id')), { kind: 'here', node: one })
  }
  const made = { declared }
  known.set(file, made)
  return made
}

export function reachedFrom(file: string, name: string, asked: ReadonlySet<string> = names): Reached {
  const seen = new Set<string>()
  const found = new Set<string>()
  const unread: string[] = []
  const visit = (at: string, called: string): void => {
    if (seen.has(`${at} ${called}`)) return
    seen.add(`${at} ${called}`)
    if (at.startsWith('src/api/')) {
      const method = at.slice('src/api/'.length, -'.ts'.length)
      if (asked.has(method) && called === camel(method)) found.add(method)
      return
    }
    if (!at.startsWith('src/cli/')) return
    const declared = moduleAt(at).declared.get(called)
    if (declared?.kind === 'there') visit(declared.file, declared.name)
    if (declared?.kind !== 'here') return
    const own = localIn(declared.node)
    walk(declared.node, (node, parent, key) => {
      if (isCall(node)) {
        const said = methodsIn(node, asked)
        for (const one of said) found.add(one)
        if (said.length === 0) unread.push(`${at}: ${called}`)
      }
      if (node.type === 'Identifier' && !isLabel(parent, key) && !own.has(nameOf(node))) visit(at, nameOf(node))
    })
  }
  visit(file, name)
  return { methods: found, unread }
}

/** The `b` of `a.b` and of `{ b: 1 }`, and names of types, stand for nothing that is declared here. */
function isLabel(parent: Node | undefined, key: string): boolean {
  if (parent === undefined || parent.computed === true) return false
  if (parent.type === 'MemberExpression') return key === 'property'
  return parent.type === 'Property' || parent.type === 'PropertyDefinition' || parent.type === 'MethodDefinition'
    ? key === 'key'
    : parent.type.startsWith('TS')
}

/** Names that a function gives to things of its own, which hide those at the top of its module. */
function localIn(declared: Node): ReadonlySet<string> {
  const found = new Set<string>()
  walk(declared, (node) => {
    const named = node === declared ? [] : node.type === 'VariableDeclarator' ? [child(node, 'id')] : []
    for (const pattern of [...named, ...nodesIn(node.params)]) {
      if (pattern === undefined) continue
      walk(pattern, (inner, parent, key) => {
        if (inner.type === 'Identifier' && !isLabel(parent, key)) found.add(nameOf(inner))
      })
    }
  })
  return found
}

const camel = (method: string): string => method.replace(/\/(.)/u, (_, letter: string) => letter.toUpperCase())

/** `house.call('noun/verb', …)`, `this.house.stream(…)`, `connection.call(…)`. */
function isCall(node: Node): boolean {
  const callee = child(node, 'callee')
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression') return false
  if (!/^(call|stream)$/u.test(nameOf(child(callee, 'property')))) return false
  const of = child(callee, 'object')
  return /^(house|connection|calls|reached)$/u.test(
    nameOf(of?.type === 'MemberExpression' ? child(of, 'property') : of),
  )
}

function methodsIn(call: Node, asked: ReadonlySet<string>): string[] {
  const found: string[] = []
  const [first] = nodesIn(call.arguments)
  if (first !== undefined)
    walk(first, (node) => {
      if (node.type === 'Literal' && asked.has(nameOf(node))) found.push(nameOf(node))
    })
  return found
}

/** Every method that a source asks for in so many words, whatever it is asked of. */
export function callsIn(source: Source): string[] {
  return [...source.text.matchAll(/\.(?:call|stream)\(\s*'([a-z]+\/[a-z]+)'/gu)].map((found) => found[1] ?? '')
}
