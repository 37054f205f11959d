// What a command has around it: where its words go, what it may ask, and how it reaches a house.
import type { Readable, Writable } from 'node:stream'
import type { Calls } from '../client/calls.ts'
import type { OpenServer, ServerOptions } from '../presets/server.ts'

export interface Terminal {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

/** look: reads only. write: says what is wished, carries nothing out. work: carries it out as long as this process lives. */
export type Mode = 'look' | 'write' | 'work'

export interface Connection extends Calls {
  /** Where the person stands: of two things of one name, that of this repository is meant. */
  readonly folder: string
  /** The house is in this process: it ends with it. */
  readonly inside: boolean
  /** When nothing is under way in a house of this process; at once for any other. */
  quiet(): Promise<void>
  /** Ends what runs here at once instead of waiting for it; of a house elsewhere only the connection. */
  stop(): Promise<void>
}

/** Another home or folder than a command's own, and where a house of this process keeps checkpoints besides. */
export interface Elsewhere {
  readonly home?: string
  readonly folder?: string
  readonly checkpointTo?: { readonly places: readonly string[]; readonly from: string }
  /** Told why something has to wait, for the person who sits there. */
  readonly hint?: (text: string) => void
}

export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly folder: string
  readonly stdout: Terminal
  readonly stderr: Terminal
  readonly stdin: { readonly isTTY?: boolean | undefined }
  connect(mode: Mode, where?: Elsewhere): Promise<Connection>
  /** Opens a server in this process; refused as busy when another process holds the home. */
  serve(options: Omit<ServerOptions, 'env' | 'home'> & { readonly home?: string }): Promise<OpenServer>
  /** What a program that speaks a protocol to this one reads and writes. */
  pipes(): { readonly input: Readable; readonly output: Writable }
  /** Calls `then` at each Ctrl-C until the returned function is called. */
  interrupts(then: () => void): () => void
}
