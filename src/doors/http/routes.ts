// All groups of routes of the HTTP door, as a list.

import type { Keys } from '../guard/keys.ts'
import type { Lockout } from '../guard/lockout.ts'
import { pageRoutes } from '../page/routes.ts'
import type { Routes } from './at.ts'
import { methodRoutes } from './calls.ts'
import { eventRoutes } from './events.ts'
import { healthRoutes } from './health.ts'
import { mcpRoutes } from './mcp.ts'
import { metricsRoutes } from './metrics.ts'
import { openapiRoutes } from './openapi.ts'
import { orchestrationRoutes } from './orchestration.ts'
import { referenceRoutes } from './reference.ts'
import { rpcRoutes } from './rpc.ts'
import { sessionRoutes } from './session.ts'

export interface RouteParts {
  readonly keys: Keys
  readonly lockout: Lockout
  readonly cookieName: () => string
  /** Lines that the log could not keep. */
  readonly dropped?: (() => number) | undefined
}

/** All that an agent at work needs. */
export const routesForAgents: readonly Routes[] = [mcpRoutes]

export function routesOf({ keys, lockout, cookieName, dropped }: RouteParts): readonly Routes[] {
  return [
    pageRoutes,
    sessionRoutes(keys, lockout, cookieName),
    methodRoutes,
    eventRoutes,
    rpcRoutes,
    mcpRoutes,
    healthRoutes,
    metricsRoutes(dropped === undefined ? {} : { dropped }),
    openapiRoutes,
    referenceRoutes,
    orchestrationRoutes,
  ]
}
