// The name under which a child and all it starts can be found again: two homes on one machine may know the same attempt.
import { hash } from 'node:crypto'

export const markVariable = 'BATON_MARK'

export function markOf(home: string, marker: string): string {
  return `${markOfAll(home)}${marker}`
}

/** What every mark of a home begins with; no whole mark ends like this. */
export function markOfAll(home: string): string {
  return `${hash('sha256', home, 'hex').slice(0, 16)} `
}
