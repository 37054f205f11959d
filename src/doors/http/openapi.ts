// Gives the OpenAPI document of this server, made once, when it is first asked for.
import { handWritten } from '../reference/described.ts'
import { openapi } from '../reference/document.ts'
import type { Routes } from './at.ts'

export const openapiRoutes: Routes = (app, { methods, version }) => {
  let text: string | undefined
  app.get('/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(openapi({ methods, version, routes: handWritten }))
    return reply.type('application/json; charset=utf-8').send(text)
  })
}
