// The record's tools over a house's own store: verify, prove, sign, export, back up.
import type { Audit, AuditReport } from '../core/ports/house.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { backup } from './journal/backup.ts'
import { exportStream } from './journal/export.ts'
import type { Journal } from './journal/journal.ts'
import { type Checkpoint, openCheckpoint, parseVerifier, type Verifier } from './journal/note.ts'
import { prove } from './journal/proofs.ts'
import { type Audit as Finding, verify, verifySince } from './journal/verify.ts'
import type { HouseParts } from './parts.ts'
import { messageOf } from './work/shop.ts'

export class Auditing implements Audit {
  readonly #parts: HouseParts
  readonly #journal: Journal
  readonly #sign: () => Promise<string>

  /** `sign` makes a checkpoint and has it recorded. */
  constructor(parts: HouseParts, journal: Journal, sign: () => Promise<string>) {
    this.#parts = parts
    this.#journal = journal
    this.#sign = sign
  }

  async verify(options: { readonly since?: string; readonly checkpoint?: string }): Promise<AuditReport> {
    const started = this.#parts.clock.monotonic()
    const pinned = options.checkpoint === undefined ? [] : [this.#open(options.checkpoint)]
    const since = options.since === undefined ? undefined : this.#open(options.since)
    const store = this.#parts.store
    const finding =
      since === undefined
        ? await verify(store, { checkpoints: pinned, medium: true })
        : await verifySince(store, since, undefined, { checkpoints: pinned })
    return report(finding, this.#parts.clock.monotonic() - started)
  }

  #open(note: string): Checkpoint {
    try {
      return openCheckpoint(note, this.#known(), this.#parts.origin)
    } catch (error) {
      throw new Refused(refuse('invalid', 'checkpoint', messageOf(error), 'give a checkpoint that this home signed'))
    }
  }

  #known(): readonly Verifier[] {
    const signer = this.#parts.signer
    return signer === undefined ? [] : [parseVerifier(signer.verifier.text)]
  }

  async prove(seq: number): Promise<string> {
    const head = this.#journal.head().seq
    if (seq < 1 || seq > head)
      throw new Refused(refuse('not-found', `entry ${seq}`, `the journal holds 1 to ${head}`, 'give a number in it'))
    return prove(this.#parts.store, seq, await this.checkpoint())
  }

  checkpoint(): Promise<string> {
    return this.#sign()
  }

  async *export(stream: string | undefined): AsyncGenerator<string> {
    if (stream !== undefined) {
      yield* exportStream(this.#parts.store, stream, await this.checkpoint())
      return
    }
    const head = this.#journal.head().seq
    for (let at = 0; at < head; ) {
      const rows = await this.#parts.store.read(at, 1000)
      for (const row of rows) yield `${row.text}\n`
      at = rows.at(-1)?.seq ?? head
    }
  }

  async backup(folder: string) {
    const done = await backup(this.#parts.store, folder, await this.checkpoint())
    return { head: done.size, files: done.blobs + 2, bytes: 0 }
  }
}

function report(finding: Finding, ms: number): AuditReport {
  const first = finding.faults[0]
  return {
    whole: finding.ok,
    entries: finding.size,
    root: finding.root,
    checkpoints: finding.held.length,
    ms: Math.round(ms),
    ...(first === undefined ? {} : { firstBad: { seq: first.seq, what: first.what } }),
    notes: [finding.why],
  }
}
