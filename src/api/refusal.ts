// Tells a refusal from a result.
import type { Refusal } from '../core/refusals.ts'

export function isRefusal(value: unknown): value is Refusal {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'what' in value &&
    'why' in value &&
    'remedy' in value
  )
}
