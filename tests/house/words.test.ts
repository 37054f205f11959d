// Names say what a thing is, core stays pure, and only faces speak or end the process.
import { expect, it } from 'vitest'
import { child, lineOf, modules, type Node, read, type Source, treeOf, walk } from './sources.ts'

const empty = ['util', 'helper', 'common', 'misc', 'shared', 'manager', 'service', 'base', 'impl', 'data', 'info']
const isEmpty = (word: string): boolean => empty.includes(word) || empty.includes(word.replace(/s$/, ''))

/** `JobManager`, `job-manager`, `job_manager` → job, manager. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)

function emptyFileNames(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path }) => {
    const word = wordsOf(path).find(isEmpty)
    return word ? [`${path} says "${word}", which says nothing`] : []
  })
}

const declaresType = /^(TSInterfaceDeclaration|TSTypeAliasDeclaration|TSEnumDeclaration|ClassDeclaration)$/

function exportedTypeName(node: Node, parent: Node | undefined): string | undefined {
  const declared = declaresType.test(node.type) && /^Export/.test(parent?.type ?? '')
  const name = child(node, declared ? 'id' : 'exported')?.name
  const said = declared || node.type === 'ExportSpecifier'
  return said && typeof name === 'string' && /^\p{Lu}/u.test(name) ? name : undefined
}

function emptyTypeNames(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const found: string[] = []
    walk(treeOf(source), (node, parent) => {
      const name = exportedTypeName(node, parent)
      const word = name && wordsOf(name).find(isEmpty)
      if (word) found.push(`${source.path}:${lineOf(source, node.start)} ${name} says "${word}", which says nothing`)
    })
    return found
  })
}

const member = (node: Node): string | undefined => {
  const [object, property] = [child(node, 'object')?.name, child(node, 'property')?.name]
  return node.type === 'MemberExpression' && typeof property === 'string' ? `${object ?? ''}.${property}` : undefined
}

/** What would make a replay differ: a clock, chance, waiting, or the machine's language and zone. */
function impure(node: Node, parent: Node | undefined, key: string): string | undefined {
  if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await === true)) return 'await'
  if (/Function/.test(node.type) && node.async === true) return 'async'
  const call = member(node)
  if (call === 'Math.random' || /\.(localeCompare|toLocale\w+)$/.test(call ?? '')) return call
  const owned = (key === 'property' && parent?.computed !== true) || key === 'key'
  const name = node.type === 'Identifier' && !owned ? String(node.name) : ''
  return ['Date', 'Promise', 'Intl'].includes(name) ? name : undefined
}

function impurities(sources: readonly Source[]): string[] {
  const pure = sources.filter(({ path }) => path.startsWith('src/core/') && !/^src\/core\/ports(\.ts|\/)/.test(path))
  return pure.flatMap((source) => {
    const found: string[] = []
    walk(treeOf(source), (node, parent, key) => {
      const what = impure(node, parent, key)
      if (what) found.push(`${source.path}:${lineOf(source, node.start)} uses ${what}, which core must not`)
    })
    return found
  })
}

const ends = /^process\.(exit|abort|on|once|addListener|prependListener)$/
const mayEnd = (path: string): boolean => path.startsWith('src/cli/') || path === 'src/spawners/child.ts'

function loudModules(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const found: string[] = []
    walk(treeOf(source), (node) => {
      const call = member(node) ?? ''
      const loud = call.startsWith('console.') && !source.path.startsWith('src/cli/')
      const final = ends.test(call) && !mayEnd(source.path)
      if (loud || final)
        found.push(`${source.path}:${lineOf(source, node.start)} uses ${call}, which is the CLI's to use`)
    })
    return found
  })
}

it('sees empty words in files and types', () => {
  const file = (path: string): string[] => emptyFileNames([{ path, text: '' }])
  expect(file('src/core/utils.ts')).toHaveLength(1)
  expect(file('src/shared/a.ts')).toHaveLength(1)
  expect(file('src/core/step-helper.ts')).toHaveLength(1)
  expect(file('src/core/database.ts')).toEqual([])
  const type = (text: string): string[] => emptyTypeNames([{ path: 'src/core/a.ts', text }])
  expect(type('export class JobManager {}')).toHaveLength(1)
  expect(type('export interface HTTPService {}')).toHaveLength(1)
  expect(type('type A = 1\nexport type { A as StepInfo }')).toHaveLength(1)
  expect(type('export type Database = 1\nexport type Information = 1')).toEqual([])
})

it('sees a clock, chance, waiting and locale in core', () => {
  const red = (text: string, path = 'src/core/a.ts'): number => impurities([{ path, text }]).length
  expect(red('Date.now()')).toBe(1)
  expect(red('Math.random()')).toBe(1)
  expect(red('export const a = async () => 1')).toBe(1)
  expect(red('await a')).toBe(1)
  expect(red('type A = Promise<1>')).toBe(1)
  expect(red("'a'.localeCompare('b')")).toBe(1)
  expect(red('// Date, async, Promise\nconst a = { Date: 1 }; a.Date')).toBe(0)
  expect(red('type A = Promise<1>', 'src/core/ports.ts')).toBe(0)
  expect(red('Date.now()', 'src/engine/a.ts')).toBe(0)
})

it('sees a module that speaks, or ends the process', () => {
  const red = (text: string, path = 'src/engine/a.ts'): number => loudModules([{ path, text }]).length
  expect(red('console.log(1)')).toBe(1)
  expect(red('process.exit(1)')).toBe(1)
  expect(red("process.on('SIGINT', stop)")).toBe(1)
  expect(red('process.exit(1)', 'src/spawners/child.ts')).toBe(0)
  expect(red('console.log(1); process.exit(1)', 'src/cli/main.ts')).toBe(0)
})

it('holds in this house', () => {
  expect(emptyFileNames(read(['src', 'bench', 'scripts', 'tests', 'apps'], /\.[cm]?[jt]sx?$/))).toEqual([])
  expect(emptyTypeNames(modules())).toEqual([])
  expect(impurities(modules())).toEqual([])
  expect(loudModules(modules())).toEqual([])
})
