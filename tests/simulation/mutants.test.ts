// Every planted bug still fits, every promise is attacked by one, and some are caught on the spot.
import { expect, it } from 'vitest'
import { caught, mutants, planted } from './mutants.ts'
import { promises } from './promises.ts'

it.each(mutants.map((one) => [one.name, one] as const))('can still plant: %s', (_, one) => {
  expect([...planted(one).values()].every((text) => text.length > 0)).toBe(true)
})

it('attacks every promise, with names that differ', () => {
  const attacked = new Set(mutants.map((one) => one.promise))
  expect(Object.keys(promises).filter((name) => !attacked.has(name as keyof typeof promises))).toEqual([])
  expect(new Set(mutants.map((one) => one.name)).size).toBe(mutants.length)
})

const quick = ['answer before the disk has it', 'believe that checks passed', 'start what an earlier epoch started']

it.each(quick)('catches: %s', { timeout: 120_000 }, async (name) => {
  const one = mutants.find((each) => each.name === name)
  expect(one).toBeDefined()
  if (one !== undefined) expect(await caught(one, 40)).toBeDefined()
})
