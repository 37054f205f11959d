// A disk that is full for a while holds up what is written, and ends no run: whoever waits for one waits on.
import { expect, it } from 'vitest'
import type { AgentProfile } from '../../src/core/nouns/agent.ts'
import { noPolicy } from '../../src/core/nouns/workspace.ts'
import { type Row, StoreFailed } from '../../src/core/ports.ts'
import { asked, itemOf, planOf } from '../../src/core/testing.ts'
import { wish } from '../../src/core/wishes.ts'
import { simulatedHouse, simulatedWorld } from '../../src/presets/simulated.ts'
import { MemoryStore } from '../../src/stores/memory.ts'

const path = '/simulated/w'

const agent: AgentProfile = {
  name: 'ada',
  executor: 'scripted',
  argv: [],
  env: {},
  network: 'none',
  seats: 4,
  roles: ['coder'],
  timeoutMs: 3_600_000,
}

class SmallDisk extends MemoryStore {
  full = false

  override append(rows: readonly Row[], afterSeq: number): Promise<void> {
    if (this.full) return Promise.reject(new StoreFailed('full', 'There is no room.'))
    return super.append(rows, afterSeq)
  }
}

it('given a disk that fills up while steps are at work, when somebody waits for the run, then they wait until it is done', async () => {
  const [world, store] = [simulatedWorld(), new SmallDisk()]
  let seen = ''
  const told: string[] = []
  const house = await simulatedHouse(world, {
    over: { store },
    part: ({ step }) => [
      { do: 'wait', ms: step.key === 'A' ? 1000 : 600_000 },
      { do: 'write', path: `${step.key}.txt`, text: step.key },
    ],
  })
  house.onWait((why) => void told.push(why))
  const tip = (await world.repository.tip('refs/heads/main')) ?? ''
  const checks = [{ kind: 'command' as const, name: 'good', argv: ['true'] }]
  for (const one of [
    wish('workspace.open', 'ada', { path, baseBranch: 'main' }),
    wish('workspace.isolate', 'ada', { path, isolation: 'none', clones: 'memory', why: '' }),
    wish('workspace.trust', 'ada', {
      path,
      digest: 'd',
      policy: { ...noPolicy, agents: [agent], defaultAgent: 'ada', checks },
    }),
    wish('plan.import', 'ada', { ...planOf(itemOf('A B'), path), tickFile: '', base: tip, tip }),
    wish('run.start', 'ada', { ...asked, parallel: 2 }),
  ])
    expect(await world.clock.run(house.submit(one), one.type)).toMatchObject({ ok: true })
  world.clock.after(500, () => {
    store.full = true
  })
  world.clock.after(30_000, () => {
    seen = told.at(-1) ?? ''
    store.full = false
  })
  expect(await world.clock.run(house.quiet('i'), 'quiet')).toBe(true)
  expect(seen).toContain('There is no room.')
  expect(house.state.items.get('i')?.steps.map(({ phase }) => phase)).toEqual(['done', 'done'])
})
