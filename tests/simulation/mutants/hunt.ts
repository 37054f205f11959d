// Plays seeds until a promise breaks, and says which: run inside a copy that holds a planted bug.
import { play } from '../play.ts'
import type { Mode } from '../plot.ts'

const [from = 1, to = 1] = process.argv.slice(2).map(Number)
const modes: readonly Mode[] = ['safety', 'liveness']
process.on('unhandledRejection', () => undefined)

async function hunt(): Promise<string> {
  for (let seed = from; seed <= to; seed++) {
    for (const mode of modes) {
      const { broken } = await play(seed, mode)
      if (broken !== undefined) return JSON.stringify({ seed, mode, ...broken })
    }
  }
  return 'null'
}

process.stdout.write(`${await hunt()}\n`)
