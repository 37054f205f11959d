// Measures how fast a plan of ten thousand steps is read.
import type { Files } from '../src/core/ports.ts'
import { planFormats } from '../src/plans/index.ts'
import { type Figure, median, report } from './figure.ts'

const steps = 10_000
const rounds = 7
const barMs = 150

/** Phases of a hundred steps, half of them parallel, with paths and dependencies as people write them. */
export function manySteps(count: number): string {
  const lines = ['# Tasks: Many', '']
  for (let number = 1; number <= count; number += 1) {
    if (number % 100 === 1) lines.push('', `## Phase ${Math.ceil(number / 100)}: Part ${Math.ceil(number / 100)}`, '')
    const id = (n: number): string => `T${String(n).padStart(3, '0')}`
    const said = number % 10 === 0 ? ` (depends on ${id(number - 1)}, ${id(number - 2)})` : ''
    lines.push(
      `- [ ] ${id(number)} ${number % 2 ? '[P] ' : ''}Implement part ${number} in \`src/parts/part-${number}.ts\`${said}`,
    )
  }
  return `${lines.join('\n')}\n`
}

export async function measure(): Promise<Figure[]> {
  const bytes = Buffer.from(manySteps(steps))
  const path = 'specs/001-many/tasks.md'
  const files: Files = { list: async () => [], read: async (name) => (name === path ? bytes : null) }
  const format = planFormats.find(({ name }) => name === 'speckit')
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now()
    const read = await format?.read(files, path)
    times.push(performance.now() - began)
    if (read?.items[0]?.steps.length !== steps) throw new Error('Not every step was read.')
  }
  const first = times[0] ?? 0
  const value = median(times.slice(1))
  const note = `${Math.round(bytes.length / 1024)} KiB; the first time in a fresh process ${first.toFixed(0)} ms`
  return [
    { name: `read a plan of ${steps} steps`, value, unit: 'ms', bar: `at most ${barMs} ms`, met: value <= barMs, note },
  ]
}

if (import.meta.main) await report(measure)
