// What scheduling costs at 100,000 steps, and how long its schedules are beside the best known ones.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Launch } from '../src/core/nouns/decision.ts'
import { rebuild } from '../src/core/schedule/board.ts'
import { schedule } from '../src/core/schedule/index.ts'
import { begun, land, simulate, start, type Task } from '../src/core/schedule/simulate.ts'
import type { State } from '../src/core/state.ts'
import { type Figure, median, report } from './figure.ts'

const large = { steps: 100_000, layers: 200, edges: 3 }
const decisions = 20_000
const slots = 8

/** The same numbers in every run. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function layered({ steps, layers, edges }: typeof large, random: () => number): Task[] {
  const wide = Math.ceil(steps / layers)
  return Array.from({ length: steps }, (_, at) => {
    const first = (Math.floor(at / wide) - 1) * wide
    const after = Array.from({ length: first < 0 ? 0 : edges }, () => `T${first + Math.floor(random() * wide)}`)
    return { id: `T${at}`, duration: 1 + Math.floor(random() * 1000), after: [...new Set(after)] }
  })
}

function timed(times: number, work: () => void): number[] {
  return Array.from({ length: times }, () => {
    const began = performance.now()
    work()
    return performance.now() - began
  })
}

function planning(state: State): Figure[] {
  const item = [...state.items.values()][0]
  if (item === undefined) throw new Error('There is nothing to plan.')
  const plan = (stale: 'links' | 'counts') => () => {
    item.board.stale = stale
    rebuild(item)
    schedule(state, 0)
  }
  const first = median(timed(1, plan('links')))
  timed(5, plan('links'))
  const linked = median(timed(15, plan('links')))
  const counted = median(timed(15, plan('counts')))
  const figure = (name: string, value: number): Figure => ({
    name,
    value,
    unit: 'ms',
    bar: '≤ 20 ms',
    met: value <= 20,
  })
  return [
    { ...figure('full re-plan, 100,000 steps', linked), note: 'links, ranks, counts and candidates from nothing' },
    { ...figure('the same, the first time in a process', first), note: 'code that has never run before' },
    figure('counts and candidates from nothing', counted),
  ]
}

/** One step lands, its place is given away, and the next one starts. */
function deciding(state: State): Figure[] {
  const running: Launch[] = []
  const asked: number[] = []
  const whole: number[] = []
  for (let n = 0; n < decisions; n++) {
    const began = performance.now()
    const ended = running.shift()
    if (ended !== undefined) land(state, ended)
    const before = performance.now()
    const made = schedule(state, 0)
    const after = performance.now()
    for (const launch of made.flatMap((one) => one.launch)) {
      start(state, launch)
      running.push(launch)
    }
    asked.push((after - before) * 1000)
    whole.push((performance.now() - began) * 1000)
  }
  const [decide, all] = [median(asked), median(whole)]
  return [
    { name: 'asking the scheduler, p50, 100,000 steps', value: decide, unit: 'µs', bar: '≤ 5 µs', met: decide <= 5 },
    { name: 'one decision with its landing and launch, p50', value: all, unit: 'µs', bar: '≤ 5 µs', met: all <= 5 },
  ]
}

interface Known {
  readonly instances: Record<string, { readonly m: Record<string, { readonly best: number }> }>
}

/** STG: a line a task, of its number, duration, how many come before it, and which. */
function readGraph(file: string): Task[] {
  const text = readFileSync(file, 'utf8')
  if (file.endsWith('.json')) {
    const { tasks } = JSON.parse(text) as { tasks: { id: number; dur: number; deps: number[] }[] }
    return tasks.map(({ id, dur, deps }) => ({ id: `${id}`, duration: dur, after: deps.map(String) }))
  }
  const rows = text.split('\n').map((row) => row.trim().split(/\s+/).map(Number))
  return rows
    .filter(([, , count = -1, ...after]) => count >= 0 && after.length === count)
    .map(([id = 0, duration = 0, , ...after]) => ({ id: `${id}`, duration, after: after.map(String) }))
}

const mean = (ratios: readonly number[]) =>
  Math.exp(ratios.reduce((sum, one) => sum + Math.log(one), 0) / ratios.length)

function spans(graphs: readonly (readonly [Task[], Record<string, { best: number }>])[]): Figure[] {
  return [4, 8, 16].flatMap((m) => {
    const exact = graphs.map(([tasks, best]) => simulate(tasks, m).makespan / (best[m]?.best ?? Number.NaN))
    const [middle, worst] = [mean(exact), Math.max(...exact)]
    const note = `worst ${worst.toFixed(3)} of ${graphs.length} graphs`
    const met = middle <= 1.01 && worst <= 1.05
    const name = `makespan over the best known, ${m} slots`
    return [{ name, value: middle, unit: '×', bar: '≤ 1.01, worst ≤ 1.05', met, note }, noisy(graphs, m)]
  })
}

/** The scheduler sees the estimates; the work takes half to one and a half of them. */
function noisy(graphs: readonly (readonly [Task[], unknown])[], m: number): Figure {
  const random = chance(m)
  const ratios = graphs.flatMap(([tasks]) =>
    Array.from({ length: 5 }, () => {
      const { makespan, bound } = simulate(tasks, m, (task) => task.duration * (0.5 + random()))
      return makespan / bound
    }),
  )
  const value = mean(ratios)
  const note = `worst ${Math.max(...ratios).toFixed(3)}; durations of 50 to 150 % of what was estimated`
  return {
    name: `noisy makespan over the lower bound, ${m} slots`,
    value,
    unit: '×',
    bar: '≤ 1.05',
    met: value <= 1.05,
    note,
  }
}

/** Without known graphs at hand: random ones, against the bound that no schedule can beat. */
function unknown(): Figure[] {
  const random = chance(42)
  const graphs = Array.from({ length: 20 }, (_, at) => layered({ steps: 500, layers: 5 + 3 * at, edges: 3 }, random))
  return [4, 8, 16].map((m) => {
    const ratios = graphs.map((tasks) => {
      const { makespan, bound } = simulate(tasks, m)
      return makespan / bound
    })
    const value = mean(ratios)
    const note = `worst ${Math.max(...ratios).toFixed(3)} of ${graphs.length} random layered graphs`
    return {
      name: `makespan over the lower bound, ${m} slots`,
      value,
      unit: '×',
      bar: '≤ 1.05',
      met: value <= 1.05,
      note,
    }
  })
}

function knownGraphs(): (readonly [Task[], Record<string, { best: number }>])[] {
  const folder = process.env.BATON_DAGS ?? ''
  const index = join(folder, 'known-best.json')
  if (folder === '' || !existsSync(index)) return []
  const { instances } = JSON.parse(readFileSync(index, 'utf8')) as Known
  return Object.entries(instances).map(([name, { m }]) => [readGraph(join(folder, name)), m] as const)
}

export async function measure(): Promise<Figure[]> {
  const state = begun(layered(large, chance(1)), slots)
  const cost = [...planning(state), ...deciding(state)]
  const graphs = knownGraphs()
  return [...cost, ...unknown(), ...(graphs.length === 0 ? [] : spans(graphs))]
}

if (import.meta.main) await report(measure)
