// What a cheap model before a strong one saves at a check that errs, and how long it takes to work that out.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare } from '../src/core/routing/compare.ts'
import type { Cascade, Outcomes, OutcomeTable } from '../src/core/routing/replay.ts'
import { type Figure, median, report } from './figure.ts'

const own = join(import.meta.dirname, '..', 'tests', 'fixtures', 'outcomes', 'twenty.json')
const check = { right: 0.9, wrong: 0.2 }
const rule = { tries: 1, check, lastIsTaken: true, mends: 0 }

interface Read {
  readonly models: Record<string, Record<string, { readonly resolved: boolean; readonly cost: number }>>
}

function readTable(file: string): OutcomeTable {
  const { models } = JSON.parse(readFileSync(file, 'utf8')) as Read
  const tried = (one: { resolved: boolean; cost: number }): Outcomes[] => [
    { resolved: one.resolved, costUsd: one.cost },
  ]
  return new Map(
    Object.entries(models).map(([model, tasks]) => [
      model,
      new Map(Object.entries(tasks).map(([task, one]) => [task, tried(one)])),
    ]),
  )
}

/** The cheapest before the one that solves most alone: what a person would write down without having looked at the tasks. */
function ladderOf(table: OutcomeTable): readonly string[] {
  const alone = [...table].map(([model, tasks]) => {
    const all = [...tasks.values()].flat()
    return {
      model,
      solved: all.filter((one) => one.resolved).length,
      cost: all.reduce((sum, one) => sum + one.costUsd, 0),
    }
  })
  const cheapest = [...alone].sort((a, b) => a.cost - b.cost)[0]?.model ?? ''
  const strongest = [...alone].sort((a, b) => b.solved - a.solved)[0]?.model ?? ''
  return [cheapest, strongest]
}

function saved(name: string, table: OutcomeTable): Figure {
  const cascade: Cascade = { ...rule, ladder: ladderOf(table) }
  const { policy, against } = compare(table, cascade)
  const more = (against?.solvedMore ?? Number.NaN) * 100
  const value = against?.costRatio ?? Number.NaN
  return {
    name,
    value,
    unit: '×',
    bar: '≤ 0.45 × the strong model alone, at no lower solve rate, check 0.9/0.2',
    met: value <= 0.45 && more >= 0,
    note: `${policy.name}, ${policy.tasks} tasks, ${(policy.solvedShare * 100).toFixed(1)} % solved, ${more.toFixed(1)} points more`,
  }
}

function quick(table: OutcomeTable): Figure {
  const names = [...table.keys()]
  const copies = Math.ceil(100_000 / Math.max(1, table.get(names[0] ?? '')?.size ?? 1))
  const large: OutcomeTable = new Map(
    [...table].map(([model, tasks]) => [
      model,
      new Map(
        Array.from({ length: copies }, (_, at) =>
          [...tasks].map(([task, one]) => [`${at} ${task}`, one] as const),
        ).flat(),
      ),
    ]),
  )
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now()
    compare(large, { ...rule, ladder: names })
    return performance.now() - began
  })
  const value = median(times)
  return { name: 'comparing ladders on 100,000 tasks', value, unit: 'ms', bar: '≤ 3,000 ms', met: value <= 3000 }
}

/** Tables in the folder BATON_OUTCOMES are held to the same bar as our own. */
export async function measure(): Promise<Figure[]> {
  const folder = process.env.BATON_OUTCOMES ?? ''
  const given = folder !== '' && existsSync(folder) ? readdirSync(folder).filter((one) => one.endsWith('.json')) : []
  const ours = readTable(own)
  const others = given.map((file) => saved(`cost by ${file}`, readTable(join(folder, file))))
  return [saved('cost by our own table of twenty', ours), ...others, quick(ours)]
}

if (import.meta.main) await report(measure)
