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

/** What each kind means. Any other word is kept as it was said, and counted as `other` in sums. */
export const blockerKinds = {
  dependency: 'other work must be done first',
  decision: 'somebody must decide',
  resource: 'something or somebody is not free',
  external: 'it lies outside of this house',
  quality: 'what is there is not good enough to go on from',
  handoff: 'what the steps before left behind cannot be read',
  other: 'anything else',
} as const
export type BlockerKind = keyof typeof blockerKinds

export function blockerKindOf(word: string): BlockerKind {
  return Object.hasOwn(blockerKinds, word) ? (word as BlockerKind) : 'other'
}
