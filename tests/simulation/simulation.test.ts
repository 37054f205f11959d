// A slice of the simulation on every run of the tests; many more seeds run with `npm run sim -- --seeds 10000`.
import { expect, it } from 'vitest'
import { play } from './play.ts'
import type { Mode } from './plot.ts'

const seeds = 65

async function broken(mode: Mode): Promise<string[]> {
  const found: string[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const { broken } = await play(seed, mode)
    if (broken !== undefined)
      found.push(`npm run sim -- --seed ${seed} --mode ${mode}: ${broken.promise}, ${broken.how}`)
  }
  return found
}

it('keeps every promise whatever goes wrong', { timeout: 120_000 }, async () => {
  expect(await broken('safety')).toEqual([])
})

it('comes to an end when faults do', { timeout: 120_000 }, async () => {
  expect(await broken('liveness')).toEqual([])
})

it('plays the same seed twice in the same way', async () => {
  const story = async (): Promise<string> => {
    const { world, events } = await play(7, 'safety')
    return JSON.stringify([events, world.story, world.witness.facts])
  }
  expect(await story()).toBe(await story())
})

it('meets faults of every kind', { timeout: 120_000 }, async () => {
  const told: string[] = []
  const types = new Set<string>()
  let landed = 0
  for (let seed = 1; seed <= 40; seed++) {
    const { world } = await play(seed, 'safety')
    told.push(...world.story)
    for (const one of world.witness.facts) types.add(one.type)
    for (const one of world.witness.book.steps.values())
      if (one.spec.part !== undefined && one.phase === 'landed') landed += 1
  }
  for (const what of [
    'ends: at rest',
    'ends: after',
    'ends: before',
    'twin',
    'the disk fails',
    'the power went at byte',
    'somebody moves',
    'the record',
    'outside: step/claim yes',
    'outside: step/claim conflict',
    'outside: attempt/complete yes',
    'outside: attempt/complete conflict',
    'outside: attempt/release yes',
  ])
    expect(
      told.some((line) => line.includes(what)),
      what,
    ).toBe(true)
  const seen = ['attempt.late', 'gate.answered', 'landing.refused', 'step.reworked', 'branch.adopted', 'run.paused']
  expect(landed).toBeGreaterThan(0)
  for (let seed = 1; seed <= 12; seed++)
    for (const one of (await play(seed, 'liveness')).world.witness.facts) types.add(one.type)
  const led = ['integration.reverted', 'item.reopened', 'duplicate.settled', 'ownership.transferred']
  const moved = ['workflow.published', 'workflow.migrated', 'steps.carried', 'handoff.written', 'handoff.missed']
  expect([...seen, ...led, ...moved].filter((type) => !types.has(type))).toEqual([])
})
