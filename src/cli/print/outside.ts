// Who works on an item outside Baton, since when, and how that ends.
import type { ItemView } from '../../api/status/item.ts'
import { duration } from './words.ts'

export function outsideLines({ current }: ItemView): string[] {
  return current
    .filter(({ status, why }) => status === 'running' && why !== undefined)
    .map(({ id, key, why, since }) => {
      const lasting = since === undefined ? '' : `, for ${duration(Math.max(0, Date.now() - since))}`
      return `${key} is worked on ${why}${lasting} → baton complete ${id}, or baton release ${id} --why "…"`
    })
}
