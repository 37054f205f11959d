// A whole journal in a folder of plain files, with the transcripts and blobs that its facts name.
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SealedFound } from '../../core/ports/house.ts'
import type { Store } from '../../core/ports.ts'
import { noHash } from './entry.ts'
import { checkpointIn } from './proofs.ts'
import { findSealed } from './sealed.ts'
import { Frontier } from './tree.ts'
import { beginWalk, type Walk, walkRows } from './walk.ts'

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
  readonly transcripts: number
  readonly files: number
  readonly bytes: number
  /** What the facts name, and whether it is in the backup. */
  readonly sealed: SealedFound
}

/** Where transcripts lie, as far as a backup reads them. */
export interface TranscriptSource {
  attempts(): Promise<readonly string[]>
  bytes(attempt: string): Promise<AsyncIterable<Uint8Array> | undefined>
}

export interface BackupOptions {
  /** A signed checkpoint; the backup is whole once it holds it. */
  readonly note?: string
  readonly transcripts?: TranscriptSource
}

const batch = 1024

/** How much a backup has written. */
interface Heap {
  files: number
  bytes: number
}

/** Written whole and flushed, or not there at all. Gives the digest of what was written. */
async function write(
  heap: Heap,
  path: string,
  bytes: AsyncIterable<string | Uint8Array> | Iterable<Uint8Array>,
): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.draft`
  const handle = await open(draft, 'w', 0o600)
  const hash = createHash('sha256')
  try {
    for await (const each of bytes) {
      const piece = typeof each === 'string' ? Buffer.from(each) : each
      hash.update(piece)
      heap.bytes += piece.length
      await handle.appendFile(piece)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, path)
  heap.files += 1
  return hash.digest('hex')
}

async function* lines(store: Store, size: number, walk: Walk): AsyncGenerator<string> {
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

async function copyBlobs(heap: Heap, store: Store, folder: string): Promise<ReadonlySet<string>> {
  const copied = new Set<string>()
  for (const digest of await store.digests()) {
    const bytes = await store.get(digest)
    if (bytes === undefined) continue
    await write(heap, join(folder, 'blobs', digest.slice(0, 2), digest.slice(2)), [bytes])
    copied.add(digest)
  }
  return copied
}

/** A sealed one is written no more; one that is under way is copied as far as it has come. */
async function copyTranscripts(
  heap: Heap,
  source: TranscriptSource | undefined,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const copied = new Map<string, string>()
  for (const attempt of (await source?.attempts()) ?? []) {
    const bytes = await source?.bytes(attempt)
    if (bytes === undefined) continue
    copied.set(attempt, await write(heap, join(folder, 'transcripts', `${attempt.replaceAll('/', '~')}.jsonl`), bytes))
  }
  return copied
}

const claimed = '.being-made'

/** Of two that begin at once only one may write: whoever made the mark, and found nothing beside it. */
async function claim(folder: string): Promise<void> {
  const taken = new BackupRefused(`${folder} is not empty: a backup needs a folder of its own.`)
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new BackupRefused(`${folder} cannot be made: ${error instanceof Error ? error.message : String(error)}`)
  })
  if ((await readdir(folder)).length > 0) throw taken
  const mark = await open(join(folder, claimed), 'wx', 0o600).catch((error: unknown) => {
    throw error instanceof Error && 'code' in error && error.code === 'EEXIST' ? taken : error
  })
  await mark.close()
  if ((await readdir(folder)).length > 1) {
    await rm(join(folder, claimed))
    throw taken
  }
}

/**
 * Copies a journal, running or not, as it stood when the copy began: `journal.jsonl` (the exact texts, one a line), `blobs/`,
 * `transcripts/` and `checkpoint`. Every entry is verified on the way. `folder` must be empty or new; the checkpoint is written last:
 * with it, it is whole. A transcript that is not as it was sealed is copied all the same, and named.
 */
export async function backup(store: Store, folder: string, options: BackupOptions = {}): Promise<BackedUp> {
  const { note, transcripts: source } = options
  await claim(folder)
  const { seq: size } = await store.head()
  const covered = note === undefined ? undefined : checkpointIn(note)
  if (covered !== undefined && covered.size > size) {
    throw new BackupRefused(
      `The journal ends at ${size}, below its checkpoint over ${covered.size}: audit it before backing it up.`,
    )
  }
  const heap: Heap = { files: 0, bytes: 0 }
  const walk = beginWalk(0, noHash, [], new Frontier())
  await write(heap, join(folder, 'journal.jsonl'), lines(store, size, walk))
  const blobs = await copyBlobs(heap, store, folder)
  const transcripts = await copyTranscripts(heap, source, folder)
  if (note !== undefined) await write(heap, join(folder, 'checkpoint'), [Buffer.from(note)])
  const sealed = await findSealed(walk.seals, {
    transcript: async (attempt) => transcripts.get(attempt),
    blob: async (digest) => (blobs.has(digest) ? digest : undefined),
  })
  await rm(join(folder, claimed))
  return { size, root: walk.tree.root(), blobs: blobs.size, transcripts: transcripts.size, ...heap, sealed }
}
