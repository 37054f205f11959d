// Ends everything that a command has started, and knows by /proc what that is.
import { readdirSync, readFileSync } from 'node:fs'

const graceMs = 300
const rounds = 60
const roundMs = 20
// The first processes of a namespace of our own: whoever else is there came from a command of ours.
const firstNumbers = 8

interface Kin {
  readonly parent: number
  readonly group: number
  readonly session: number
}

/** In a PID namespace made for us: our parent is its first process, and hardly anybody came before us. */
export const alone = process.platform === 'linux' && process.ppid === 1 && process.pid <= firstNumbers

export interface Mark {
  readonly name: string
  readonly value: string
}

/** Who lives; one that has ended and was not yet taken note of does not. */
function living(): Map<number, Kin> {
  const found = new Map<number, Kin>()
  for (const name of names('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = told(`/proc/${name}/stat`)
    const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === undefined || session === undefined || state === 'Z' || state === 'X') continue
    found.set(Number(name), { parent: Number(parent), group: Number(group), session: Number(session) })
  }
  return found
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Empty for a process that has just ended. */
function told(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function ancestors(of: ReadonlyMap<number, Kin>): Set<number> {
  const found = new Set<number>([0, 1])
  for (let at = process.pid; at > 1 && !found.has(at); at = of.get(at)?.parent ?? 1) found.add(at)
  return found
}

function below(of: ReadonlyMap<number, Kin>, root: number): Set<number> {
  const found = new Set([root])
  for (let grown = true; grown; ) {
    grown = false
    for (const [pid, { parent }] of of) {
      if (found.has(pid) || !found.has(parent)) continue
      found.add(pid)
      grown = true
    }
  }
  return found
}

/** What a command's first process left: below it, in its group or session, carrying its mark; all others when we are alone. */
export function leftOf(leader: number, mark: Mark): number[] {
  if (process.platform !== 'linux') return []
  const of = living()
  const ours = ancestors(of)
  const under = below(of, leader)
  const marked = `${mark.name}=${mark.value}`
  return [...of.keys()].filter((pid) => {
    if (ours.has(pid)) return false
    const kin = of.get(pid)
    if (alone || under.has(pid) || kin?.group === leader || kin?.session === leader) return true
    return told(`/proc/${pid}/environ`).split('\0').includes(marked)
  })
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone already.
  }
}

const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Asks first, then does not ask. False when something is still there: it forks faster than it is ended. */
export async function endTree(leader: number, mark: Mark): Promise<boolean> {
  let left = leftOf(leader, mark)
  if (process.platform !== 'linux') signal(-leader, 'SIGKILL')
  for (const pid of left) signal(pid, 'SIGTERM')
  const until = performance.now() + graceMs
  while (left.length > 0 && performance.now() < until) {
    await rest(roundMs)
    left = leftOf(leader, mark)
  }
  for (let round = 0; round < rounds && left.length > 0; round += 1) {
    for (const pid of left) signal(pid, 'SIGKILL')
    await rest(roundMs)
    left = leftOf(leader, mark)
  }
  return left.length === 0
}
