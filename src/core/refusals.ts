// Every way a wish can be turned down; nothing has happened when one is given.

export const refusalKinds = [
  'invalid',
  'auth',
  'policy',
  'not-found',
  'conflict',
  'cancelled',
  'provider',
  'busy',
  'defect',
] as const
export type RefusalKind = (typeof refusalKinds)[number]

export interface Refusal {
  readonly kind: RefusalKind
  /** What was refused. */
  readonly what: string
  readonly why: string
  /** What to do about it. */
  readonly remedy: string
  readonly where?: string
}

export function refuse(kind: RefusalKind, what: string, why: string, remedy: string, where?: string): Refusal {
  return { kind, what, why, remedy, ...(where === undefined ? {} : { where }) }
}

/** A refusal on its way through code that can only throw; doors turn it back into a value. */
export class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`${refusal.what}: ${refusal.why}`)
    this.name = 'Refused'
    this.refusal = refusal
  }
}
