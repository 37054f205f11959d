// Typed calls of every method, over any transport.
import type { CallName, Given, Result, StreamName, Value } from '../api/asked.ts'

export type { CallName, Given, Result, StreamName, Value } from '../api/asked.ts'

/** How calls reach a house. Refusals are thrown as `Refused`, and so is a broken connection (kind `busy`). */
export interface Transport {
  ask(method: string, params: unknown): Promise<unknown>
  /** Ending the loop over it ends the stream. */
  stream(method: string, params: unknown): AsyncIterable<unknown>
  close(): Promise<void>
}

export interface Calls {
  call<N extends CallName>(name: N, params: Given<N>): Promise<Result<N>>
  stream<N extends StreamName>(name: N, params: Given<N>): AsyncIterable<Value<N>>
  close(): Promise<void>
}

export function callsOver(transport: Transport): Calls {
  return {
    call: (name, params) => transport.ask(name, params) as Promise<never>,
    stream: (name, params) => transport.stream(name, params) as AsyncIterable<never>,
    close: () => transport.close(),
  }
}
