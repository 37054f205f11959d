// A whole journal in a folder of plain files, and back again into an empty home.
import { hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Row, Store } from '../../core/ports.ts'
import { leafHash, noHash, readEntry } from './entry.ts'
import { writeFormat } from './format.ts'
import type { Checkpoint } from './note.ts'
import { checkpointIn } from './proofs.ts'
import { Frontier } from './tree.ts'
import { beginWalk, walkRows } from './walk.ts'

export class BackupRefused extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'BackupRefused'
  }
}

export interface BackedUp {
  readonly size: number
  readonly root: string
  readonly blobs: number
}

const batch = 1024

/** Written whole and flushed, or not there at all. */
async function write(path: string, bytes: AsyncIterable<string> | readonly Uint8Array[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.draft`
  const handle = await open(draft, 'w', 0o600)
  try {
    for await (const each of bytes) await handle.appendFile(each)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, path)
}

async function* lines(store: Store, size: number, tree: Frontier): AsyncGenerator<string> {
  const walk = beginWalk(0, noHash, [], tree)
  while (walk.seq < size) {
    const rows = await store.read(walk.seq, Math.min(batch, size - walk.seq))
    const fault = walkRows(walk, rows)
    if (fault !== undefined || rows.length === 0) {
      throw new BackupRefused(
        `The journal is damaged and was not backed up: ${fault?.what ?? `entry ${walk.seq + 1} is missing.`}`,
      )
    }
    yield rows.map((row) => `${row.text}\n`).join('')
  }
}

/**
 * Copies a journal, running or not, as it stood when the copy began: `journal.jsonl` (the exact texts, one a line), `blobs/` and
 * `checkpoint`. Every entry is verified on the way. `folder` must be empty or new; the checkpoint is written last: with it, it is whole.
 */
export async function backup(store: Store, folder: string, note?: string): Promise<BackedUp> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length > 0)
    throw new BackupRefused(`${folder} is not empty: a backup needs a folder of its own.`)
  const { seq: size } = await store.head()
  const covered = note === undefined ? undefined : checkpointIn(note)
  if (covered !== undefined && covered.size > size) {
    throw new BackupRefused(
      `The journal ends at ${size}, below its checkpoint over ${covered.size}: audit it before backing it up.`,
    )
  }
  const tree = new Frontier()
  await write(join(folder, 'journal.jsonl'), lines(store, size, tree))
  const digests = await store.digests()
  for (const digest of digests) {
    const bytes = await store.get(digest)
    if (bytes !== undefined) await write(join(folder, 'blobs', digest.slice(0, 2), digest.slice(2)), [bytes])
  }
  if (note !== undefined) await write(join(folder, 'checkpoint'), [Buffer.from(note)])
  return { size, root: tree.root(), blobs: digests.length }
}

export interface RestoreOptions {
  /** Opens the home's store once it is clear. */
  readonly open: (home: string) => Promise<Store>
  /** Put what the home holds aside, into a folder in it, instead of refusing. Nothing is removed. */
  readonly aside?: string
  /** Checkpoints known from elsewhere; one that is newer than the backup makes the restore a rollback. */
  readonly pinned?: readonly Checkpoint[]
}

/** The data of the fact that announces a restore; the caller appends it first of all. */
export interface Restored {
  readonly size: number
  readonly root: string
  readonly head: string
  readonly blobs: number
  /** What is known to have existed beyond the restored head and is gone. */
  readonly rollback?: { readonly size: number; readonly root: string; readonly origin: string; readonly lost: number }
  readonly aside?: string
}

const ours = [
  'journal.db',
  'journal.db-wal',
  'journal.db-shm',
  'blobs',
  'checkpoints',
  'transcripts',
  'format',
  'snapshot.json',
  'status.json',
]

async function clear(home: string, aside: string | undefined): Promise<string | undefined> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const held = (await readdir(home)).filter((name) => ours.includes(name))
  if (held.length === 0) return undefined
  if (aside === undefined) {
    throw new BackupRefused(
      `${home} already holds ${held.join(', ')}: restore into an empty home, or have them put aside.`,
    )
  }
  const place = join(home, aside)
  await mkdir(place, { mode: 0o700 })
  for (const name of held) await rename(join(home, name), join(place, name))
  return place
}

/** Lines end in a newline and in nothing else: the texts may hold other characters that end lines elsewhere. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const parts = (rest + String(chunk)).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') throw new BackupRefused(`${file} is cut off: its last line does not end.`)
}

async function* rowsOf(file: string): AsyncGenerator<Row> {
  let seq = 0
  for await (const text of linesOf(file)) {
    seq++
    yield { seq, stream: streamOf(text, seq), text, hash: leafHash(text) }
  }
}

function streamOf(text: string, seq: number): string {
  try {
    return readEntry(text).stream
  } catch (error) {
    throw new BackupRefused(
      `The backup is damaged: entry ${seq} is malformed: ${error instanceof Error ? error.message : error}.`,
    )
  }
}

async function checkBackup(
  folder: string,
  note: string | undefined,
): Promise<{ size: number; root: string; head: string }> {
  const covered = note === undefined ? undefined : checkpointIn(note)
  const walk = beginWalk(0, noHash, covered === undefined ? [] : [covered.size])
  for await (const row of rowsOf(join(folder, 'journal.jsonl'))) {
    const fault = walkRows(walk, [row])
    if (fault !== undefined) throw new BackupRefused(`The backup in ${folder} is damaged: ${fault.what}`)
  }
  const kept = walk.kept[0]
  if (covered !== undefined && (kept === undefined || Frontier.from(kept.frontier).root() !== covered.root)) {
    throw new BackupRefused(
      `The backup in ${folder} is not what its checkpoint over ${covered.size} entries was signed for.`,
    )
  }
  return { size: walk.seq, root: walk.tree.root(), head: walk.last }
}

async function restoreBlobs(folder: string, store: Store): Promise<number> {
  let count = 0
  for (const shelf of await readdir(join(folder, 'blobs')).catch(() => [])) {
    for (const rest of await readdir(join(folder, 'blobs', shelf))) {
      const bytes = await readFile(join(folder, 'blobs', shelf, rest))
      if (hash('sha256', bytes, 'hex') !== shelf + rest)
        throw new BackupRefused(`Blob ${shelf}${rest} in ${folder} is damaged.`)
      await store.put(bytes)
      count++
    }
  }
  return count
}

async function restoreRows(folder: string, store: Store): Promise<void> {
  let rows: Row[] = []
  let after = 0
  const put = async () => {
    await store.append(rows, after)
    after += rows.length
    rows = []
  }
  for await (const row of rowsOf(join(folder, 'journal.jsonl'))) {
    rows.push(row)
    if (rows.length === batch) await put()
  }
  if (rows.length > 0) await put()
}

/** Puts a backup back. The backup is checked wholly before the home is touched. */
export async function restore(folder: string, home: string, options: RestoreOptions): Promise<Restored> {
  const note = await readFile(join(folder, 'checkpoint'), 'utf8').catch(() => undefined)
  const found = await checkBackup(folder, note)
  const aside = await clear(home, options.aside)
  const store = await options.open(home)
  try {
    const blobs = await restoreBlobs(folder, store)
    await restoreRows(folder, store)
    writeFormat(home)
    const newest = [...(options.pinned ?? [])].sort((a, b) => b.size - a.size)[0]
    const lost = newest === undefined ? 0 : newest.size - found.size
    const rollback = newest !== undefined && lost > 0 ? { rollback: { ...newest, lost } } : {}
    return { ...found, blobs, ...rollback, ...(aside === undefined ? {} : { aside }) }
  } finally {
    await store.close()
  }
}
