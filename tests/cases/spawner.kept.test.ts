// Children whose namespaces were made ahead of time: they see what was mounted since, and end however well they hide.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Child } from '../../src/core/ports.ts'
import { createSpawner, type LocalSpawner } from '../../src/spawners/index.ts'
import { eventually, freshFolder, mark, said, script, until } from './spawner.sample.ts'

const namespaces = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0
const home = freshFolder('kept')
let spawner: LocalSpawner

beforeEach((ctx) => {
  if (!namespaces) ctx.skip('skipped: no user namespaces here')
})
beforeAll(async () => {
  spawner = await createSpawner({ home, graceMs: 300 })
})
afterAll(async () => {
  await spawner.close()
  rmSync(home, { recursive: true, force: true })
})

const up = async (text: string, marker = mark()): Promise<Child> => {
  const child = await spawner.start(script(home, `echo up; ${text}`, { marker }))
  await until(child.output[Symbol.asyncIterator](), 'up')
  return child
}

/** Shells that wait below the spawner. */
function waiting(): number {
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  return stdout.split('\n').filter((line) => line.trim() === '/bin/sh -s').length
}

it('shows every child what was mounted after its namespace was made, and takes away what is unmounted', async () => {
  const children = await Promise.all([up('sleep 1000'), up('sleep 1000'), up('sleep 1000')])
  const before = waiting()
  await eventually('more wait than run', () => waiting() > before || before >= 6)
  const [lower, upper, work, at] = ['lower', 'upper', 'work', 'at'].map((name) => join(home, name)) as [
    string,
    string,
    string,
    string,
  ]
  for (const folder of [lower, upper, work, at]) mkdirSync(folder)
  writeFileSync(join(lower, 'seen'), 'from below')
  await spawner.mount({ lower: [lower], upper, work, at })
  for (let n = 0; n < 4; n++) {
    const child = await spawner.start(script(at, `cat seen; echo ${n} > made${n}`))
    expect((await said(child)).out).toBe('from below')
    expect(readFileSync(join(upper, `made${n}`), 'utf8')).toBe(`${n}\n`)
  }
  const looking = await spawner.start(script(home, `ls ${at}; read gone; ls ${at}; echo end`))
  const output = looking.output[Symbol.asyncIterator]()
  await until(output, 'seen')
  await spawner.unmount(at)
  looking.write(Buffer.from('\n'))
  expect(await until(output, 'end')).toBe('end\n')
  await Promise.all(children.map((child) => child.stop()))
})

it('sweeps a child that has wiped its environment, with all it started', async () => {
  const marker = mark()
  const hidden = `exec env -i /bin/sh -c 'setsid sleep 1000 & exec sleep 1000'`
  const child = await up(hidden, marker)
  expect(await spawner.sweep(marker)).toBeGreaterThan(0)
  expect((await child.ended).signal).toBe('SIGKILL')
})

it('ends everything below a child before it says that the child has ended', async () => {
  for (let n = 0; n < 10; n++) {
    const word = `${1000 + n}.25`
    const child = await spawner.start(script(home, `env -i setsid sleep ${word} & env -i sleep ${word} & true`))
    for await (const _ of child.output);
    await child.ended
    const { stdout } = spawnSync('ps', ['-eo', 'stat,args'], { encoding: 'utf8' })
    const left = stdout.split('\n').filter((line) => line.endsWith(`sleep ${word}`) && !line.startsWith('Z'))
    expect(left).toEqual([])
  }
})
