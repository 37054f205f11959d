// Hands as real children in a folder, and who is still alive.
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach } from 'vitest'
import type { Isolation } from '../../src/core/nouns/isolation.ts'
import type { HandAnswer, HandCall } from '../../src/executors/hands/words.ts'
import { Hands } from '../../src/executors/model/link.ts'
import { handsProgram } from '../../src/executors/model/program.ts'
import { realClock } from '../../src/presets/clock.ts'
import { environment, type Stage } from './model.stage.ts'

const open: Hands[] = []
afterEach(async () => {
  for (const hands of open.splice(0)) await hands.stop()
})

let marks = 0

export function handsIn(on: Stage, folder: string, isolation: Isolation = 'none', more: readonly string[] = []): Hands {
  const { argv, readOnly } = handsProgram()
  marks += 1
  const marker = `hands-${process.pid}-${marks}`
  const env = environment
  const hands = new Hands({
    spawner: on.spawner,
    time: realClock,
    stopped: () => false,
    heard: () => undefined,
    order: () => ({ argv: [...argv, ...more], folder, env, isolation, network: 'none', readOnly, marker }),
  })
  open.push(hands)
  return hands
}

export type Loose = { readonly do: HandCall['do'] } & Record<string, unknown>

const usual = {
  path: '.',
  most: 20_000,
  depth: 2,
  from: 1,
  lines: 400,
  files: '',
  expression: false,
  anyCase: false,
  ms: 10_000,
}
export const ask = (hands: Hands, call: Loose, ms = 30_000): Promise<HandAnswer> =>
  hands.call({ ...usual, all: false, ...call } as unknown as HandCall, ms)

export const alive = (words: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').includes(words)
    } catch {
      return false
    }
  })
