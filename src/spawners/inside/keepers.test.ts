// What a keeper is told makes exactly the child that was ordered, and keepers wait only while there is something to wait for.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { StartCall } from '../wire.ts'
import { Keepers, script } from './keepers.ts'

const folder = mkdtempSync(join(tmpdir(), "baton-keeper's $(touch x)-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function told(argv: StartCall['argv'], env: Record<string, string>, at = folder) {
  const stdio = ['pipe', 'pipe', 'pipe', 'pipe'] as const
  const ran = spawnSync('/bin/sh', ['-s'], {
    input: script({ argv, env, folder: at }),
    env: {},
    stdio: [...stdio],
    encoding: 'utf8',
  })
  return { out: ran.stdout, err: ran.stderr, code: ran.status }
}

const values = {
  PATH: '/usr/bin:/bin',
  ONE: 'it\'s $(id) `id` \\ " * \n two lines\n',
  EMPTY: '',
  IFS: 'x',
  OPTIND: 'no number',
  RANDOM: '7',
  LINENO: 'a',
  PPID: '1',
  'foo-bar.baz': 'odd',
  '-n': 'odder',
}

it('takes over every variable as it was ordered, whatever a shell thinks of its name', () => {
  const { out } = told([process.execPath, '-p', 'JSON.stringify(process.env)'], values)
  const { PWD: _, ...got } = JSON.parse(out) as Record<string, string>
  expect(got).toEqual(values)
})

it('starts it in its folder, and repeats how it ended', () => {
  const env = { PATH: '/usr/bin:/bin' }
  expect(told(['pwd'], env)).toEqual({ out: `${folder}\n`, err: '', code: 0 })
  expect(told(['sh', '-c', 'echo no >&2; exit 7'], env)).toEqual({ out: '', err: 'no\n', code: 7 })
  expect(told(['sh', '-c', 'kill -KILL $$'], env)).toEqual({ out: '', err: '', code: 137 })
  expect(told(['no-such-program'], env).err).toContain('no-such-program')
  expect(told(['true'], env, join(folder, 'gone'))).toMatchObject({ code: 126, err: expect.stringContaining('folder') })
})

it('refuses what no command line can hold', () => {
  expect(() => script({ argv: ['a\0b'], env: {}, folder })).toThrow('NUL')
})

const call: StartCall = {
  do: 'start',
  argv: ['true'],
  folder,
  env: {},
  marker: '',
  cap: 0,
  graceMs: 0,
  wraps: 2,
  tool: false,
}

it('waits in as many as run, and in none when nothing runs any more', async () => {
  let running = 3
  const keepers = new Keepers(() => running, 50)
  const first = keepers.take(['/bin/sh', '-s'], call).keeper
  await expect.poll(() => keepers.waiting, { interval: 5 }).toBe(3)
  const second = keepers.take(['/bin/sh', '-s'], call).keeper
  expect(keepers.waiting).toBe(2)
  expect(second.pid).not.toBe(first.pid)
  await expect.poll(() => keepers.waiting, { interval: 5 }).toBe(3)
  running = 0
  await expect.poll(() => keepers.waiting, { interval: 5 }).toBe(0)
})

it('never gives away one that has ended', async () => {
  const keepers = new Keepers(() => 1)
  keepers.take(['/bin/sh', '-c', 'exit 5'], call)
  await expect.poll(() => keepers.waiting, { interval: 5 }).toBe(1)
  await new Promise((done) => setTimeout(done, 100))
  const { keeper } = keepers.take(['/bin/sh', '-c', 'exit 5'], call)
  expect(keeper.exitCode).toBe(null)
})

it('makes none for a folder that is not there', () => {
  const keepers = new Keepers(() => 1)
  expect(() => keepers.take(['/bin/sh', '-s'], { ...call, folder: join(folder, 'gone') })).toThrow('folder is missing')
})
