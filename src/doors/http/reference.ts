// Gives the reference as a page, made once from the OpenAPI document, when it is first asked for.
import { handWritten } from '../reference/described.ts'
import { openapi } from '../reference/document.ts'
import { outlineOf } from '../reference/outline.ts'
import { pagePolicy, referencePage } from '../reference/page.ts'
import type { Routes } from './at.ts'

export const referenceRoutes: Routes = (app, { methods, version }) => {
  let page: string | undefined
  app.get('/reference', (_request, reply) => {
    page ??= referencePage(outlineOf(openapi({ methods, version, routes: handWritten })))
    return reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy).send(page)
  })
}
