// What the spawner and its bridge say to each other: one JSON a line.
import type { Server } from './servers.ts'

export interface BridgeOrder {
  /** The bridge's own program. */
  readonly program: string
  readonly nsenter: string
  /** Gives a sandbox addresses that are not loopback; needed only when a server is `given`. */
  readonly ip?: string
  readonly servers: readonly Server[]
}

export type ToBridge =
  | ({ readonly do: 'open'; readonly child: number; readonly pid: number } & BridgeOrder)
  | { readonly do: 'close'; readonly child: number }

export type FromBridge =
  | { readonly child: number; readonly open: true }
  | { readonly child: number; readonly no: string }
  /** For the child's own eyes: why a connection of its did not come about. */
  | { readonly child: number; readonly note: string }
