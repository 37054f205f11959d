// Reads the record, or one item's part of it, for what was spent.
import type { House } from '../../core/ports/house.ts'
import { Ledger, type Spending } from '../../core/spending/ledger.ts'

const pageEntries = 1000

/** Up to where the record reached when this began; an item that is over is held no longer than until its last entry. */
export async function readSpending(
  house: House,
  stream: string | undefined,
  found: (spending: Spending) => void,
): Promise<number> {
  const head = house.state.seq
  const ledger = new Ledger(found)
  for (let at = 0; at < head; ) {
    const page = await house.read(at, pageEntries, stream)
    for (const entry of page) if (entry.seq <= head) ledger.add(entry)
    const last = page.at(-1)
    if (last === undefined) break
    at = last.seq
  }
  ledger.rest()
  return head
}
