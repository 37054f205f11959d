// What the documents name is there.
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'
import { read, root, type Source, sourceAt } from './sources.ts'

const known = /\.(ts|tsx|js|cjs|mjs|json|md|ya?ml|sh|css|html|sql)$/
/** Folders of this house; a path that begins elsewhere is a user's and cannot be looked up. */
const ours = /^(\.ci|\.github|apps|bench|bin|decisions|docs|examples|runtime|scripts|src|tests)\//

/** Paths in backticks with a slash and a known extension, without a trailing line number; patterns are no paths. */
function namedFiles({ text }: Source): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .map(([, quoted = '']) => quoted.replace(/^\.\//, '').replace(/(:\d+)+$/, ''))
    .filter((path) => known.test(path) && /^[\w./@-]+$/.test(path) && !path.includes('...'))
    .filter((path) => ours.test(path) || path.startsWith('../'))
}

function missingFiles(sources: readonly Source[], there: (file: string) => boolean): string[] {
  return sources.flatMap((source) =>
    namedFiles(source).flatMap((path) => {
      const file = path.startsWith('../') ? normalize(join(dirname(source.path), path)) : path
      return there(file) ? [] : [`${source.path} names ${path}, which is not there`]
    }),
  )
}

it('sees a document that names a file that is not there', () => {
  const red = (text: string): string[] =>
    missingFiles([{ path: 'docs/a.md', text }], (file) => file === 'src/core/a.ts')
  expect(red('See `src/core/b.ts`.')).toEqual(['docs/a.md names src/core/b.ts, which is not there'])
  expect(red('See `../src/core/c.ts:12`.')).toHaveLength(1)
  expect(red('See `src/core/a.ts:3`, `../src/core/a.ts` and `./src/core/a.ts`.')).toEqual([])
  expect(red('`specs/x/plan.md`, `src/<room>/index.ts`, `src/**/*.ts`, `npm run src/a.ts`')).toEqual([])
})

it('holds in this house', () => {
  const pages = ['README', 'ARCHITECTURE', 'STYLE', 'CONTRIBUTING'].map((name) => `${name}.md`)
  const present = pages.filter((page) => existsSync(join(root, page)))
  const sources = [...present.map(sourceAt), ...read(['docs'], /\.md$/)]
  expect(missingFiles(sources, (file) => existsSync(join(root, file)))).toEqual([])
})
