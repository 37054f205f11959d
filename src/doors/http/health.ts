// GET /health: without a key only whether each part is well, with one everything that is known of it.

import { type Health, houseHealth } from '../../api/house/health.ts'
import type { Caller } from '../../api/method.ts'
import { perform } from '../../api/perform.ts'
import { everything } from '../../api/scopes.ts'
import type { House } from '../../core/ports/house.ts'
import type { Routes } from './at.ts'

/** What anybody may know who reaches this port: no path, no address, no number. */
interface Glance {
  readonly ok: boolean
  readonly version: string
  readonly checks: Readonly<Record<keyof Health['checks'], boolean>>
}

const parts = ['store', 'disk', 'flush', 'agents', 'model'] as const

export const healthRoutes: Routes = (app, at) => {
  const ask = together(at.house)
  app.get('/health', async (request, reply) => {
    const health = await ask()
    const body = mayRead(at.callerOf(request)) && health !== undefined ? health : glance(health, at.version)
    return reply
      .code(health?.ok === true ? 200 : 503)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(body))
  })
}

function mayRead(caller: Caller | undefined): boolean {
  return caller?.attempt === undefined && caller?.may.has('read') === true
}

/** However many ask at once, the house is asked once. */
function together(house: House): () => Promise<Health | undefined> {
  let asked: Promise<Health | undefined> | undefined
  const door: Caller = { name: 'health', folder: '/', may: everything }
  return () => {
    asked ??= perform(houseHealth, house, door, {})
      .then((done) => (done.ok ? (done.result as Health) : undefined))
      .finally(() => {
        asked = undefined
      })
    return asked
  }
}

function glance(health: Health | undefined, version: string): Glance {
  const each = parts.map((part) => [part, health?.checks[part].ok === true] as const)
  return { ok: health?.ok === true, version, checks: Object.fromEntries(each) as Glance['checks'] }
}
