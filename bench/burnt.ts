// Processor time of this process and everything below it, those that have ended included, as /proc tells it.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const tickMs = 10

interface Spent {
  readonly parent: number
  readonly ms: number
}

/** Own time and that of reaped children, which the kernel counts exactly and tells in ticks. */
function spent(pid: string): Spent | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = words.slice(11, 15).reduce((sum, word) => sum + Number(word), 0)
    return { parent: Number(words[1]), ms: ticks * tickMs }
  } catch {
    return undefined
  }
}

/** Undefined where there is no /proc. */
export function burntMs(): number | undefined {
  if (process.platform !== 'linux') return undefined
  const all = new Map<number, Spent>()
  for (const pid of readdirSync('/proc')) {
    const one = /^\d+$/.test(pid) ? spent(pid) : undefined
    if (one !== undefined) all.set(Number(pid), one)
  }
  const isOurs = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === process.pid) return true
    return false
  }
  return [...all].reduce((sum, [pid, { ms }]) => (isOurs(pid) ? sum + ms : sum), 0)
}

/** What one run of a command takes by itself, so that it can be taken off what was spent on running it. */
export function costMs(argv: readonly [string, ...string[]], folder: string, env: Record<string, string>): number {
  const runs = 50
  const before = burntMs() ?? 0
  const [program, ...rest] = argv
  const own = process.cpuUsage()
  for (let n = 0; n < runs; n++) execFileSync(program, rest, { cwd: folder, env, stdio: 'ignore' })
  const { user, system } = process.cpuUsage(own)
  return ((burntMs() ?? 0) - before - (user + system) / 1000) / runs
}
