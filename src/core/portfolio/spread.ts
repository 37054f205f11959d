// How long things took, when there are many of them.

export interface Spread {
  readonly count: number
  readonly meanMs: number
  readonly medianMs: number
  /** Nine in ten took no longer. */
  readonly p90Ms: number
  readonly maxMs: number
}

/** Undefined of nothing: no time is not a time of 0. */
export function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  const sum = sorted.reduce((all, one) => all + one, 0)
  return { count: sorted.length, meanMs: sum / sorted.length, medianMs: at(0.5), p90Ms: at(0.9), maxMs: at(1) }
}
