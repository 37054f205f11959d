// What facts name by its digest and the journal does not hold itself, transcripts and blobs, and whether it is there as it was sealed.
import type { Entry } from '../../core/nouns/entry.ts'
import type { SealedFound } from '../../core/ports/house.ts'

/** `name`: the attempt, or the gate that a blob is shown for. `forgotten`: a person has had it removed by name. */
export interface Seal {
  readonly kind: 'transcript' | 'blob' | 'forgotten'
  readonly seq: number
  readonly name: string
  readonly digest: string
}

/** Where what was sealed should lie; both give the digest of what is there, undefined when nothing is. */
export interface SealedPlaces {
  transcript(attempt: string): Promise<string | undefined>
  blob(digest: string): Promise<string | undefined>
}

interface Named {
  readonly attempt?: unknown
  readonly transcript?: unknown
  readonly gate?: unknown
  readonly kind?: unknown
  readonly shows?: unknown
}

const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)

/** A conflict gate with an attempt shows both sides from a blob; what other gates show is a commit. */
export function sealIn({ seq, type, data }: Pick<Entry, 'seq' | 'type' | 'data'>): Seal | undefined {
  if (type !== 'attempt.ended' && type !== 'gate.opened' && type !== 'transcript.forgotten') return undefined
  const { attempt, transcript, gate, kind, shows } = (data ?? {}) as Named
  if (typeof attempt !== 'string') return undefined
  if (type === 'transcript.forgotten') return { kind: 'forgotten', seq, name: attempt, digest: '' }
  if (type === 'attempt.ended' && isDigest(transcript))
    return { kind: 'transcript', seq, name: attempt, digest: transcript }
  if (type === 'gate.opened' && kind === 'conflict' && isDigest(shows))
    return { kind: 'blob', seq, name: String(gate), digest: shows }
  return undefined
}

export async function findSealed(seals: readonly Seal[], places: SealedPlaces): Promise<SealedFound> {
  const named = new Set(seals.filter(({ kind }) => kind === 'forgotten').map(({ name }) => name))
  const found = {
    held: 0,
    missing: [] as string[],
    changed: [] as string[],
    forgotten: [] as string[],
    left: [] as string[],
  }
  for (const { kind, name, digest } of seals) {
    if (kind === 'forgotten') continue
    const there = kind === 'blob' ? await places.blob(digest) : await places.transcript(name)
    if (kind === 'transcript' && named.has(name)) (there === undefined ? found.forgotten : found.left).push(name)
    else if (there === undefined) found.missing.push(name)
    else if (there === digest) found.held += 1
    else found.changed.push(name)
  }
  return found
}
