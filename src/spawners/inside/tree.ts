// Finds processes by what /proc tells: those below one, and those that carry a marker.
import { readdirSync, readFileSync } from 'node:fs'
import { markVariable } from '../mark.ts'

export interface Below {
  readonly pid: number
  /** 0 for the root itself. */
  readonly depth: number
}

function numbers(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** A process may end while we look: then it is as if it had never been there. */
function tell(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return undefined
  }
}

interface Kin {
  readonly parent: number
  readonly group: number
}

/** Parent and process group of each living process. A zombie does not live. */
function kin(): Map<number, Kin> {
  const found = new Map<number, Kin>()
  for (const pid of numbers()) {
    const stat = tell(pid, 'stat')
    const [state, parent, group] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
    if (state === undefined || state === 'Z' || state === 'X') continue
    found.set(pid, { parent: Number(parent), group: Number(group) })
  }
  return found
}

/** The root and everything that descends from it, parents before children. */
export function below(root: number): readonly Below[] {
  const of = kin()
  const children = new Map<number, number[]>()
  for (const [pid, { parent }] of of) children.set(parent, [...(children.get(parent) ?? []), pid])
  const found: Below[] = of.has(root) ? [{ pid: root, depth: 0 }] : []
  for (const at of found) {
    for (const pid of children.get(at.pid) ?? []) found.push({ pid, depth: at.depth + 1 })
  }
  return found
}

/** Living processes whose environment holds the marker, or one that begins like it when it ends in a space. Who wipes its own environment hides from this. */
export function marked(marker: string): readonly number[] {
  const wanted = Buffer.from(`${markVariable}=${marker}`).toString('latin1')
  const fits = (one: string): boolean => one === wanted || (marker.endsWith(' ') && one.startsWith(wanted))
  const living = kin()
  return numbers().filter(
    (pid) => living.has(pid) && pid !== process.pid && tell(pid, 'environ')?.split('\0').some(fits),
  )
}

/** Living members of a process group. */
export function groupOf(leader: number): readonly number[] {
  return [...kin()].filter(([, { group }]) => group === leader).map(([pid]) => pid)
}

/** Kills whom `find` names until it names nobody: who is killed may have had a child a moment before, and takes a moment to go. */
export async function killAll(find: () => readonly number[]): Promise<number> {
  const struck = new Set<number>()
  for (let round = 0; round < 200; round += 1) {
    const alive = find()
    if (alive.length === 0) break
    for (const pid of alive) {
      struck.add(pid)
      signal(pid, 'SIGKILL')
    }
    await new Promise((done) => setTimeout(done, 10))
  }
  return struck.size
}

/** Sends a signal; false when there was nobody to get it. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
