// A simulated house with one item, asked to carry it out: for tests of what a server tells of itself.
import type { StepSpec } from '../../src/core/nouns/step.ts'
import { noPolicy } from '../../src/core/nouns/workspace.ts'
import { type Wishes, type WishType, wish } from '../../src/core/wishes.ts'
import type { LocalHouse } from '../../src/engine/house.ts'
import {
  type SimulatedOptions,
  type SimulatedWorld,
  simulatedHouse,
  simulatedWorld,
} from '../../src/presets/simulated.ts'

const path = '/repository'
const agent = {
  name: 'sc',
  executor: 'scripted',
  argv: [],
  env: {},
  network: 'none',
  seats: 4,
  roles: [],
  timeoutMs: 60_000,
} as const
const checks = [{ kind: 'command', name: 'content', argv: ['content'] }] as const

export interface Stage {
  readonly world: SimulatedWorld
  readonly house: LocalHouse
  ask<K extends WishType>(type: K, data: Wishes[K]): Promise<void>
  /** Carries the item out, until nothing more can be done. */
  run(): Promise<void>
}

export async function stage(steps: readonly StepSpec[], options: SimulatedOptions = {}): Promise<Stage> {
  const world = simulatedWorld()
  const house = await simulatedHouse(world, options)
  const ask = async <K extends WishType>(type: K, data: Wishes[K]): Promise<void> => {
    const answer = await world.clock.run(house.submit(wish(type, 'me', data)))
    if (!answer.ok) throw new Error(answer.refusal.why)
  }
  const rest = { title: 'I', brief: '', priority: 1, policy: 'graph', workflow: 'direct', openChecklists: [] } as const
  await ask('workspace.open', { path, baseBranch: 'main' })
  await ask('workspace.isolate', { path, isolation: 'none', clones: 'memory', why: 'a test' })
  await ask('workspace.trust', {
    path,
    digest: 'd',
    policy: { ...noPolicy, defaultAgent: 'sc', agents: [agent], checks },
  })
  const base = (await world.repository.tip('refs/heads/main')) ?? ''
  const about = { workspace: path, source: 'p', format: 'none', tickFile: '', base, tip: base }
  await ask('plan.import', { ...about, item: { id: 'i', ...rest, steps: [...steps] } })
  const run = async (): Promise<void> => {
    await ask('run.start', { item: 'i', parallel: 4, include: [], exclude: [], force: false })
    await world.clock.run(house.quiet())
  }
  return { world, house, ask, run }
}
