// Every way a wish can be turned down; nothing has happened when one is given.

export type RefusalKind =
  | 'invalid'
  | 'auth'
  | 'policy'
  | 'not-found'
  | 'conflict'
  | 'cancelled'
  | 'provider'
  | 'busy'
  | 'defect'

/** A record, so that the compiler sees whether one is missing. */
const every: Readonly<Record<RefusalKind, true>> = {
  invalid: true,
  auth: true,
  policy: true,
  'not-found': true,
  conflict: true,
  cancelled: true,
  provider: true,
  busy: true,
  defect: true,
}
export const refusalKinds = Object.keys(every) as readonly RefusalKind[]

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
