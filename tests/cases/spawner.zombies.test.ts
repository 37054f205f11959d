import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SandboxMissing, type SpawnOrder } from '../../src/core/ports.ts'
import { createSpawner, type LocalSpawner } from '../../src/spawners/index.ts'

let home: string
let spawner: LocalSpawner

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'baton-zombies-'))
  spawner = await createSpawner({ home })
})

afterAll(async () => {
  await spawner.close()
  rmSync(home, { recursive: true, force: true })
})

function order(isolation: SpawnOrder['isolation'], marker: string): SpawnOrder {
  const env = { PATH: '/usr/bin:/bin' }
  return {
    argv: ['sh', '-c', '(sleep 0.01 &) ; true'],
    folder: home,
    env,
    isolation,
    network: 'none',
    readOnly: [],
    marker,
  }
}

interface Seen {
  readonly pid: number
  readonly parent: number
  readonly state: string
}

function processes(): Seen[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return [{ pid: Number(name), parent: Number(parent), state }]
    } catch {
      return []
    }
  })
}

function zombiesBelow(root: number): number {
  const all = processes()
  const family = new Set([root])
  for (let grew = true; grew; ) {
    const before = family.size
    for (const one of all) if (family.has(one.parent)) family.add(one.pid)
    grew = family.size > before
  }
  return all.filter((one) => family.has(one.pid) && one.state === 'Z').length
}

it.each(['none', 'basic', 'strict'] as const)('leaves nothing unreaped behind at isolation %s', async (level) => {
  for (let n = 0; n < 12; n++) {
    try {
      const child = await spawner.start(order(level, `z/${level}/${n}`))
      for await (const _ of child.output);
      await child.ended
    } catch (error) {
      if (error instanceof SandboxMissing) return
      throw error
    }
  }
  await expect.poll(() => zombiesBelow(spawner.pid), { timeout: 5000 }).toBe(0)
})
