// What lies in a working tree is read and written in place, and never through a link that leads out of it.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { workingFiles } from './working.ts'

function ground() {
  const folder = mkdtempSync(join(tmpdir(), 'baton-working-'))
  const root = join(folder, 'repository')
  mkdirSync(join(root, 'docs', '.git'), { recursive: true })
  mkdirSync(join(folder, 'outside'))
  writeFileSync(join(folder, 'outside', 'plan.md'), 'secret')
  writeFileSync(join(root, 'docs', 'plan.md'), '- [ ] a\n')
  writeFileSync(join(root, 'docs', '.git', 'config'), '')
  symlinkSync('../outside', join(root, 'away'))
  symlinkSync('docs/plan.md', join(root, 'link.md'))
  return { folder, root, files: workingFiles(root) }
}

it('reads plain files and lists them, at any depth', async () => {
  const { files } = ground()
  expect(Buffer.from((await files.read('docs/plan.md')) ?? []).toString()).toBe('- [ ] a\n')
  expect(await files.list('')).toEqual(['docs/plan.md'])
  expect(await files.list('docs/plan.md')).toEqual(['docs/plan.md'])
  expect(await files.list('nowhere')).toEqual([])
})

it.each(['away/plan.md', 'link.md', '../outside/plan.md', '/etc/passwd', 'docs', 'nowhere', '.git/config', 'a\0b'])(
  'reads nothing at %j',
  async (path) => {
    expect(await ground().files.read(path)).toBeNull()
  },
)

it('puts a new file in the place of the old one, with its mode, and leaves nothing beside it', async () => {
  const { root, files } = ground()
  chmodSync(join(root, 'docs/plan.md'), 0o640)
  await files.write('docs/plan.md', Buffer.from('- [x] a\n'))
  expect(readFileSync(join(root, 'docs/plan.md'), 'utf8')).toBe('- [x] a\n')
  expect(statSync(join(root, 'docs/plan.md')).mode & 0o777).toBe(0o640)
  await files.write('new/issues.md', Buffer.from('# Issues\n'))
  expect(readdirSync(join(root, 'docs'))).toEqual(['.git', 'plan.md'])
  expect(readdirSync(join(root, 'new'))).toEqual(['issues.md'])
})

it.each(['away/plan.md', 'link.md', '../outside/plan.md', '/tmp/x', 'docs', '.git/config'])(
  'does not write to %j',
  async (path) => {
    const { folder, files } = ground()
    await expect(files.write(path, Buffer.from('x'))).rejects.toThrow(/./)
    expect(readFileSync(join(folder, 'outside/plan.md'), 'utf8')).toBe('secret')
  },
)
