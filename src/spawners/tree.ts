// Finds processes by what /proc tells: those below one, and those that carry a marker.
import { readdirSync, readFileSync } from 'node:fs'
import { markVariable } from './mark.ts'

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

/** Parent of each living process. A zombie does not live. */
function parents(): Map<number, number> {
  const found = new Map<number, number>()
  for (const pid of numbers()) {
    const stat = tell(pid, 'stat')
    const [state, parent] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
    if (state !== undefined && state !== 'Z' && state !== 'X') found.set(pid, Number(parent))
  }
  return found
}

/** The root and everything that descends from it, parents before children. */
export function below(root: number): readonly Below[] {
  const of = parents()
  const children = new Map<number, number[]>()
  for (const [pid, parent] of of) children.set(parent, [...(children.get(parent) ?? []), pid])
  const found: Below[] = of.has(root) ? [{ pid: root, depth: 0 }] : []
  for (const at of found) {
    for (const pid of children.get(at.pid) ?? []) found.push({ pid, depth: at.depth + 1 })
  }
  return found
}

/** Living processes whose environment holds the marker. Who wipes its own environment hides from this. */
export function marked(marker: string): readonly number[] {
  const wanted = Buffer.from(`${markVariable}=${marker}`).toString('latin1')
  const living = parents()
  return numbers().filter(
    (pid) => living.has(pid) && pid !== process.pid && tell(pid, 'environ')?.split('\0').includes(wanted),
  )
}

/** Sends a signal; false when there was nobody to get it. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
