// A backup put back into an empty home: checked wholly before the home is touched, and what it lacks is named.
import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { SealedFound } from '../../core/ports/house.ts'
import type { Row, Store } from '../../core/ports.ts'
import { BackupRefused } from './backup.ts'
import { leafHash, noHash, readEntry } from './entry.ts'
import { writeFormat } from './format.ts'
import type { Checkpoint } from './note.ts'
import { checkpointIn } from './proofs.ts'
import { findSealed, type Seal } from './sealed.ts'
import { Frontier } from './tree.ts'
import { beginWalk, walkRows } from './walk.ts'

const batch = 1024

export interface RestoreOptions {
  /** Opens the home's store once it is clear. */
  readonly open: (home: string) => Promise<Store>
  /** Where transcripts go; without it none is put back. */
  readonly transcripts?: { put(attempt: string, bytes: AsyncIterable<Uint8Array>): Promise<void> }
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
  readonly transcripts: number
  readonly sealed: SealedFound
  /** The name under which the record was signed, where the backup says it. */
  readonly origin?: string
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

interface Checked {
  readonly size: number
  readonly root: string
  readonly head: string
  readonly seals: readonly Seal[]
}

async function checkBackup(folder: string, note: string | undefined): Promise<Checked> {
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
  return { size: walk.seq, root: walk.tree.root(), head: walk.last, seals: walk.seals }
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

async function transcriptNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'transcripts')).catch(() => [])
  const word = '[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*'
  const strange = names.find((name) => !new RegExp(`^${word}~${word}~[1-9]\\d*\\.jsonl$`).test(name))
  if (strange === undefined) return names
  throw new BackupRefused(
    `${join(folder, 'transcripts', strange)} is no transcript: the backup holds what is not of it.`,
  )
}

/** The digests of those that are back, by attempt. */
async function restoreTranscripts(
  folder: string,
  names: readonly string[],
  to: RestoreOptions['transcripts'],
): Promise<ReadonlyMap<string, string>> {
  const back = new Map<string, string>()
  const from = join(folder, 'transcripts')
  for (const name of to === undefined ? [] : names) {
    const attempt = name.slice(0, -'.jsonl'.length).replaceAll('~', '/')
    const sum = createHash('sha256')
    await to?.put(attempt, through(createReadStream(join(from, name)), sum))
    back.set(attempt, sum.digest('hex'))
  }
  return back
}

async function* through(bytes: AsyncIterable<unknown>, sum: ReturnType<typeof createHash>) {
  for await (const chunk of bytes) {
    sum.update(chunk as Buffer)
    yield chunk as Buffer
  }
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

/** A backup without a checkpoint is one thing; one whose checkpoint cannot be read is another, and is not put back unlooked at. */
function noneThere(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

/** Puts a backup back. The backup is checked wholly before the home is touched. */
export async function restore(folder: string, home: string, options: RestoreOptions): Promise<Restored> {
  const note = await readFile(join(folder, 'checkpoint'), 'utf8').catch(noneThere)
  const { seals, ...found } = await checkBackup(folder, note)
  const names = await transcriptNames(folder)
  const aside = await clear(home, options.aside)
  const store = await options.open(home)
  try {
    const blobs = await restoreBlobs(folder, store)
    const transcripts = await restoreTranscripts(folder, names, options.transcripts)
    const sealed = await findSealed(seals, {
      transcript: async (attempt) => transcripts.get(attempt),
      blob: async (digest) => ((await store.get(digest)) === undefined ? undefined : digest),
    })
    await restoreRows(folder, store)
    writeFormat(home)
    const newest = [...(options.pinned ?? [])].sort((a, b) => b.size - a.size)[0]
    const lost = newest === undefined ? 0 : newest.size - found.size
    const rollback = newest !== undefined && lost > 0 ? { rollback: { ...newest, lost } } : {}
    return {
      ...found,
      ...(note === undefined ? {} : { origin: checkpointIn(note).origin }),
      blobs,
      transcripts: transcripts.size,
      sealed,
      ...rollback,
      ...(aside === undefined ? {} : { aside }),
    }
  } finally {
    await store.close()
  }
}
