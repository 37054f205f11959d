// Runs every measurement and prints each figure beside its limit and its bar; `npm run bench -- append steps` runs some.
import { readdirSync } from 'node:fs'
import { type Figure, line } from './figure.ts'

interface Bench {
  measure?(): Promise<readonly Figure[]>
}

const asked = process.argv.slice(2)
const parts = new Set(['all', 'burnt', 'ears', 'figure', 'flooding', 'rig', 'history'])
const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .filter((name) => !parts.has(name) && (asked.length === 0 || asked.includes(name)))
  .sort()

/** The same small work before and after: a machine that is busy with something else shows here. */
function probe(): number {
  const began = performance.now()
  let sum = 0
  for (let n = 0; n < 20_000_000; n++) sum = (sum * 31 + n) | 0
  return performance.now() - began + (sum & 0)
}

let missed = 0
const quiet = probe()
for (const name of names) {
  const bench = (await import(`./${name}.ts`)) as Bench
  const before = probe()
  const figures = (await bench.measure?.()) ?? []
  const noisy = Math.max(before, probe()) > quiet * 1.5
  process.stdout.write(`${name}${noisy ? '  (the machine was busy: do not quote these)' : ''}\n`)
  for (const figure of figures) {
    if (!figure.met) missed += 1
    process.stdout.write(`  ${line(figure)}\n`)
  }
}
process.stdout.write(`${missed === 0 ? 'every bar is met' : `${missed} bars are missed`}\n`)
