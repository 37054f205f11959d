// The record's tools over a house's own store: verify, prove, sign, export, back up, and have forgotten.
import type {
  Answer,
  Audit,
  AuditReport,
  Copied,
  DoctorLine,
  End,
  Grown,
  KeptAt,
  Rotation,
  SealedFound,
} from '../core/ports/house.ts'
import { Refused, refuse } from '../core/refusals.ts'
import type { State } from '../core/state.ts'
import { type Wish, wish } from '../core/wishes.ts'
import { growth } from './given/growth.ts'
import { shareOf } from './given/sharing.ts'
import { BackupRefused, backup } from './journal/backup.ts'
import { exportStream } from './journal/export.ts'
import type { Journal } from './journal/journal.ts'
import { foreignIn, type Kept, readKept } from './journal/kept.ts'
import { prove } from './journal/proofs.ts'
import { type RecordKeys, readRecord } from './journal/record-keys.ts'
import { findSealed, type Seal, sealsIn } from './journal/sealed.ts'
import { type Audit as Finding, verify, verifySince } from './journal/verify.ts'
import type { Keeping } from './keeping.ts'
import type { HouseParts } from './parts.ts'
import type { Signing } from './signing.ts'
import { messageOf } from './work/shop.ts'

interface Given {
  readonly since?: string
  readonly checkpoint?: string
}

const entriesAtOnce = 2000

export class Auditing implements Audit {
  readonly #parts: HouseParts
  readonly #journal: Journal
  readonly #signing: Signing
  readonly #keeping: Keeping
  readonly #submit: (wish: Wish) => Promise<Answer>
  readonly #state: State

  constructor(
    parts: HouseParts,
    house: {
      readonly journal: Journal
      readonly signing: Signing
      readonly keeping: Keeping
      readonly submit: (wish: Wish) => Promise<Answer>
      readonly state: State
    },
  ) {
    this.#parts = parts
    this.#journal = house.journal
    this.#signing = house.signing
    this.#keeping = house.keeping
    this.#submit = house.submit
    this.#state = house.state
  }

  async verify(options: Given): Promise<AuditReport> {
    const started = this.#parts.clock.monotonic()
    const { store } = this.#parts
    const record = await readRecord(store)
    const since = this.#read(options.since, record)
    const kept = [since, this.#read(options.checkpoint, record)].filter((one) => one !== undefined)
    const checkpoints = kept.flatMap((one) => one.checkpoints.filter(({ foreign }) => foreign === undefined))
    const asked = { checkpoints, recorded: record.signed }
    const head = this.#journal.head().seq
    const from = since?.checkpoints.filter(({ foreign, size }) => foreign === undefined && size <= head).at(-1)
    const finding =
      from === undefined
        ? await verify(store, { ...asked, medium: true })
        : await verifySince(store, from, undefined, asked)
    const sealed = await this.#sealed(finding.seals)
    const foreign = [
      ...record.foreign,
      ...kept.flatMap((one) => foreignIn(one, record.chain)),
      ...this.#foreignHere(record),
    ]
    return report(finding, {
      sealed,
      foreign,
      told: record.chain.told(),
      kept,
      ms: this.#parts.clock.monotonic() - started,
    })
  }

  #read(text: string | undefined, { chain }: RecordKeys): Kept | undefined {
    if (text === undefined) return undefined
    try {
      return readKept(text, chain, chain.origin || this.#parts.origin)
    } catch (error) {
      throw new Refused(refuse('invalid', 'checkpoint', messageOf(error), 'give what was kept of a signed checkpoint'))
    }
  }

  /** A key in the home that the record does not know is a finding, though it has signed nothing yet. */
  #foreignHere({ chain }: RecordKeys): readonly string[] {
    const { trouble } = this.#signing
    return chain.current === undefined || this.#parts.keys === undefined || trouble === undefined
      ? []
      : [`${trouble.slice(0, 1).toUpperCase()}${trouble.slice(1)}.`]
  }

  #sealed(seals: readonly Seal[]): Promise<SealedFound> {
    const { store, transcripts } = this.#parts
    return findSealed(seals, {
      transcript: async (attempt) => (await transcripts.seal(attempt)) || undefined,
      blob: async (digest) => {
        try {
          return (await store.get(digest)) === undefined ? undefined : digest
        } catch {
          return ''
        }
      },
    })
  }

  async prove(seq: number): Promise<string> {
    const head = this.#journal.head().seq
    if (seq < 1 || seq > head)
      throw new Refused(refuse('not-found', `entry ${seq}`, `the journal holds 1 to ${head}`, 'give a number in it'))
    return prove(this.#parts.store, seq, await this.checkpoint())
  }

  async grown(from: End, to: End): Promise<Grown> {
    const { store, origin } = this.#parts
    const { chain } = await readRecord(store)
    return growth({ store, chain, origin, head: this.#journal.head().seq }, from, to)
  }

  async checkpoint(): Promise<string> {
    const note = await this.#signing.sign()
    this.#keeping.took(note)
    return note
  }

  places(): Promise<readonly KeptAt[]> {
    return this.#keeping.places()
  }

  async rotate(by: string, lost: string | undefined): Promise<Rotation> {
    const done = await this.#signing.rotate(by, lost)
    // What was kept so far is handed over to the next key at once.
    await this.checkpoint()
    return done
  }

  async *export(stream: string | undefined): AsyncGenerator<string> {
    if (stream !== undefined) {
      const { known, share } = shareOf(this.#state, stream)
      const note = await this.checkpoint()
      const key = this.#parts.keys?.current().verifier.text
      const wanted = { stream, share, known, ...(key === undefined ? {} : { key }) }
      yield* exportStream(this.#parts.store, wanted, note)
      return
    }
    const head = this.#journal.head().seq
    for (let at = 0; at < head; ) {
      const rows = await this.#parts.store.read(at, 1000)
      for (const row of rows) yield `${row.text}\n`
      at = rows.at(-1)?.seq ?? head
    }
  }

  /** Without a key that may sign, a copy is better than none: it lacks the note that shows it whole. */
  async backup(folder: string): Promise<Copied> {
    const { store, transcripts } = this.#parts
    const note = this.#signing.trouble === undefined ? { note: await this.checkpoint() } : {}
    const done = await backup(store, folder, { transcripts, ...note }).catch((error: unknown) => {
      if (!(error instanceof BackupRefused)) throw error
      throw new Refused(refuse('conflict', folder, error.message, 'name a folder that is new or empty'))
    })
    return {
      head: done.size,
      files: done.files,
      bytes: done.bytes,
      transcripts: done.transcripts,
      sealed: done.sealed,
      signed: 'note' in note,
    }
  }

  async forget(attempt: string, why: string, by: string): Promise<void> {
    const { store, transcripts } = this.#parts
    if ((await transcripts.bytes(attempt)) === undefined) {
      const remedy = 'baton show <attempt> names what an attempt left'
      throw new Refused(refuse('not-found', `transcript of ${attempt}`, 'nothing of it is kept here', remedy))
    }
    const answer = await this.#submit(wish('transcript.forget', by, { attempt, why }))
    if (!answer.ok) throw new Refused(answer.refusal)
    await transcripts.forget(attempt)
    for (const digest of await this.#saidIn(attempt)) await store.forget(digest)
  }

  /** Blobs that hold what an agent said in this attempt: its summary, and what it showed with its questions. */
  async #saidIn(attempt: string): Promise<readonly string[]> {
    const stream = attempt.slice(0, attempt.indexOf('/'))
    const found: string[] = []
    for (let after = 0; ; ) {
      const entries = await this.#journal.read(after, entriesAtOnce, stream)
      const last = entries.at(-1)
      if (last === undefined) return found
      for (const { digest, of } of entries.flatMap(sealsIn)) if (of === attempt) found.push(digest)
      after = last.seq
    }
  }
}

interface Around {
  readonly sealed: SealedFound
  readonly foreign: readonly string[]
  readonly told: readonly string[]
  readonly kept: readonly Kept[]
  readonly ms: number
}

function report(finding: Finding, { sealed, foreign, told, kept, ms }: Around): AuditReport {
  const first = finding.faults[0]
  const torn = kept.some((one) => one.torn > 0)
    ? ['The last note of what was kept is cut off and was passed over.']
    : []
  const alone = kept.length === 0 && first === undefined ? [unkept] : []
  return {
    whole: finding.ok && foreign.length === 0 && sealed.missing.length === 0 && sealed.changed.length === 0,
    entries: finding.size,
    root: finding.root,
    checkpoints: finding.held.length,
    ms: Math.round(ms),
    ...(first === undefined ? {} : { firstBad: { seq: first.seq, what: first.what } }),
    sealed,
    foreign,
    notes: [finding.why, ...unread(first, sealed), ...alone, ...told, ...torn],
  }
}

/** A person may have had it removed by name, in an entry that was not come to. */
function unread(first: Finding['faults'][number] | undefined, { missing }: SealedFound): readonly string[] {
  if (first === undefined || first.seq === 0 || missing.length === 0) return []
  return [`What stands after entry ${first.seq} was not read: what was removed by name there counts as missing here.`]
}

const unkept =
  'Whoever may write to this home could have rewritten all of it: only a checkpoint that was kept out of its reach shows that (--checkpoint-to).'

/** What doctor says of the key that signs here, and of the places where checkpoints are kept. */
export async function doctorsRecord(signing: Signing, keeping: Keeping): Promise<readonly DoctorLine[]> {
  const trouble = signing.unborn ? undefined : signing.trouble
  const remedy = 'put the right key back into keys/checkpoint.pem; if it is lost: baton audit rotate-key --lost <why>'
  const key = {
    what: 'signing key',
    ok: trouble === undefined,
    detail: trouble ?? (signing.unborn ? 'it is made with the first entry' : 'it is the one that the record names'),
  }
  const places = (await keeping.look()).map(({ place, size, why }) => ({
    what: `checkpoints: ${place}`,
    ok: why === undefined,
    detail: why ?? (size === 0 ? 'nothing is kept there yet' : `the newest there covers ${size} entries`),
    ...(why === undefined ? {} : { remedy: 'mend that: work goes on meanwhile, and it is tried again' }),
  }))
  return [trouble === undefined ? key : { ...key, remedy }, ...places]
}
