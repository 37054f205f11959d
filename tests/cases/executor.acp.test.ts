// Runs what every executor must do over the one for the agent client protocol, with an agent of our own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Spawner } from '../../src/core/ports.ts'
import { acpExecutor } from '../../src/executors/index.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { assignment } from '../executors/assignment.ts'
import { executorCase } from './executor.case.ts'

const home = mkdtempSync(join(tmpdir(), 'baton-executor-'))
const work = mkdtempSync(join(tmpdir(), 'baton-work-'))
const program = join(import.meta.dirname, '..', 'executors', 'acp.agent.ts')
let spawner: Spawner

beforeAll(async () => {
  spawner = await createSpawner({ home, kind: 'plain', graceMs: 200 })
})
afterAll(async () => {
  await spawner.close()
  for (const folder of [home, work]) rmSync(folder, { recursive: true, force: true })
})

const agent = {
  name: 'stand-in',
  executor: 'acp',
  argv: [process.execPath, program],
  env: {},
  network: 'none',
  seats: 1,
  roles: [],
  timeoutMs: 60_000,
} as const

executorCase('acp', async () => ({
  executor: acpExecutor({ spawner, environment: { PATH: '/usr/bin:/bin' }, scratch: join(home, 'homes') }),
  flood: 3_000_000,
  assignment: (play) => assignment({ agent, folder: work, prompt: play }),
}))
