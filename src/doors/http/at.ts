// What every group of routes is given: the house, who asks, and the time.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AnyMethod, Caller } from '../../api/method.ts'
import type { House } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'

export interface HttpAt {
  readonly house: House
  readonly methods: readonly AnyMethod[]
  readonly clock: Clock
  readonly version: string
  /** Who asks, from the server's own record; undefined for an open route that was asked without a key. */
  callerOf(request: FastifyRequest): Caller | undefined
  /** Called once when the server begins to close: streams say goodbye and end. */
  onLeave(then: () => void): void
}

/** Adds its routes. The guard stands before all of them; a route is open only if `openRoutes` names it. */
export type Routes = (app: FastifyInstance, at: HttpAt) => Promise<void> | void
