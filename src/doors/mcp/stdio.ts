// The protocol over standard input and output, for programs that start a server of their own.
import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../../core/ports.ts'
import type { McpPort } from './port.ts'
import { speak } from './sdk.ts'
import { Waits } from './waits.ts'

export interface StdioOptions {
  readonly port: McpPort
  readonly clock: Pick<Clock, 'after' | 'monotonic'>
  readonly version: string
  readonly input: Readable
  /** Carries the protocol and nothing else: whoever calls this writes everything else elsewhere. */
  readonly output: Writable
}

/** Resolves when the input has ended, or nobody reads the output any more. */
export async function serveStdio({ port, clock, version, input, output }: StdioOptions): Promise<void> {
  await speak(version, { port, clock, waits: new Waits(clock) }, input, output)
}
