// The journal: callers' facts become linked entries, many callers to one transaction, and readers follow at their own pace.
import type { Entry, Part, ReadEntry } from '../../core/nouns/entry.ts'
import { HeadMoved, type Row, type Store, StoreFailed } from '../../core/ports.ts'
import { MalformedEntry, type Prepared, prepare, readEntry, writeEntry } from './entry.ts'
import { Follower } from './follow.ts'
import { type Checkpoint, type Signer, signCheckpoint } from './note.ts'
import type { Frontier } from './tree.ts'
import { type FactTypes, upcast } from './upcast.ts'
import type { SavedTree } from './verify.ts'

/** Where a journal starts from: what opening it has found. */
export interface Opened {
  /** The store's newest sequence, and its hash. */
  readonly reach: number
  readonly last: string
  /** Over everything up to `reach`; less when something is missing, and then `readOnly` says so. */
  readonly tree: Frontier
  /** The sequence after which opening read everything: that of a snapshot, or 0. */
  readonly from: number
  readonly readOnly?: string | undefined
  readonly types?: FactTypes | undefined
  /** Runs `flush` soon, but after whoever is calling now has returned. Default: setImmediate. */
  readonly later?: ((flush: () => void) => void) | undefined
  /** Called as a commit begins; what it gives is called with the entries that are on the disk, or with 0 when it failed. */
  readonly timed?: (() => (entries: number) => void) | undefined
}

/** Nothing more is appended until the journal is opened again, or, when `resumable`, until `resume` succeeds. */
export class JournalStopped extends Error {
  readonly resumable: boolean
  constructor(why: string, resumable: boolean, cause?: unknown) {
    super(why, cause === undefined ? {} : { cause })
    this.name = 'JournalStopped'
    this.resumable = resumable
  }
}

interface Waiting {
  readonly parts: readonly Prepared[]
  readonly resolve: (entries: readonly Entry[]) => void
  readonly reject: (error: unknown) => void
}

interface Written {
  readonly call: Waiting
  readonly entries: readonly Entry[]
}

const mostRows = 8192

export class Journal {
  /** The sequence after which opening read everything: that of the snapshot it was given, or 0. */
  readonly openedFrom: number
  readonly #store: Store
  readonly #later: (flush: () => void) => void
  readonly #timed: (() => (entries: number) => void) | undefined
  readonly #types: FactTypes | undefined
  readonly #tree: Frontier
  #reach: number
  #last: string
  #stopped: JournalStopped | undefined
  #queue: Waiting[] = []
  #armed = false
  #writing = false
  #closed = false
  readonly #waiting = new Set<() => void>()

  constructor(store: Store, opened: Opened) {
    this.#store = store
    this.#later = opened.later ?? ((flush) => void setImmediate(flush))
    this.#timed = opened.timed
    this.#types = opened.types
    this.#tree = opened.tree
    this.#reach = opened.reach
    this.#last = opened.last
    this.openedFrom = opened.from
    if (opened.readOnly !== undefined) this.#stopped = new JournalStopped(opened.readOnly, false)
  }

  /** Why nothing can be appended now; undefined when it can. */
  get stopped(): JournalStopped | undefined {
    return this.#stopped
  }

  /** What is written and acknowledged. */
  head(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#reach, hash: this.#last }
  }

  /**
   * All of `parts` or none, one after another, in the order of the calls; resolves once they are on the disk. Parts that cannot be
   * recorded reject this call alone.
   */
  append(parts: readonly Part[]): Promise<readonly Entry[]> {
    return new Promise((resolve, reject) => {
      if (this.#stopped !== undefined) throw this.#stopped
      this.#queue.push({ parts: parts.map(prepare), resolve, reject })
      this.#arm()
    })
  }

  #arm(): void {
    if (this.#armed || this.#writing || this.#queue.length === 0) return
    this.#armed = true
    this.#later(() => {
      this.#armed = false
      void this.#flush()
    })
  }

  /** Takes whole calls off the queue and gives their parts their places. */
  #link(): { readonly rows: Row[]; readonly calls: Written[] } {
    const rows: Row[] = []
    const calls: Written[] = []
    let last = this.#last
    for (const call of this.#queue) {
      if (calls.length > 0 && rows.length + call.parts.length > mostRows) break
      const entries: Entry[] = []
      for (const part of call.parts) {
        const { entry, row } = writeEntry(part, this.#reach + rows.length + 1, last)
        last = row.hash
        rows.push(row)
        entries.push(entry)
      }
      calls.push({ call, entries })
    }
    this.#queue = this.#queue.slice(calls.length)
    return { rows, calls }
  }

  async #flush(): Promise<void> {
    if (this.#stopped !== undefined) return
    this.#writing = true
    const { rows, calls } = this.#link()
    try {
      if (rows.length > 0) await this.#commit(rows)
      for (const row of rows) this.#tree.append(row.hash)
      this.#reach += rows.length
      this.#last = rows.at(-1)?.hash ?? this.#last
      for (const { call, entries } of calls) call.resolve(entries)
    } catch (error) {
      this.#stop(
        error,
        calls.map(({ call }) => call),
      )
    } finally {
      this.#writing = false
    }
    if (rows.length > 0) this.#nudge()
    this.#arm()
  }

  async #commit(rows: readonly Row[]): Promise<void> {
    const done = this.#timed?.()
    let written = 0
    try {
      await this.#store.append(rows, this.#reach)
      written = rows.length
    } finally {
      done?.(written)
    }
  }

  /** After a failure only reading back tells what is on the disk: nothing is tried again by itself. */
  #stop(error: unknown, calls: readonly Waiting[]): void {
    const why = error instanceof Error ? error.message : String(error)
    const resumable = error instanceof StoreFailed && (error.kind === 'full' || error.kind === 'busy')
    const remedy = resumable
      ? 'Nothing was lost: mend that, then resume.'
      : 'Open the journal again to see what was kept.'
    const lead = error instanceof HeadMoved ? 'Another writer has the journal' : 'The journal could not be written'
    const stopped = new JournalStopped(`${lead}: ${why} ${remedy}`, resumable, error)
    this.#stopped = stopped
    const queue = this.#queue
    this.#queue = []
    for (const call of [...calls, ...queue]) call.reject(stopped)
  }

  /** Goes on after a full disk or a busy file, once the store's head is seen to be where this journal left it. */
  async resume(): Promise<void> {
    const stopped = this.#stopped
    if (stopped === undefined) return
    if (!stopped.resumable) throw stopped
    const head = await this.#store.head()
    if (head.seq !== this.#reach || head.hash !== this.#last) {
      this.#stopped = new JournalStopped(
        `The store's head is ${head.seq}, not ${this.#reach}: open the journal again.`,
        false,
        stopped,
      )
      throw this.#stopped
    }
    this.#stopped = undefined
  }

  /** Entries with a sequence above `after`, in order, in today's shape. */
  async read(after: number, limit: number, stream?: string): Promise<readonly ReadEntry[]> {
    const rows = await this.#store.read(after, Math.min(limit, Math.max(0, this.#reach - after)), stream)
    const entries: ReadEntry[] = []
    let before: string | undefined
    for (const row of rows) {
      if (row.seq > this.#reach) break
      try {
        entries.push(readRow(row, this.#types, before))
      } catch (error) {
        // What comes before a malformed entry is given first; the next call meets it and throws.
        if (entries.length === 0) throw error
        break
      }
      before = row.hash.length === 64 ? row.hash : undefined
    }
    return entries
  }

  /** Every entry after `after`, for ever: reads on, then waits to be nudged. Ends with `return`, a `break`, or `close`. */
  follow(after: number, stream?: string): AsyncIterableIterator<ReadEntry> {
    return new Follower(after, {
      reached: () => this.#reach,
      ended: () => this.#closed,
      read: (from, limit) => this.read(from, limit, stream),
      wait: (nudged) => this.onNudge(nudged),
    })
  }

  /** Calls `nudged` whenever the journal has grown; what is new is for the reader to read. Gives back how to stop. */
  onNudge(nudged: () => void): () => void {
    this.#waiting.add(nudged)
    return () => void this.#waiting.delete(nudged)
  }

  #nudge(): void {
    for (const nudged of [...this.#waiting]) nudged()
  }

  /** Resolves once the journal reaches `seq`. */
  settled(seq: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#reach < seq && !this.#closed) return
        stop()
        if (this.#reach >= seq) resolve()
        else reject(new JournalStopped(`The journal was closed at ${this.#reach}, before it reached ${seq}.`, false))
      }
      const stop = this.onNudge(look)
      look()
    })
  }

  /** The tree as it stands, for a snapshot. */
  tree(): SavedTree {
    return { ...this.#tree.save(), last: this.#last }
  }

  /** A signed checkpoint over everything written so far. */
  checkpoint(origin: string, signers: readonly Signer[]): string {
    if (this.#tree.size !== this.#reach) {
      throw new JournalStopped('The journal is damaged, so no checkpoint can be signed over it. Audit it.', false)
    }
    const checkpoint: Checkpoint = { origin, size: this.#reach, root: this.#tree.root() }
    return signCheckpoint(checkpoint, signers)
  }

  /** Writes what is queued, ends the followers, refuses what comes later. The store stays open: whoever opened it closes it. */
  async close(): Promise<void> {
    while (this.#stopped === undefined && (this.#writing || this.#queue.length > 0)) {
      await new Promise<void>((resolve) => this.#later(resolve))
    }
    this.#stopped ??= new JournalStopped('The journal is closed.', false)
    this.#closed = true
    this.#nudge()
  }
}

/** The message of what it throws names the entry. `expected`: a hash that its link may well be. */
export function readRow(row: Row, types: FactTypes | undefined, expected?: string): ReadEntry {
  // A file that was cut inside its last page gives rows without what the cut took.
  if (typeof row.text !== 'string') throw new MalformedEntry(`Entry ${row.seq} holds no text. Audit the journal.`)
  try {
    return upcast(readEntry(row.text, expected), types)
  } catch (error) {
    if (error instanceof MalformedEntry)
      throw new MalformedEntry(`Entry ${row.seq} is malformed: ${error.message}. Audit the journal.`)
    throw error
  }
}
