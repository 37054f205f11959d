// What the record says of itself: the keys that signed for it, and every checkpoint that was signed.
import type { Store } from '../../core/ports.ts'
import { houseEntries, KeyChain } from './keys.ts'
import { NoteRefused, openCheckpoint } from './note.ts'
import type { Recorded } from './verify.ts'

export interface RecordKeys {
  readonly chain: KeyChain
  readonly signed: readonly Recorded[]
  /** Keys and checkpoints that nobody vouches for, in sentences. */
  readonly foreign: readonly string[]
}

interface Signed {
  readonly size?: unknown
  readonly root?: unknown
  readonly note?: unknown
}

export async function readRecord(store: Store): Promise<RecordKeys> {
  const chain = new KeyChain()
  const signed: Recorded[] = []
  const foreign: string[] = []
  for await (const entry of houseEntries(store)) {
    chain.take(entry)
    if (entry.type !== 'checkpoint.signed') continue
    const { size, root, note } = (entry.data ?? {}) as Signed
    if (typeof size !== 'number' || typeof root !== 'string') continue
    signed.push({ seq: entry.seq, size, root: Buffer.from(root, 'base64').toString('hex') })
    const why = typeof note === 'string' ? whyForeign(note, chain) : undefined
    if (why !== undefined) foreign.push(`Entry ${entry.seq} holds a checkpoint that nobody vouches for: ${why}`)
  }
  return { chain, signed, foreign: [...chain.faults.map(({ what }) => what), ...foreign] }
}

/** Signed by the key of that time, and by no other. */
function whyForeign(note: string, chain: KeyChain): string | undefined {
  const era = chain.current
  try {
    openCheckpoint(note, era === undefined || era.how === 'unsigned' ? [] : [era.verifier], chain.origin)
    return undefined
  } catch (error) {
    if (error instanceof NoteRefused) return error.message
    throw error
  }
}
