// What the process ends with, so that scripts can tell why.
import type { RefusalKind } from '../core/refusals.ts'

export const exits = {
  ok: 0,
  validation: 2,
  auth: 3,
  policy: 4,
  notFound: 5,
  conflict: 6,
  cancelled: 7,
  provider: 8,
  unexpected: 9,
} as const

const codes: Readonly<Record<RefusalKind, number>> = {
  invalid: exits.validation,
  auth: exits.auth,
  policy: exits.policy,
  'not-found': exits.notFound,
  conflict: exits.conflict,
  busy: exits.conflict,
  cancelled: exits.cancelled,
  provider: exits.provider,
  defect: exits.unexpected,
}

export function exitOf(kind: RefusalKind): number {
  return codes[kind]
}
