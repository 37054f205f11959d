// Files, functions and rooms stay small enough to be read in one sitting.
import { dirname } from 'node:path/posix'
import { expect, it } from 'vitest'
import { isTest, lineOf, modules, read, type Source, treeOf, walk } from './sources.ts'

const most = { fileLines: 400, functionLines: 70, roomFiles: 20, depth: 3 }
const isFunction = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/

function longFiles(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length
    return lines > most.fileLines ? [`${path} has ${lines} lines, at most ${most.fileLines}`] : []
  })
}

function longFunctions(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const found: string[] = []
    walk(treeOf(source), (node) => {
      if (!isFunction.test(node.type)) return
      const first = lineOf(source, node.start)
      const lines = source.text.slice(node.start, node.end).split('\n').length
      if (lines > most.functionLines) found.push(`${source.path}:${first} is a function of ${lines} lines`)
    })
    return found
  })
}

function crowdedRooms(sources: readonly Source[]): string[] {
  const rooms = new Map<string, number>()
  for (const { path } of sources) rooms.set(dirname(path), (rooms.get(dirname(path)) ?? 0) + 1)
  return [...rooms]
    .filter(([, files]) => files > most.roomFiles)
    .map(([room, files]) => `${room} holds ${files} modules, at most ${most.roomFiles}`)
}

function deepFiles(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path.split('/').length - 1 > most.depth)
    .map(({ path }) => `${path} lies more than ${most.depth} deep under src`)
}

it('sees a long file, a long function, a crowded room and a deep one', () => {
  const path = 'src/core/a.ts'
  expect(longFiles([{ path, text: '\n'.repeat(401) }])).toHaveLength(1)
  expect(longFiles([{ path, text: '\n'.repeat(400) }])).toEqual([])
  const body = (lines: number): string => `export const a = () => {${'\n'.repeat(lines - 1)}}`
  expect(longFunctions([{ path, text: body(71) }])).toHaveLength(1)
  expect(longFunctions([{ path, text: body(70) }])).toEqual([])
  expect(longFunctions([{ path, text: `class A { b() {${'\n'.repeat(70)}} }` }])).toHaveLength(1)
  const many = Array.from({ length: 21 }, (_, index) => ({ path: `src/core/${index}.ts`, text: '' }))
  expect(crowdedRooms(many)).toHaveLength(1)
  expect(crowdedRooms(many.slice(1))).toEqual([])
  expect(deepFiles([{ path: 'src/a/b/c/d.ts', text: '' }])).toHaveLength(1)
  expect(deepFiles([{ path: 'src/a/b/c.ts', text: '' }])).toEqual([])
})

it('holds in this house', () => {
  expect(longFiles(read(['src', 'bench', 'scripts', 'tests']))).toEqual([])
  expect(longFunctions([...modules(), ...read(['bench', 'scripts']).filter((source) => !isTest(source))])).toEqual([])
  expect(crowdedRooms(modules())).toEqual([])
  expect(deepFiles(modules())).toEqual([])
})
