// What facts name by its digest and the journal does not hold itself, transcripts and blobs, and whether it is there as it was sealed.
import type { Entry } from '../../core/nouns/entry.ts'
import type { SealedFound } from '../../core/ports/house.ts'

/** `name`: the attempt, or the gate that a blob is shown for. `forgotten`: a person has had it removed by name. */
export interface Seal {
  readonly kind: 'transcript' | 'blob' | 'forgotten'
  readonly seq: number
  readonly name: string
  readonly digest: string
  /** The attempt whose words it holds. */
  readonly of?: string
}

/** Where what was sealed should lie; both give the digest of what is there, undefined when nothing is. */
export interface SealedPlaces {
  transcript(attempt: string): Promise<string | undefined>
  blob(digest: string): Promise<string | undefined>
}

interface Named {
  readonly attempt?: unknown
  readonly transcript?: unknown
  readonly summary?: unknown
  readonly gate?: unknown
  readonly kind?: unknown
  readonly shows?: unknown
}

const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)

/** Gates with an attempt whose blob shows what must be seen; what other gates show is a commit. */
const showing: ReadonlySet<unknown> = new Set(['conflict', 'question', 'permission'])
/** What an agent said stands in them, and goes when its attempt is forgotten. */
const talking: ReadonlySet<unknown> = new Set(['question', 'permission'])

const none: readonly Seal[] = []

export function sealsIn({ seq, type, data }: Pick<Entry, 'seq' | 'type' | 'data'>): readonly Seal[] {
  if (type === 'handoff.written') return handoffsIn(seq, data)
  if (type !== 'attempt.ended' && type !== 'gate.opened' && type !== 'transcript.forgotten') return none
  const { attempt, transcript, summary, gate, kind, shows } = (data ?? {}) as Named
  if (typeof attempt !== 'string') return none
  if (type === 'transcript.forgotten') return [{ kind: 'forgotten', seq, name: attempt, digest: '' }]
  if (type === 'gate.opened') {
    if (!showing.has(kind) || !isDigest(shows)) return []
    const of = talking.has(kind) ? { of: attempt } : {}
    return [{ kind: 'blob', seq, name: String(gate), digest: shows, ...of }]
  }
  const found: Seal[] = []
  if (isDigest(transcript)) found.push({ kind: 'transcript', seq, name: attempt, digest: transcript })
  if (isDigest(summary))
    found.push({ kind: 'blob', seq, name: `the summary of ${attempt}`, digest: summary, of: attempt })
  return found
}

/** Their bytes are kept so that what is lost in the repository can be written back. */
function handoffsIn(seq: number, data: unknown): readonly Seal[] {
  const { files } = (data ?? {}) as { readonly files?: unknown }
  const found: Seal[] = []
  for (const one of Array.isArray(files) ? files : []) {
    const { path, digest } = (one ?? {}) as { readonly path?: unknown; readonly digest?: unknown }
    if (typeof path === 'string' && isDigest(digest))
      found.push({ kind: 'blob', seq, name: `the kept copy of ${path}`, digest })
  }
  return found
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
  for (const { kind, name, digest, of } of seals) {
    if (kind === 'forgotten') continue
    const there = kind === 'blob' ? await places.blob(digest) : await places.transcript(name)
    const gone = named.has(kind === 'transcript' ? name : (of ?? ''))
    // The same words may stand elsewhere too: only a transcript is told to be left.
    if (gone && kind === 'transcript') (there === undefined ? found.forgotten : found.left).push(name)
    else if (gone && there === undefined) continue
    else if (there === undefined) found.missing.push(name)
    else if (there === digest) found.held += 1
    else found.changed.push(name)
  }
  return found
}
