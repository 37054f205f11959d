// The page that a browser is let in through: it exchanges the link for a cookie and then shows how everything stands.
import type { Routes } from '../http/at.ts'
import { page } from './page.ts'
import { script } from './script.ts'
import { style } from './style.ts'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="2" y="6.5" width="12" height="3" rx="1.5" fill="#0a7d5a"/></svg>'

export const pageRoutes: Routes = (app) => {
  app.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page),
  )
  app.get('/page.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(style))
  app.get('/page.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script))
  app.get('/favicon.ico', (_request, reply) => reply.type('image/svg+xml').send(icon))
}
