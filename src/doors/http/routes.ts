// All groups of routes of the HTTP door, as a list.
import type { Routes } from './at.ts'
import { methodRoutes } from './calls.ts'
import { eventRoutes } from './events.ts'
import type { Keys } from './guard/keys.ts'
import type { Lockout } from './guard/lockout.ts'
import { healthRoutes } from './health.ts'
import { mcpRoutes } from './mcp.ts'
import { openapiRoutes } from './openapi.ts'
import { pageRoutes } from './page/routes.ts'
import { referenceRoutes } from './reference.ts'
import { rpcRoutes } from './rpc.ts'
import { sessionRoutes } from './session.ts'

export function routesOf(keys: Keys, lockout: Lockout, cookieName: () => string): readonly Routes[] {
  return [
    pageRoutes,
    sessionRoutes(keys, lockout, cookieName),
    methodRoutes,
    eventRoutes,
    rpcRoutes,
    mcpRoutes,
    healthRoutes,
    openapiRoutes,
    referenceRoutes,
  ]
}
