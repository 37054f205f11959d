// Clones of a small tree whose base stays are what git would have checked out, and start nothing.
import { execFileSync } from 'node:child_process'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Clone } from '../../src/core/ports.ts'
import { type Ground, ground } from './clone.sample.ts'

const files = {
  'README.md': '# Small\n',
  'src/deep/er/a.ts': 'one\r\ntwo\n',
  '.gitattributes': '* text eol=crlf\n*.bin filter=none\n',
  'ü b/ c.txt': 'odd but plain\n',
  empty: '',
}
const open: Ground[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function made(more: Readonly<Record<string, string>> = {}): Promise<{ stage: Ground; started: string[][] }> {
  const stage = await ground('folder', { ...files, ...more })
  open.push(stage)
  const started: string[][] = []
  const start = stage.spawner.start.bind(stage.spawner)
  stage.spawner.start = (order) => {
    started.push([...order.argv])
    return start(order)
  }
  return { stage, started }
}

/** The person commits what lies there, by a name of their own: not every machine has one for git. */
function keep({ person }: Ground): void {
  person.git('add', '-A')
  person.git('commit', '-qm', 'x')
}

/** Every file with its mode and bytes, as the system tells them. */
function tell(clone: Clone): string {
  const list = 'find . -printf "%y %m %p %l\\n" | sort; find . -type f | sort | xargs -d "\\n" sha256sum'
  return execFileSync('sh', ['-c', list], { cwd: clone.folder, encoding: 'utf8' })
}

it('gives the same files with and without git, and starts nothing from the third on', async () => {
  const { stage, started } = await made()
  chmodSync(join(stage.person.path, 'README.md'), 0o755)
  keep(stage)
  const first = await stage.clone()
  const second = await stage.clone()
  started.length = 0
  const third = await stage.clone()
  expect(started).toEqual([])
  expect(tell(second)).toBe(tell(first))
  expect(tell(third)).toBe(tell(first))
  expect(tell(third)).toContain('f 755 ./README.md')
  const { tree, changes } = await third.collect()
  expect(changes).toEqual([])
  expect(tree).toBe(await stage.repository.treeOf(stage.head()))
})

it('shares nothing between clones, and moves on with the base', async () => {
  const { stage } = await made()
  const [one, two] = [await stage.clone(), await stage.clone()]
  await stage.work(one, 'echo spoilt > README.md')
  await stage.work(two, 'echo spoilt > README.md')
  expect(tell(await stage.clone())).toContain(
    tell(await stage.clone())
      .split('\n')
      .at(-2) ?? '-',
  )
  expect((await (await stage.clone()).collect()).changes).toEqual([])
  writeFileSync(join(stage.person.path, 'README.md'), 'new\n')
  keep(stage)
  for (let n = 0; n < 3; n++) expect((await (await stage.clone()).collect()).changes).toEqual([])
})

it.each([
  ['a link', (path: string) => symlinkSync('README.md', join(path, 'link'))],
  ['a name that a drive could have', (path: string) => execFileSync('sh', ['-c', 'echo x > "c:x"'], { cwd: path })],
  [
    'more than a megabyte',
    (path: string) => execFileSync('sh', ['-c', 'head -c 2000000 /dev/zero > z'], { cwd: path }),
  ],
  ['many files', (path: string) => execFileSync('sh', ['-c', 'seq 300 | xargs touch'], { cwd: path })],
])('leaves a tree with %s to git', async (_, add) => {
  const { stage, started } = await made()
  add(stage.person.path)
  keep(stage)
  const [first] = [await stage.clone(), await stage.clone()]
  started.length = 0
  const third = await stage.clone()
  expect(started.map((argv) => argv.includes('read-tree'))).toEqual([true])
  expect(tell(third)).toBe(tell(first as Clone))
})

it('makes many at once', async () => {
  const { stage } = await made()
  const all = await Promise.all(Array.from({ length: 12 }, () => stage.clone()))
  const told = all.map(tell)
  expect(new Set(told).size).toBe(1)
})
