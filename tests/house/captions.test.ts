// The first line of every module says in one sentence what it is for; the code map is printed from these.
import { expect, it } from 'vitest'
import { captionOf, isTest, read, type Source } from './sources.ts'

function speechless(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    if (source.text.startsWith('#!')) return []
    const said = captionOf(source)
    if (said === undefined) return [`${source.path} has no caption on its first line`]
    if (!said.endsWith('.')) return [`${source.path}: its caption does not end with a period`]
    if (/[.!?] \p{Lu}/u.test(said)) return [`${source.path}: its caption is more than one sentence`]
    return []
  })
}

it('sees a module without a caption, without a period, and with too much to say', () => {
  const red = (text: string): string[] => speechless([{ path: 'src/core/a.ts', text }])
  expect(red("import 'zod'\n")).toHaveLength(1)
  expect(red('// What is true\n')).toHaveLength(1)
  expect(red('// What is true. And more.\n')).toHaveLength(1)
  expect(red('/* What is true. */\n')).toHaveLength(1)
  expect(red('// What is true.\n')).toEqual([])
  expect(red('/** What is true. */\n')).toEqual([])
  expect(red('#!/usr/bin/env node\n')).toEqual([])
})

it('holds in src and bench', () => {
  expect(speechless(read(['src', 'bench']).filter((source) => !isTest(source)))).toEqual([])
})
