// Reads the record, or one item's part of it, for the handoffs that it names and for the facts that they are of.
import type { Facts } from '../../core/facts.ts'
import type { HandoffEvent, Written } from '../../core/handoffs/artifact.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import type { House } from '../../core/ports/house.ts'

/** A handoff as the record names it. `seq` is the entry that names it, `of` the one that it was written for. */
export interface HandoffLine extends Written {
  readonly item: string
  readonly seq: number
  readonly at: number
  readonly commit: string
}

/** An entry that may have left a handoff. */
export interface Origin {
  readonly type: string
  readonly item: string
}

/** Which facts leave which handoff. */
const leaves: Readonly<Record<HandoffEvent, readonly string[]>> = {
  'attempt-started': ['attempt.started'],
  'attempt-completed': ['landing.done'],
  'attempt-failed': ['attempt.ended'],
  'attempt-rejected': ['attempt.checked', 'step.reworked'],
  'gate-approved': ['gate.answered'],
  'gate-rejected': ['gate.answered'],
  'baseline-integration': ['integration.done'],
  'baseline-reverted': ['integration.reverted'],
}
const origins: ReadonlySet<string> = new Set(Object.values(leaves).flat())

const pageEntries = 1000

export const mayLeave = (type: string, event: HandoffEvent): boolean => leaves[event].includes(type)

interface Reader {
  line(line: HandoffLine): void
  origin?(seq: number, origin: Origin): void
  entry?(entry: Entry): void
}

/** Up to where the record reached when this began, which it gives back. */
export async function readHandoffs(house: House, item: string | undefined, reader: Reader): Promise<number> {
  const head = house.state.seq
  for (let at = 0; at < head; ) {
    const page = await house.read(at, pageEntries, item)
    for (const entry of page) if (entry.seq <= head) take(entry, reader)
    const last = page.at(-1)
    if (last === undefined) break
    at = last.seq
  }
  return head
}

function take(entry: Entry, reader: Reader): void {
  const { type, stream, seq, at } = entry
  reader.entry?.(entry)
  if (origins.has(type)) reader.origin?.(seq, { type, item: stream })
  if (type !== 'handoff.written') return
  const { item, commit, files } = entry.data as Facts['handoff.written']
  for (const file of files) reader.line({ ...file, item, seq, at, commit })
}
