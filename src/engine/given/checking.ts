// What was given away of a record, a proof or an export, checked with nothing but itself and a key.
import type { Entry } from '../../core/nouns/entry.ts'
import { checkExport, keyNamedIn } from '../journal/export.ts'
import { readKept } from '../journal/kept.ts'
import { KeyChain } from '../journal/keys.ts'
import { parseVerifier, type Verifier } from '../journal/note.ts'
import { checkProof } from '../journal/proofs.ts'

export interface CheckedGiven {
  readonly kind: 'proof' | 'export'
  /** The record that it is of, and how many entries that had when it was signed. */
  readonly origin: string
  readonly size: number
  readonly root: string
  /** The key that it was checked with. */
  readonly key: string
  /** The key is the one that the file names itself, and nobody has vouched for it. */
  readonly unvouched: boolean
  readonly entries: readonly Entry[]
  readonly withheld: readonly number[]
}

export class KeyMissing extends Error {}

/** `key`: a public line, or what was kept of checkpoints, which begins with one. Throws, with the reason, what proves nothing. */
export function checkGiven(text: string, key: string | undefined): CheckedGiven {
  const proof = text.startsWith('c2sp.org/tlog-proof')
  const named = key ?? (proof ? undefined : keyNamedIn(text))
  if (named === undefined)
    throw new KeyMissing('It names no key itself: it can only be checked with one that you have.')
  const keys = keysIn(named)
  const [first] = keys
  const said = { key: first?.text ?? '', unvouched: key === undefined }
  if (proof) {
    const { checkpoint, entry } = checkProof(text, keys)
    return { kind: 'proof', ...checkpoint, ...said, entries: [entry], withheld: [] }
  }
  const { checkpoint, entries, withheld } = checkExport(text, keys)
  return { kind: 'export', ...checkpoint, ...said, entries, withheld }
}

function keysIn(text: string): readonly Verifier[] {
  if (!text.trim().includes('\n')) return [parseVerifier(text)]
  const { pinned, key } = readKept(text, new KeyChain(), '')
  const found = [key, pinned].flatMap((one) => (one === undefined ? [] : [one]))
  if (found.length === 0) throw new KeyMissing('What was kept there names no key.')
  return found
}
