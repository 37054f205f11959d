// The journal's disk in a simulated world: it fills up, fails, and forgets to answer, but keeps what it took.
import type { Head, Row, Store } from '../../src/core/ports.ts'
import { HeadMoved, StoreFailed } from '../../src/core/ports.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import type { Life } from './life.ts'
import { goesThroughARow, leftBehind, lengthOf, recovered } from './torn.ts'
import type { World } from './world.ts'

const fates = ['', 'full', 'busy', 'broken, nothing written', 'broken, written', 'written, and the power went', 'torn']

/** One for all lives; each life sees it through a store of its own. */
export class Disk {
  readonly raw = new MemoryStore()
  readonly #world: World
  /** Whether a cut append leaves nothing behind; a disk without transactions leaves what it came to. */
  readonly #transactions: boolean
  /** What a cut append has left behind the last whole one. */
  #torn: readonly Row[] = []
  fullUntil = 0

  constructor(world: World) {
    this.#world = world
    this.#transactions = world.chance.is(0.7)
  }

  get torn(): boolean {
    return this.#torn.length > 0
  }

  /** A person brings back the journal as it was up to the last whole append. */
  restore(): void {
    this.#torn = []
  }

  of(life: Life): Store {
    const { raw } = this
    const guarded = <T>(site: string, work: () => Promise<T>): Promise<T> => life.guard(site, work)
    return {
      append: (rows, afterSeq) => guarded('append', () => this.#append(life, rows, afterSeq)),
      read: (after, limit, stream) => guarded('read', () => this.#asked(() => this.#read(after, limit, stream))),
      head: () => guarded('head', () => this.#asked((): Promise<Head> => this.#head())),
      leaves: (after, limit) => guarded('leaves', () => raw.leaves(after, limit)),
      put: (bytes) => guarded('put', () => this.#asked(() => raw.put(bytes))),
      get: (digest) => guarded('get', () => raw.get(digest)),
      forget: (digest) => guarded('forget', () => raw.forget(digest)),
      digests: () => guarded('digests', () => raw.digests()),
      close: async () => {},
    }
  }

  get #ill(): boolean {
    const world = this.#world
    return !world.healed && world.chance.is(world.plot.knobs.disk)
  }

  #asked<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ill && this.#world.chance.is(0.3))
      return Promise.reject(new StoreFailed('broken', 'The medium could not be read.'))
    return work()
  }

  async #read(after: number, limit: number, stream: string | undefined): Promise<readonly Row[]> {
    const rows = await this.raw.read(after, limit, stream)
    const more = this.#torn.filter((row) => row.seq > after && (stream === undefined || row.stream === stream))
    return [...rows, ...more].slice(0, limit)
  }

  async #head(): Promise<Head> {
    return this.#torn.at(-1) ?? this.raw.head()
  }

  /** The power goes at some byte of the append; what is found then depends on the kind of store. */
  async #tear(life: Life, rows: readonly Row[], afterSeq: number): Promise<void> {
    const { chance, witness } = this.#world
    const cut = chance.from(0, lengthOf(rows))
    if (this.#transactions || !goesThroughARow(rows, cut)) {
      const whole = recovered(rows, cut)
      if (whole.length > 0) {
        await this.raw.append(whole, afterSeq)
        witness.written(life, whole)
      }
    } else if ((await this.raw.head()).seq === afterSeq) this.#torn = leftBehind(rows, cut)
    life.crash(`the power went at byte ${cut} of ${lengthOf(rows)} of an append`)
  }

  async #append(life: Life, rows: readonly Row[], afterSeq: number): Promise<void> {
    const { chance, clock, witness } = this.#world
    if (this.fullUntil > clock.monotonic() && !this.#world.healed)
      throw new StoreFailed('full', 'There is no room on the disk.')
    const fate = this.#ill ? chance.from(1, 6) : 0
    if (fate > 0) this.#world.tell(`the disk fails life ${life.number} at ${afterSeq} (${fates[fate]})`)
    if (fate === 1) {
      this.fullUntil = clock.monotonic() + chance.from(100, 120_000)
      throw new StoreFailed('full', 'There is no room on the disk.')
    }
    if (fate === 2) throw new StoreFailed('busy', 'Another process holds the file.')
    if (this.torn) throw new HeadMoved(this.#torn.at(-1)?.seq ?? afterSeq, afterSeq)
    if (fate === 6) return this.#tear(life, rows, afterSeq)
    if (fate === 3) throw new StoreFailed('broken', 'Input/output error; nothing was written.')
    try {
      await this.raw.append(rows, afterSeq)
    } catch (error) {
      if (error instanceof HeadMoved) life.outrun = true
      throw error
    }
    witness.written(life, rows)
    if (fate === 4) throw new StoreFailed('broken', 'Input/output error; it is written all the same.')
    if (fate === 5) life.crash('the disk took it, and the power went')
  }
}
