// Where a reader begins: from what it gives back, or at the head; whatever cannot be gone on from means reading the state again.
import { z } from 'zod'
import type { Caller } from '../../api/method.ts'
import { attemptId, path } from '../../api/words.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { readId } from './ids.ts'

/** Positions as strangers send them; the other fields are checked. */
export interface Wanted {
  /** The id of the last frame that was read; wins over `after`. */
  readonly last?: unknown
  readonly after?: unknown
  readonly stream?: string | undefined
  readonly transcripts: readonly { readonly attempt: string; readonly from: number }[]
}

export interface Opening {
  readonly cursor: number
  readonly positions: readonly number[]
  /** Why the state must be read again. */
  readonly reload?: string
}

export interface Record {
  readonly name: string
  /** What has been told to others so far. */
  readonly head: number
  /** The newest entry there is: no id that was ever given lies beyond. */
  readonly reach: number
  readonly mostBehind: number
}

const mostTranscripts = 8
const given = z.object({
  stream: path.optional(),
  transcripts: z
    .array(z.strictObject({ attempt: attemptId, from: z.int().min(0).default(0) }))
    .max(mostTranscripts)
    .default([]),
})

export function readWanted(from: { readonly [K in keyof Wanted]?: unknown }): Wanted {
  const parsed = given.safeParse({ stream: from.stream, transcripts: from.transcripts })
  if (parsed.success) return { ...parsed.data, last: from.last, after: from.after }
  const [issue] = parsed.error.issues
  const why = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
  throw new Refused(
    refuse('invalid', 'events', why, 'name an item or a workspace, and transcripts as <attempt>@<from>'),
  )
}

/** Whether a caller may be told facts. One that is bound to an attempt hears what is said in it, and nothing else. */
export function factsFor(caller: Caller | undefined, wanted: Wanted): boolean {
  const no = (why: string, remedy: string) => new Refused(refuse('auth', 'events', why, remedy))
  if (caller === undefined) throw no('nobody is signed in', 'send a key; docs/server.md shows how')
  if (!caller.may.has('read')) throw no('it needs the right "read"', 'use a key that has it; docs/server.md shows how')
  const { attempt } = caller
  if (attempt === undefined) return true
  if (wanted.transcripts.length === 0 || wanted.transcripts.some((one) => one.attempt !== attempt))
    throw no(`this key is bound to attempt ${attempt}`, `ask for that transcript only: transcript=${attempt}@0`)
  return false
}

export function openAt(wanted: Wanted, facts: boolean, record: Record): Opening {
  const positions = wanted.transcripts.map(({ from }) => from)
  const reload = (why: string): Opening => ({ cursor: record.head, positions, reload: why })
  if (wanted.last === undefined || wanted.last === '') {
    if (wanted.after === undefined || !facts) return { cursor: record.head, positions }
    const seq =
      typeof wanted.after === 'string' && /^\d{1,16}$/.test(wanted.after) ? Number(wanted.after) : wanted.after
    return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0
      ? within({ cursor: seq, positions }, record, reload)
      : reload('the position cannot be read')
  }
  if (typeof wanted.last !== 'string') return reload('the id cannot be read')
  const place = readId(wanted.last, record.name)
  if ('why' in place) return reload(place.why)
  // An id from before the first transcript was told has no positions: they begin where the asking says.
  if (place.positions.length !== 0 && place.positions.length !== positions.length)
    return reload('the id is from a stream with other transcripts')
  const at = place.positions.length === 0 ? positions : place.positions
  return facts ? within({ cursor: place.seq, positions: at }, record, reload) : { cursor: record.head, positions: at }
}

function within(opening: Opening, record: Record, reload: (why: string) => Opening): Opening {
  const { cursor } = opening
  if (cursor > record.reach) return reload(`entry ${cursor} has not been written; the record ends at ${record.reach}`)
  if (record.head - cursor > record.mostBehind) return reload(`more than ${record.mostBehind} entries came since`)
  return opening
}
