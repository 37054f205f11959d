import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SpawnOrder } from '../../src/core/ports.ts'
import { createSpawner, type LocalSpawner } from '../../src/spawners/index.ts'

const homes: string[] = []
const spawners: LocalSpawner[] = []

beforeAll(async () => {
  for (const name of ['one', 'two']) {
    const home = mkdtempSync(join(tmpdir(), `baton-${name}-`))
    homes.push(home)
    spawners.push(await createSpawner({ home }))
  }
})

afterAll(async () => {
  for (const spawner of spawners) await spawner.close()
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

function order(folder: string): SpawnOrder {
  const env = { PATH: '/usr/bin:/bin' }
  return { argv: ['sleep', '60'], folder, env, isolation: 'none', network: 'all', readOnly: [], marker: '001-x/T001/1' }
}

it('never ends what carries the same marker for another home', async () => {
  const [one, two] = spawners as [LocalSpawner, LocalSpawner]
  const [first, second] = homes as [string, string]
  const mine = await one.start(order(first))
  const theirs = await two.start(order(second))
  let over = false
  void theirs.ended.then(() => {
    over = true
  })
  expect(await one.sweep('001-x/T001/1')).toBeGreaterThan(0)
  await mine.ended
  expect(over).toBe(false)
  expect(await two.sweep('001-x/T001/1')).toBeGreaterThan(0)
  await theirs.ended
})

it('ends whatever any spawner of a home has started when no marker is named, and nothing of another home', async () => {
  const two = spawners[1] as LocalSpawner
  const [first, second] = homes as [string, string]
  const [before, after] = [
    await createSpawner({ home: first, kind: 'plain' }),
    await createSpawner({ home: first, kind: 'plain' }),
  ]
  const theirs = await two.start(order(second))
  let over = false
  void theirs.ended.then(() => {
    over = true
  })
  const strays = [await before.start(order(first)), await before.start({ ...order(first), marker: '001-x/T002/1' })]
  expect(await after.sweep()).toBeGreaterThan(1)
  for (const stray of strays) await stray.ended
  for (const each of [before, after]) await each.close()
  expect(over).toBe(false)
  expect(await two.sweep()).toBeGreaterThan(0)
  await theirs.ended
})
