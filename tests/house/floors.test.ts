// Imports point down, and neighbours on a floor never visit.
import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { expect, it } from 'vitest'
import { floorOf, nodeless, roomOf, seenByApps } from './floors.ts'
import { importsOf, isTest, modules, read, type Source, target } from './sources.ts'

function climbs(from: string, to: string): string | undefined {
  const [here, there] = [roomOf(from), roomOf(to)]
  if (here === undefined || there === undefined) return 'leads out of src'
  if (here === there) return undefined
  const [upper, lower] = [floorOf(here), floorOf(there)]
  if (upper === undefined || lower === undefined) return 'is of a room that tests/house/floors.ts does not know'
  if (lower > upper) return `climbs from floor ${upper} to floor ${lower}`
  if (lower === upper) return `visits a neighbour on floor ${upper}`
  return undefined
}

const isOwnIndex = (from: string, to: string): boolean =>
  from !== to && posix.basename(to) === 'index.ts' && to !== 'src/index.ts' && from.startsWith(`${posix.dirname(to)}/`)

const isNodes = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name.split('/')[0] ?? '')

function wrongTurns(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap((each) => {
    const place = `${each.from}:${each.line} imports ${each.to}, which`
    const path = target(each)
    if (path === undefined) {
      const bare = nodeless.includes(roomOf(each.from) ?? '') && isNodes(each.to)
      return bare ? [`${place} is Node's, in a room that must do without`] : []
    }
    if (path === 'package.json') return []
    if (isOwnIndex(each.from, path)) return [`${place} is its own room's list`]
    const why = climbs(each.from, path)
    return why ? [`${place} ${why}`] : []
  })
}

function appsSeeTooMuch(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap((each) => {
    const room = roomOf(target(each) ?? '')
    const hidden = room !== undefined && !seenByApps.includes(room)
    return hidden ? [`${each.from}:${each.line} sees ${room}; apps see ${seenByApps.join(', ')}`] : []
  })
}

it('sees a climb, a visit, an own index, a stranger and Node where it must not be', () => {
  const red = (path: string, to: string): string[] => wrongTurns([{ path, text: `import '${to}'` }])
  expect(red('src/core/a.ts', '../api/b.ts')).toEqual([
    'src/core/a.ts:1 imports ../api/b.ts, which climbs from floor 0 to floor 1',
  ])
  expect(red('src/doors/a.ts', '../engine/b.ts')).toHaveLength(1)
  expect(red('src/stores/a.ts', './index.ts')).toHaveLength(1)
  expect(red('src/stores/sqlite/a.ts', '../index.ts')).toHaveLength(1)
  expect(red('src/attic/a.ts', '../core/b.ts')).toHaveLength(1)
  expect(red('src/engine/a.ts', '../../tests/cases/b.ts')).toHaveLength(1)
  expect(red('src/api/a.ts', 'node:fs')).toHaveLength(1)
  expect(red('src/client/a.ts', 'fs/promises')).toHaveLength(1)
  expect(wrongTurns([{ path: 'src/core/a.ts', text: "type A = import('../cli/b.ts').B" }])).toHaveLength(1)
  expect(wrongTurns([{ path: 'src/api/a.ts', text: "export type { B } from '../cli/b.ts'" }])).toHaveLength(1)
  expect(wrongTurns([{ path: 'src/api/a.ts', text: "await import('../cli/b.ts')" }])).toHaveLength(1)
})

it('lets a preset bring neighbours together', () => {
  const text = "import '../engine/a.ts'\nimport '../stores/index.ts'\nimport 'node:fs'\nimport 'zod'"
  expect(wrongTurns([{ path: 'src/presets/local.ts', text }])).toEqual([])
  expect(wrongTurns([{ path: 'src/index.ts', text: "export * from './presets/local.ts'" }])).toEqual([])
})

it('sees an app that looks behind the client', () => {
  const text = "import '../../../src/engine/a.ts'\nimport '../../../src/client/a.ts'"
  expect(appsSeeTooMuch([{ path: 'apps/console/src/a.ts', text }])).toHaveLength(1)
})

it('holds in this house', () => {
  expect(wrongTurns(modules())).toEqual([])
  const apps = read(['apps']).filter((source) => !isTest(source))
  expect(appsSeeTooMuch(apps)).toEqual([])
})
