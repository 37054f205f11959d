// A declared obstacle with kind, owner, start and end.

export interface Blocker {
  readonly id: string
  readonly item: string
  readonly step?: string
  readonly kind: string
  readonly owner: string
  readonly notes: string
  readonly startAt: number
  endAt?: number
}
