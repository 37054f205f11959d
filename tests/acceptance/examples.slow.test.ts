// The examples do what they say, as a reader would run them.
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = dirname(dirname(import.meta.dirname))
const examples = join(root, 'examples')

/** With the sources of this checkout in place of the built command line. */
async function run(program: string, ...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    NO_COLOR: '1',
    NODE_NO_WARNINGS: '1',
    BATON: `${process.execPath} ${join(root, 'src/cli/main.ts')}`,
  }
  return (await promisify(execFile)(program, args, { env, cwd: examples })).stdout
}

it('every example has a README and a test here', () => {
  const folders = globSync('*/README.md', { cwd: examples })
    .map((path) => path.split(/[\\/]/)[0])
    .sort()
  expect(folders).toEqual(['01-one-step', '02-spec-kit-feature', '03-in-a-program'])
})

it('01: one step fails its check once, is told why, and lands', { timeout: 60_000 }, async () => {
  const out = await run('sh', '01-one-step/run.sh')
  for (const words of [
    'Agent scripted runs: sh agent.sh',
    'hello: complete',
    'check greets-ada passed',
    'On baton/hello: Hello, Ada!',
  ])
    expect(out).toContain(words)
})

it('02: a feature with parallel tasks stops at its gate, goes on, and is integrated', { timeout: 60_000 }, async () => {
  const out = await run('sh', '02-spec-kit-feature/run.sh')
  for (const words of [
    'Exit code 4: a person is asked.',
    'menu-review',
    '001-tea: complete',
    'is integrated into refs/heads/main',
    'whole: ',
  ])
    expect(out).toContain(words)
  for (const key of ['T001', 'T002', 'T003', 'T004', 'T005']) expect(out).toMatch(new RegExp(`- \\[[xX]\\] ${key} `))
})

it('03: a program embeds a house with an executor of its own', { timeout: 60_000 }, async () => {
  const out = await run(process.execPath, '03-in-a-program/main.ts')
  expect(out).toMatch(/landing\.done .*greetings\/ada\/1/)
  expect(out).toMatch(/entries, whole\nada: Ada\n(?:grace|edsger): /)
})
