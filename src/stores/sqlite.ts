// The default store: one SQLite file in WAL mode, every commit flushed to the disk, blobs as files beside it.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Head, Row, Store, StoreMaker, StoreOptions, StoreReader } from '../core/ports.ts'
import { HeadMoved, StoreFailed } from '../core/ports.ts'
import { type Blobs, openBlobs } from './blobs.ts'
import { flushFolder } from './flush.ts'
import { checkRows } from './rows.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS entries(seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, text TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS entries_stream ON entries(stream, seq);
`
const columns = 'SELECT seq, stream, text, lower(hex(hash)) AS hash FROM entries'
const together = 16

/** A DatabaseSync that nothing refers to is closed by the garbage collector, its locks with it. */
const alive = new Set<DatabaseSync>()

/** What SQLite's result code means to a person. */
function failure(error: unknown, doing: string, file: string): Error {
  if (error instanceof StoreFailed || error instanceof HeadMoved || !(error instanceof Error)) return error as Error
  const code = ('errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0) & 0xff
  const say = (kind: StoreFailed['kind'], why: string) =>
    new StoreFailed(kind, `Could not ${doing} ${file}: ${why} (${error.message}).`, { cause: error })
  if (code === 13) return say('full', 'the disk is full; free some room and resume')
  if (code === 8) return say('read-only', 'the file or its disk is read-only; nothing was written')
  if (code === 5 || code === 6) return say('busy', 'another process holds it; nothing was written')
  if (code === 11 || code === 26) return say('broken', 'the file is damaged or no database; restore a backup')
  if (code === 14) return say('broken', 'the file cannot be opened; check that the folder exists and is yours')
  return say('broken', 'the disk or the file failed; open it again to see what was kept')
}

function guarded<T>(doing: string, file: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw failure(error, doing, file)
  }
}

function openDatabase(home: string, file: string, options: StoreOptions): DatabaseSync {
  const readOnly = options.readOnly === true
  if (readOnly && !existsSync(file)) {
    throw new StoreFailed('read-only', `There is no journal at ${file}, and it was to be opened read-only.`)
  }
  if (!readOnly) mkdirSync(home, { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(file, { readOnly, timeout: 2_000 })
  try {
    if (!readOnly) {
      const mode = db.prepare('PRAGMA journal_mode=WAL').get()
      if (mode?.journal_mode !== 'wal') throw new Error(`no write-ahead log on this file system: ${mode?.journal_mode}`)
      db.exec('PRAGMA synchronous=FULL; PRAGMA fullfsync=1; PRAGMA checkpoint_fullfsync=1')
      // No test can pull the plug: that every commit is flushed is asked of SQLite itself.
      if (db.prepare('PRAGMA synchronous').get()?.synchronous !== 2)
        throw new Error('commits would not be flushed to the disk')
      if (options.maxPages !== undefined) db.exec(`PRAGMA max_page_count=${Math.trunc(options.maxPages)}`)
      if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'entries_stream'").get() === undefined) {
        db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`)
        flushFolder(home)
      }
    }
    db.exec('PRAGMA trusted_schema=OFF')
    db.prepare('SELECT seq, stream, text, hash FROM entries LIMIT 0').all()
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/** Each statement is prepared when it is first wanted: a start that only reads, or writes one row at a time, pays for no other. */
class Writing {
  readonly #db: DatabaseSync
  #fenced: StatementSync | undefined
  #one: StatementSync | undefined
  #many: StatementSync | undefined
  #begin: StatementSync | undefined
  #commit: StatementSync | undefined

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  get fenced(): StatementSync {
    const head = 'ifnull((SELECT max(seq) FROM entries), 0)'
    this.#fenced ??= this.#db.prepare(`INSERT INTO entries SELECT ?, ?, ?, unhex(?) WHERE ${head} = ?`)
    return this.#fenced
  }

  get one(): StatementSync {
    this.#one ??= this.#db.prepare('INSERT INTO entries VALUES (?, ?, ?, unhex(?))')
    return this.#one
  }

  get many(): StatementSync {
    const rows = Array(together).fill('(?,?,?,unhex(?))').join(',')
    this.#many ??= this.#db.prepare(`INSERT INTO entries VALUES ${rows}`)
    return this.#many
  }

  begin(): void {
    this.#begin ??= this.#db.prepare('BEGIN IMMEDIATE')
    this.#begin.run()
  }

  commit(): void {
    this.#commit ??= this.#db.prepare('COMMIT')
    this.#commit.run()
  }
}

/** Where `openReader` can be imported from: this module, or the one that a build made of it; undefined when it made none. */
function readerModule(): string | undefined {
  if (import.meta.url.endsWith('/sqlite.ts')) return import.meta.url
  const places = ['./sqlite.js', '../sqlite.js'].map((place) => new URL(place, import.meta.url))
  return places.find((place) => existsSync(place))?.href
}

class Sqlite implements Store {
  readonly reader?: StoreReader
  readonly #file: string
  readonly #db: DatabaseSync
  readonly #blobs: Blobs
  readonly #readOnly: boolean
  readonly #head: StatementSync
  readonly #read: StatementSync
  readonly #readStream: StatementSync
  readonly #leaves: StatementSync
  readonly #writing: Writing

  constructor(home: string, options: StoreOptions) {
    const file = join(home, 'journal.db')
    this.#file = file
    this.#readOnly = options.readOnly === true
    this.#db = guarded('open', file, () => openDatabase(home, file, options))
    alive.add(this.#db)
    this.#writing = new Writing(this.#db)
    this.#blobs = openBlobs(join(home, 'blobs'), this.#readOnly)
    this.#head = this.#db.prepare('SELECT seq, lower(hex(hash)) AS hash FROM entries ORDER BY seq DESC LIMIT 1')
    this.#read = this.#db.prepare(`${columns} WHERE seq > ? ORDER BY seq LIMIT ?`)
    this.#readStream = this.#db.prepare(`${columns} WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?`)
    this.#leaves = this.#db.prepare('SELECT hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?')
    for (const each of [this.#read, this.#readStream, this.#leaves]) each.setReturnArrays(true)
    const module = readerModule()
    if (module !== undefined) this.reader = { module, argument: home }
  }

  #headNow(): Head {
    const row = this.#head.get()
    if (row === undefined) return { seq: 0, hash: '0'.repeat(64) }
    const { seq, hash } = row
    if (typeof seq === 'number' && seq > 0 && typeof hash === 'string' && hash.length === 64) return { seq, hash }
    // SQLite fills a file that was cut inside its last page up with zeros; that must not look like an empty journal.
    throw new StoreFailed('broken', `The newest entry of ${this.#file} is damaged: restore a backup.`)
  }

  /** One row is a transaction of its own, and its fence a condition of the same statement: no other call is as cheap. */
  #writeOne(row: Row, afterSeq: number): void {
    const { changes } = this.#writing.fenced.run(row.seq, row.stream, row.text, row.hash, afterSeq)
    if (changes === 0) throw new HeadMoved(this.#headNow().seq, afterSeq)
  }

  #insert(rows: readonly Row[]): void {
    const whole = rows.length - (rows.length % together)
    for (let at = 0; at < whole; at += together) {
      const bound: (string | number)[] = []
      for (let next = at; next < at + together; next++) {
        const row = rows[next] as Row
        bound.push(row.seq, row.stream, row.text, row.hash)
      }
      this.#writing.many.run(...bound)
    }
    for (let at = whole; at < rows.length; at++) {
      const row = rows[at] as Row
      this.#writing.one.run(row.seq, row.stream, row.text, row.hash)
    }
  }

  #writeMany(rows: readonly Row[], afterSeq: number): void {
    this.#writing.begin()
    try {
      const head = this.#headNow().seq
      if (head !== afterSeq) throw new HeadMoved(head, afterSeq)
      this.#insert(rows)
      this.#writing.commit()
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #write(rows: readonly Row[], afterSeq: number): void {
    const [first] = rows
    if (first !== undefined && rows.length === 1) this.#writeOne(first, afterSeq)
    else if (rows.length > 1) this.#writeMany(rows, afterSeq)
  }

  async append(rows: readonly Row[], afterSeq: number): Promise<void> {
    if (this.#readOnly) {
      throw new StoreFailed('read-only', `${this.#file} was opened read-only: nothing can be appended to it.`)
    }
    checkRows(rows, afterSeq)
    guarded('append to', this.#file, () => this.#write(rows, afterSeq))
  }

  async read(after: number, limit: number, stream?: string): Promise<readonly Row[]> {
    const found = guarded('read', this.#file, () =>
      stream === undefined ? this.#read.all(after, limit) : this.#readStream.all(stream, after, limit),
    ) as unknown as [number, string, string, string][]
    let last = after
    return found.map((row) => {
      // A damaged file may lead the search back to where it has been, and whoever reads on from there would never end.
      if (!(row[0] > last)) throw this.#outOfOrder(row[0], last)
      last = row[0]
      return { seq: last, stream: row[1], text: row[2], hash: row[3] }
    })
  }

  #outOfOrder(seq: number, after: number): StoreFailed {
    const what = `the file is damaged, entry ${seq} is found after ${after}; restore a backup`
    return new StoreFailed('broken', `Could not read ${this.#file}: ${what}.`)
  }

  async head(): Promise<Head> {
    return guarded('read', this.#file, () => this.#headNow())
  }

  async leaves(after: number, limit: number): Promise<Uint8Array> {
    const found = guarded('read', this.#file, () => this.#leaves.all(after, limit)) as unknown as [Uint8Array | null][]
    const bytes = new Uint8Array(found.length * 32)
    found.forEach((row, at) => {
      if (row[0] !== null) bytes.set(row[0].subarray(0, 32), at * 32)
    })
    return bytes
  }

  put(bytes: Uint8Array): Promise<string> {
    return this.#blobs.put(bytes)
  }

  get(digest: string): Promise<Uint8Array | undefined> {
    return this.#blobs.get(digest)
  }

  forget(digest: string): Promise<void> {
    return this.#blobs.forget(digest)
  }

  digests(): Promise<readonly string[]> {
    return this.#blobs.digests()
  }

  async examine(): Promise<readonly string[]> {
    const found = guarded('examine', this.#file, () => this.#db.prepare('PRAGMA integrity_check').all())
    return found.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok')
  }

  async close(): Promise<void> {
    if (!alive.delete(this.#db)) return
    guarded('close', this.#file, () => this.#db.close())
  }
}

/** Opens a home's store for reading, in whichever thread calls. */
export async function openReader(home: string): Promise<Store> {
  return new Sqlite(home, { readOnly: true })
}

export const sqlite: StoreMaker = {
  name: 'sqlite',
  durable: true,
  open: async (home, options = {}) => new Sqlite(home, options),
}
