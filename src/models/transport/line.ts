// The way out to model servers, opened at the first request: connections that are kept, and names that are looked at.
import type { Clock } from '../../core/ports.ts'
import { guarded, type Resolve } from '../guard.ts'
import type { Bounds } from '../options.ts'
import type { Line } from './order.ts'

const keptMs = 30_000

export async function openLine(given: {
  readonly clock: Clock
  readonly bounds: Bounds
  readonly resolve: Resolve | undefined
}): Promise<Line> {
  const [http, https, dns] = await Promise.all([import('node:http'), import('node:https'), import('node:dns/promises')])
  const kept = { keepAlive: true, keepAliveMsecs: keptMs, maxFreeSockets: 256, scheduling: 'lifo' } as const
  return {
    clock: given.clock,
    bounds: given.bounds,
    live: new Set(),
    lookup: guarded(given.resolve ?? dns.lookup),
    agents: { http: new http.Agent(kept), https: new https.Agent(kept) },
    request: { http: http.request, https: https.request },
  }
}
