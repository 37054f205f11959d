// The shapes of answers are loaded by doors that describe themselves, and never on the way of a usual command.
import { expect, it } from 'vitest'
import { child, importsOf, modules, type Source, target, treeOf, walk } from '../house/sources.ts'

const answers = 'src/api/answers/'

/** What loading a module loads with it: no types, and nothing that waits until it is asked for. */
function loadedWith(start: string, sources: readonly Source[]): Set<string> {
  const known = new Map(sources.map((source) => [source.path, source]))
  const loaded = new Set<string>()
  const queue = [start]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const source = known.get(path)
    if (source === undefined || loaded.has(path)) continue
    loaded.add(path)
    walk(treeOf(source), (node) => {
      if (!/^(ImportDeclaration|Export(Named|All)Declaration)$/.test(node.type)) return
      if (node.importKind === 'type' || node.exportKind === 'type') return
      const to = child(node, 'source')?.value
      const next = typeof to === 'string' ? target({ from: source.path, to, line: 0 }) : undefined
      if (next !== undefined) queue.push(next)
    })
  }
  return loaded
}

const describesAnswers = (path: string): boolean => path.startsWith(answers)

it('sees what is loaded at once, and neither types nor what is loaded when it is asked for', () => {
  const text = "import type { A } from './types.ts'\nimport { b } from './b.ts'\nconst c = () => import('./lazy.ts')"
  const sources = [{ path: 'src/cli/a.ts', text }, ...['types', 'b', 'lazy'].map((name) => at(`src/cli/${name}.ts`))]
  expect([...loadedWith('src/cli/a.ts', sources)]).toEqual(['src/cli/a.ts', 'src/cli/b.ts'])
})

const at = (path: string): Source => ({ path, text: '' })

it.each(['src/cli/main.ts', 'src/cli/connect.ts', 'src/presets/attended.ts', 'src/api/index.ts', 'src/index.ts'])(
  'loading %s loads none of them',
  (start) => {
    const loaded = loadedWith(start, modules())
    expect(loaded.size).toBeGreaterThan(2)
    expect([...loaded].filter(describesAnswers)).toEqual([])
  },
)

it('only doors name them', () => {
  const naming = modules().filter((source) => importsOf(source).some((each) => describesAnswers(target(each) ?? '')))
  const outside = naming.map(({ path }) => path).filter((path) => !describesAnswers(path))
  expect(outside.filter((path) => !path.startsWith('src/doors/') || path.startsWith('src/doors/local/'))).toEqual([])
})
