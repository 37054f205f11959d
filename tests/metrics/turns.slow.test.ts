// While a house reads a long record for what is measured, whatever else it does goes on; what is found is right and soon found again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeHistory } from '../../bench/history.ts'
import { type Metrics, metricsShow } from '../../src/api/metrics/show.ts'
import { isRefusal } from '../../src/api/refusal.ts'
import type { House } from '../../src/core/ports/house.ts'
import { writeFormat } from '../../src/engine/journal/format.ts'
import { openHouse } from '../../src/presets/local.ts'
import { sqlite } from '../../src/stores/sqlite.ts'

const facts = 40_000
const home = mkdtempSync(join(tmpdir(), 'baton-turns-'))
let house: House

beforeAll(async () => {
  const store = await sqlite.open(home)
  writeFormat(home)
  await writeHistory(store, facts)
  await store.close()
  house = await openHouse({ home, mode: 'look' })
}, 60_000)
afterAll(async () => {
  await house.close('stop')
  rmSync(home, { recursive: true, force: true })
})

async function ask(): Promise<Metrics> {
  const found = await metricsShow.read(house, metricsShow.params.parse({}), { name: 'a', folder: '/', may: new Set() })
  if (isRefusal(found)) throw new Error(found.why)
  return found
}

/** How often others had their turn until it was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let over = false
  const turn = (): void => {
    turns += 1
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  over = true
  return turns
}

it('lets others go first between two pages, and reads nothing the second time', async () => {
  const pages = Math.floor(house.state.seq / 4096)
  expect(pages).toBeGreaterThan(5)
  expect(await turnsDuring(ask)).toBeGreaterThanOrEqual(pages)
  expect(await turnsDuring(ask)).toBeLessThanOrEqual(1)
  const { total } = await ask()
  expect([total.items, total.landed, total.attempts]).toEqual([total.closed, total.items * 100, total.items * 100])
})
