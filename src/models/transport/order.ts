// One request to a model server, what it goes out through, and its answer.
import type { Agent, ClientRequest, IncomingHttpHeaders, RequestOptions } from 'node:http'
import type { LookupFunction } from 'node:net'
import type { Clock, Stop } from '../../core/ports.ts'
import type { Bounds, Patience } from '../options.ts'

export interface Line {
  readonly clock: Clock
  readonly lookup: LookupFunction
  readonly bounds: Bounds
  /** One for http and one for https; connections are kept for the next request. */
  readonly agents: { readonly http: Agent; readonly https: Agent }
  /** Ends each request that is under way. */
  readonly live: Set<() => void>
  readonly request: {
    readonly http: (url: URL, options: RequestOptions) => ClientRequest
    readonly https: (url: URL, options: RequestOptions) => ClientRequest
  }
}

export interface Order {
  readonly url: string
  /** Sent as JSON; absent: the request is a GET. */
  readonly body?: string
  readonly key?: string
  readonly accept: string
  readonly patience: Patience
  readonly stop?: Stop
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Whole letters only. Throws Trouble when it breaks off, is late, too large, or not wanted any more. */
  text(): AsyncGenerator<string, void, undefined>
  /** Said before its text is left early because everything has come: its connection may serve the next request. */
  leave(): void
  /** Nothing more of it is wanted: its connection is closed. */
  end(): void
}
