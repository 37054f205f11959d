// What main and the spawner say to each other: one JSON a line over one socket, both ways.
import type { Found, ReadOrder, WalkOrder } from '../core/ports.ts'
import type { BridgeOrder } from './bridge/calls.ts'

/** Output a child may have under way to main before it is held back. */
export const windowBytes = 256 * 1024
/** Input that may wait for a child that does not read. */
export const inputBytes = 16 * 1024 * 1024
/** Bytes that one frame carries at most. */
export const frameBytes = 192 * 1024

export interface StartCall {
  readonly do: 'start'
  readonly argv: readonly [string, ...string[]]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly marker: string
  readonly cap: number
  readonly graceMs: number
  /** Processes of ours around the child, which end by themselves when it does; 0 when it runs bare. */
  readonly wraps: 0 | 2
  readonly tool: boolean
  /** The command of a shell that takes the child in, see `inside/keepers.ts`. */
  readonly keeper?: readonly [string, ...string[]]
  readonly stdin?: string
  /** The filter that bubblewrap reads from a descriptor of its own, see `sandbox/places.ts`. */
  readonly filter?: string
  /** The servers that the child's own network leads to; it starts when it does. */
  readonly bridge?: BridgeOrder
}

export interface MountCall {
  readonly do: 'mount'
  /** Where relative paths start, so that no path of a person's gets into mount options. */
  readonly from: string
  readonly options: string
  readonly at: string
}

/** Calls carry `n`; a child is known by the `n` of the call that started it. Those without an answer have no `n`. */
export type Call =
  | StartCall
  | MountCall
  | { readonly do: 'stop'; readonly child: number }
  | { readonly do: 'sweep'; readonly marker: string }
  | { readonly do: 'unmount'; readonly at: string }
  | { readonly do: 'walk'; readonly order: WalkOrder }
  | { readonly do: 'read'; readonly folder: string; readonly orders: readonly ReadOrder[]; readonly limit: number }

export type Notice =
  | { readonly do: 'took'; readonly child: number; readonly bytes: number }
  | { readonly do: 'write'; readonly child: number; readonly bytes: string }
  | { readonly do: 'shut'; readonly child: number }

export type ToSpawner = (Call & { readonly n: number }) | Notice

export type Part =
  | { readonly found: readonly Found[] }
  | { readonly hidden: readonly string[] }
  | { readonly same: readonly number[] }
  | { readonly file: number; readonly kind: 'moved' | 'big' }
  | { readonly file: number; readonly kind: 'piece'; readonly bytes: string }
  | { readonly file: number; readonly kind: 'whole'; readonly oid: string }

export type ToMain =
  | { readonly ready: { readonly pid: number; readonly pidSpace: boolean; readonly freshProc: boolean } }
  | { readonly n: number; readonly ok: number }
  | { readonly n: number; readonly no: string }
  | { readonly n: number; readonly part: Part }
  | { readonly child: number; readonly from: 'out' | 'err'; readonly bytes: string }
  | { readonly child: number; readonly ended: { readonly code: number | null; readonly signal: string | null } }
  | { readonly child: number; readonly closed: true }

/** Cuts what arrives into lines. Keeps at most one unfinished line, which the senders bound. */
export function lines(take: (line: string) => void): (chunk: Buffer) => void {
  let rest: Buffer[] = []
  return (chunk) => {
    let from = 0
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      rest.push(chunk.subarray(from, at))
      from = at + 1
      const line = rest.length === 1 ? String(rest[0]) : Buffer.concat(rest).toString()
      rest = []
      take(line)
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
}
