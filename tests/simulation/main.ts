// Plays seeds: one with its story (--seed N), or many in parallel (--seeds N --from 1), under --mode safety, liveness or both; --tally counts what happened.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type Played, play } from './play.ts'
import type { Mode } from './plot.ts'
import { promises } from './promises.ts'
import { summed, type Tally, tallyOf } from './tally.ts'

export interface Failure {
  readonly seed: number
  readonly mode: Mode
  readonly promise: string
  readonly how: string
}

interface Told {
  readonly from: number
  readonly played: number
  readonly facts: number
  readonly tally: Tally
  readonly failures: readonly Failure[]
}

const share = 25
const out = (text: string): boolean => process.stdout.write(`${text}\n`)

export function modesOf(word: string): readonly Mode[] {
  if (word === 'both') return ['safety', 'liveness']
  if (word === 'safety' || word === 'liveness') return [word]
  throw new Error(`There is no mode "${word}": give safety, liveness or both.`)
}

function tell(played: Played, whole: boolean): void {
  const { seed, mode, broken, world } = played
  const facts = world.witness.facts
  if (whole || broken !== undefined) {
    out(`--- the world of seed ${seed}, ${mode}`)
    for (const line of world.story) out(line)
    out('--- the last facts')
    for (const one of facts.slice(-40)) out(`${one.seq} ${one.type} ${JSON.stringify(one.data).slice(0, 300)}`)
  }
  if (broken === undefined) {
    out(`seed ${seed} ${mode}: every promise was kept over ${facts.length} facts and ${played.events} events`)
    return
  }
  out(`seed ${seed} ${mode} BROKE "${broken.promise}": ${promises[broken.promise]}`)
  out(`  ${broken.how}`)
  out(`  again: npm run sim -- --seed ${seed} --mode ${mode}`)
}

async function some(from: number, count: number, modes: readonly Mode[]): Promise<Told> {
  const failures: Failure[] = []
  let facts = 0
  let tally: Tally = {}
  for (let seed = from; seed < from + count; seed++) {
    for (const mode of modes) {
      const { broken, world } = await play(seed, mode)
      facts += world.witness.facts.length
      tally = summed(tally, tallyOf(world))
      if (broken !== undefined) failures.push({ seed, mode, ...broken })
    }
  }
  return { from, played: count, facts, tally, failures }
}

/** Hands out shares of seeds to as many processes as there are cores. */
async function many(from: number, count: number, mode: string, counted: boolean): Promise<number> {
  const began = performance.now()
  const failures: Failure[] = []
  let next = from
  let facts = 0
  let played = 0
  let tally: Tally = {}
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(import.meta.filename, ['--mode', mode, '--worker'])
      const give = (): void => {
        if (next >= from + count) return void child.disconnect()
        child.send([next, Math.min(share, from + count - next)])
        next += share
      }
      child.on('message', (told: Told) => {
        failures.push(...told.failures)
        facts += told.facts
        tally = summed(tally, told.tally)
        played += told.played
        give()
      })
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A worker ended with ${code}.`))))
      give()
    })
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), Math.ceil(count / share)) }, worker))
  failures.sort((a, b) => a.seed - b.seed)
  for (const one of failures.slice(0, 10)) tell(await play(one.seed, one.mode), false)
  for (const one of failures.slice(10, 200)) out(`seed ${one.seed} ${one.mode} BROKE "${one.promise}"`)
  if (counted) for (const what of Object.keys(tally).sort()) out(`${String(tally[what]).padStart(10)} ${what}`)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  out(`${played} seeds (${mode}), ${facts} facts, ${failures.length} broken promises, ${seconds} s`)
  return failures.length
}

function work(modes: readonly Mode[]): void {
  process.on('message', ([from, count]: [number, number]) => {
    void some(from, count, modes).then((told) => process.send?.(told))
  })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      mode: { type: 'string', default: 'both' },
      tally: { type: 'boolean', default: false },
      worker: { type: 'boolean', default: false },
    },
  })
  const modes = modesOf(values.mode)
  if (values.worker) return work(modes)
  if (values.seed === undefined) {
    const broken = await many(Number(values.from), Number(values.seeds ?? '200'), values.mode, values.tally)
    process.exitCode = broken === 0 ? 0 : 1
    return
  }
  for (const mode of modes) {
    const played = await play(Number(values.seed), mode)
    tell(played, true)
    if (played.broken !== undefined) process.exitCode = 1
  }
}

await main()
