// An account that nothing may be asked of just now.

export type BarKind = 'auth' | 'missing' | 'quota' | 'rate-limited'

export interface Bar {
  readonly account: string
  readonly kind: BarKind
  readonly why: string
  readonly since: number
  /** Wall time at which it ends by itself; absent: when somebody lifts it. */
  readonly until?: number
}
