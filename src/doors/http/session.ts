// An invitation is exchanged for a cookie, so that no key ever stands in an address or in a page.
import { z } from 'zod'
import { Refused, refuse } from '../../core/refusals.ts'
import { cookieIn } from '../guard/hook.ts'
import type { Keys } from '../guard/keys.ts'
import type { Lockout } from '../guard/lockout.ts'
import type { Routes } from './at.ts'

const params = z.strictObject({ code: z.string().min(1).max(200) })

export function sessionRoutes(keys: Keys, lockout: Lockout, cookieName: () => string): Routes {
  return (app) => {
    const few = { perMinute: 30 }
    app.post('/session', { config: few, bodyLimit: 1024 }, (request, reply) => {
      const given = params.safeParse(request.body)
      const got = given.success ? keys.redeem(given.data.code) : undefined
      if (got === undefined) {
        if (given.success) lockout.wrong(request.ip)
        throw new Refused(refuse('auth', 'this link', 'it was used before, or is too old', 'baton open gives another'))
      }
      const cookie = `${cookieName()}=${got.cookie}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${got.maxAgeS}`
      return reply.code(204).header('set-cookie', cookie).send()
    })
    app.delete('/session', (request, reply) => {
      const given = cookieIn(request, cookieName())
      if (given !== undefined) keys.endCookie(given)
      const cookie = `${cookieName()}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`
      return reply.code(204).header('set-cookie', cookie).send()
    })
  }
}
