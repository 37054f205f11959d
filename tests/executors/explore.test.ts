// The explorer looks three to five times, with a plan and a summary, changes nothing, and reaches no network.
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { SpawnOrder } from '../../src/core/ports.ts'
import { exploreExecutor } from '../../src/executors/index.ts'
import { realClock } from '../../src/presets/clock.ts'
import { environment, ran, resultIn, scripted, stage, started } from './model.stage.ts'

const on = stage()

it('plans, looks five times at most, and sums up when it is told to', async () => {
  const folder = on.folder({ 'src/a.ts': 'export const a = 1\n', 'README.md': 'A\n' })
  const models = scripted((turn, { tools }) => {
    if (tools === undefined) return { text: 'a is in src/a.ts:1' }
    if (turn === 0) return { calls: [['plan', { steps: ['[~] look', 'sum up'] }]] }
    return {
      calls: [
        ['read', { path: 'src/a.ts', from: turn }],
        ['search', { pattern: `a${turn}` }],
      ],
    }
  })
  const result = await ran(started(on, models, on.assigned({ folder }), true))
  expect(result.outcome.kind).toBe('succeeded')
  expect(result.summary).toBe('a is in src/a.ts:1')
  const looked = result.tools.filter(({ name }) => name === 'fs.read' || name === 'fs.search')
  expect(looked).toHaveLength(5)
  expect(resultIn(models, 4)).toContain('looked often enough')
  const plans = result.updates.filter(({ kind }) => kind === 'plan')
  expect(plans.length).toBeGreaterThanOrEqual(3)
  expect(plans.at(-1)).toMatchObject({ entries: [{ status: 'done' }, { status: 'done' }] })
  expect(models.requests[0]?.tools?.map(({ name }) => name)).toEqual(['plan', 'list', 'read', 'search'])
})

it('is sent back once when it has hardly looked', async () => {
  const models = scripted((turn) => (turn === 0 ? { calls: [['list', {}]] } : { text: 'Nothing here.' }))
  const result = await ran(started(on, models, on.assigned({ folder: on.folder() }), true))
  expect(result.outcome.kind).toBe('succeeded')
  expect(models.requests).toHaveLength(3)
  expect(resultIn(models, 2)).toContain('too little')
})

it('changes nothing whatever its profile allows, and its hands can do no more than look', async () => {
  const folder = on.folder({ 'a.txt': 'a\n' })
  const orders: SpawnOrder[] = []
  const spawner = {
    ...on.spawner,
    start: (order: SpawnOrder) => {
      orders.push(order)
      return on.spawner.start(order)
    },
  }
  const assigned = on.assigned({ folder })
  const wide = {
    ...assigned,
    agent: { ...assigned.agent, network: 'all' as const, permissions: { '*': 'allow' as const } },
  }
  const models = scripted((turn) => ({
    ...(turn > 2
      ? { text: 'No.' }
      : {
          calls: [
            ['write', { path: 'b', text: '' }],
            ['run', { command: 'touch c' }],
          ] as const,
        }),
  }))
  const result = await ran(exploreExecutor({ spawner, environment, models, clock: realClock }).start(wide))
  expect(result.outcome.kind).toBe('succeeded')
  expect(readdirSync(folder)).toEqual(['a.txt'])
  expect(orders.map(({ network, argv }) => [network, argv.at(-1)])).toEqual([['none', '--look']])
})
