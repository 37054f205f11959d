// A plan that moves into another format is the same plan there: the same steps, edges and ticks.
import { describe, expect, it } from 'vitest'
import type { PlanItem, PlanRead } from '../../src/core/nouns/plan.ts'
import { planFormats } from '../../src/plans/index.ts'
import { filesIn, filesOf } from '../fixtures/plans/reading.ts'
import { samples } from './plan-samples.ts'

/** By place and words, for ids may change: what waits for what, and what is done. */
function bones({ steps }: PlanItem) {
  const place = new Map(steps.map(({ key }, at) => [key, at]))
  return steps.map(({ title, after, ticked, status }) => {
    const stated = after.filter(({ source }) => source === 'stated').map(({ key }) => place.get(key))
    return { title: title.slice(0, 60), after: stated.toSorted(), done: ticked || status === 'cancelled' }
  })
}

async function readAll(files: readonly { path: string; bytes: Uint8Array }[], name: string): Promise<PlanRead[]> {
  const format = planFormats.find((one) => one.name === name)
  const there = filesOf(Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])))
  const places = name === 'taskmaster' || name === 'json' || name === 'beads' ? files.slice(0, 1) : files
  return Promise.all(places.map(({ path }) => format?.read(there, path) as Promise<PlanRead>))
}

const composers = planFormats.filter(({ compose }) => compose !== undefined)

it('can be written in the formats that people move to', () => {
  expect(composers.map(({ name }) => name)).toEqual(expect.arrayContaining(['speckit', 'json']))
})

for (const format of planFormats) {
  for (const [at, sample] of (samples[format.name] ?? []).entries()) {
    describe(`${format.name} ${at} ${sample.path}`, () => {
      for (const target of composers) {
        it(`is the same plan as ${target.name}`, async () => {
          const read = await format.read(sample.files, sample.path)
          const { files } = target.compose?.(read) ?? { files: [] }
          const again = await readAll(files, target.name)
          expect(again.flatMap(({ notes }) => notes.filter(({ level }) => level === 'error'))).toEqual([])
          const items = again.flatMap((one) => one.items)
          expect(items.map(bones)).toEqual(read.items.filter(({ steps }) => steps.length > 0).map(bones))
        })
      }
    })
  }
}

it('keeps what a title holds from being read as something else', async () => {
  const sample = filesIn('json')
  const read = await planFormats.find(({ name }) => name === 'json')?.read(sample, 'plan.json')
  const [item] = read?.items ?? []
  if (read === undefined || item === undefined) throw new Error('the sample was not read')
  const steps = item.steps.map((step) => ({
    ...step,
    brief: `${step.title}\n- [ ] T999 not a step\n\`\`\`\n<!-- open\n# no heading`,
  }))
  for (const target of composers) {
    const made = target.compose?.({ ...read, items: [{ ...item, steps }] }) ?? { files: [] }
    const again = await readAll(made.files, target.name)
    expect(again.flatMap((one) => one.items.flatMap((each) => each.steps))).toHaveLength(steps.length)
  }
})
