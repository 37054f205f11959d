// A plan that moves into another format is the same plan there: the same steps, edges and ticks.
import { describe, expect, it } from 'vitest'
import type { PlanItem, PlanRead } from '../../src/core/nouns/plan.ts'
import { planFormats } from '../../src/plans/index.ts'
import { filesIn, filesOf } from '../fixtures/plans/reading.ts'
import { samples } from './plan-samples.ts'

/** By place and words, for ids may change: what waits for what, and what is done. */
function bones(items: readonly PlanItem[]) {
  let from = 0
  return items.map(({ steps }) => {
    const place = new Map(steps.map(({ key }, at) => [key, from + at]))
    from += steps.length
    return steps.map(({ title, after, ticked, status }) => {
      const stated = after.filter(({ source }) => source === 'stated').map(({ key }) => place.get(key))
      const order = stated.toSorted((a = 0, b = 0) => a - b)
      return { title: title.slice(0, 60), after: order, done: ticked || status === 'cancelled' }
    })
  })
}

/** In these nothing but dependencies holds anything back, so that the order of a plan becomes some. */
const graphs: ReadonlySet<string> = new Set(['taskmaster', 'beads'])

/** What a plan in order says as dependencies: each waits for all that stands side by side before it. */
function inOrder(items: readonly PlanItem[]): PlanItem[] {
  return items.map((item) => {
    if (item.policy === 'graph') return item
    const rows: PlanItem['steps'][number][][] = []
    for (const step of item.steps) {
      if (step.parallel && rows.at(-1)?.at(-1)?.parallel === true) rows.at(-1)?.push(step)
      else rows.push([step])
    }
    const steps = rows.flatMap((row, at) =>
      row.map((step) => {
        const keys = new Set(
          [...step.after.filter(({ source }) => source === 'stated'), ...(rows[at - 1] ?? [])].map(({ key }) => key),
        )
        return { ...step, after: [...keys].map((key) => ({ key, source: 'stated' as const })) }
      }),
    )
    return { ...item, steps }
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
          const wanted = read.items.filter(({ steps }) => steps.length > 0)
          const whole = bones(graphs.has(target.name) ? inOrder(wanted) : wanted)
          // All issues lie in one file, and are one item.
          expect(bones(items)).toEqual(target.name === 'beads' ? [whole.flat()] : whole)
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
