// A journal that ends too early: at every byte it opens to a prefix, or says what is wrong; never to anything else.
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreFailed } from '../../src/core/ports.ts'
import { openJournal } from '../../src/engine/journal/open.ts'
import { sqlite } from '../../src/stores/sqlite.ts'
import type { Tried } from './kill.ts'
import { plan } from './project.ts'
import { journal } from './promises.ts'
import type { Room } from './room.ts'
import { type Try, waitFor } from './sweeps.ts'

const frame = 4096 + 24

/** A home that was killed when its work was done: everything it wrote lies in the write-ahead log. */
async function worn(room: Room): Promise<{ readonly folder: string; readonly note: string }> {
  room.begin()
  const note = join(room.folder, 'pinned.note')
  const wrong = await room.complete()
  if (wrong !== undefined) throw new Error(wrong)
  const clean = join(room.folder, 'clean')
  rmSync(clean, { recursive: true, force: true })
  const { out } = await room.mustDo('audit', 'checkpoint', '--json')
  writeFileSync(note, (JSON.parse(out) as { note: string }).note)
  cpSync(room.home, clean, { recursive: true, verbatimSymlinks: true })
  room.begin()
  const command = room.start(['run', plan])
  const done = () => command.out.split(' landed as ').length > 4
  while (!done() && command.process.exitCode === null) await waitFor(5)
  command.process.kill('SIGKILL')
  await command.within(10_000)
  return { folder: clean, note }
}

/** What the store gives, or what it says; anything that is neither is a defect. */
async function read(home: string, whole: readonly string[]): Promise<string | undefined> {
  let store: Awaited<ReturnType<typeof sqlite.open>>
  try {
    store = await sqlite.open(home)
  } catch (error) {
    return error instanceof StoreFailed ? undefined : `it breaks: ${error}`
  }
  try {
    const opened = await openJournal(store)
    const texts: string[] = []
    for (let at = 0; at < opened.head().seq; ) {
      const rows = await store.read(at, 2048)
      if (rows.length === 0) break
      texts.push(...rows.map((row) => row.text))
      at = rows.at(-1)?.seq ?? at
    }
    const isPrefix = texts.every((text, at) => text === whole[at])
    if (!isPrefix && opened.stopped === undefined) return 'it opens for writing, and what it holds is no prefix'
    if (texts.length < opened.head().seq && opened.stopped === undefined) return 'it opens for writing with a gap'
    return undefined
  } catch (error) {
    return error instanceof StoreFailed ? undefined : `it breaks: ${error}`
  } finally {
    await store.close()
  }
}

function rowsOf(home: string): Promise<readonly string[]> {
  return sqlite.open(home, { readOnly: true }).then(async (store) => {
    const rows = await store.read(0, 1_000_000)
    await store.close()
    return rows.map((row) => row.text)
  })
}

/** Every offset of the last `bytes`, and around every frame of the rest. */
function offsets(size: number, bytes: number, head: number, step: number): number[] {
  const found = new Set<number>()
  for (let at = Math.max(0, size - bytes); at <= size; at++) found.add(at)
  for (let at = head; at < size; at += step)
    for (const near of [-1, 0, 1, 25, step / 2]) found.add(Math.floor(at + near))
  for (let at = 0; at <= head; at++) found.add(at)
  return [...found].filter((at) => at >= 0 && at <= size).sort((a, b) => b - a)
}

async function tearLog(room: Room, bytes: number): Promise<Tried> {
  await worn(room)
  const from = join(room.folder, 'from')
  const to = join(room.folder, 'torn')
  rmSync(from, { recursive: true, force: true })
  mkdirSync(from)
  for (const name of ['journal.db', 'journal.db-wal']) cpSync(join(room.home, name), join(from, name))
  const log = readFileSync(join(from, 'journal.db-wal'))
  const whole = journal(room.home).length > 0 ? await rowsOf(room.home) : []
  const broken: string[] = []
  let tried = 0
  for (const at of offsets(log.length, bytes, 32, frame)) {
    rmSync(to, { recursive: true, force: true })
    mkdirSync(to)
    cpSync(join(from, 'journal.db'), join(to, 'journal.db'))
    writeFileSync(join(to, 'journal.db-wal'), log.subarray(0, at))
    const wrong = await read(to, whole)
    if (wrong !== undefined) broken.push(`log cut at ${at} of ${log.length}: ${wrong}`)
    tried += 1
  }
  process.stdout.write(`  ${tried} places to cut a log of ${log.length} bytes with ${whole.length} entries\n`)
  return { killed: true, broken: broken.slice(0, 5) }
}

async function tearFile(room: Room, bytes: number): Promise<Tried> {
  const { folder } = await worn(room)
  const to = join(room.folder, 'torn')
  const whole = await rowsOf(folder)
  const file = readFileSync(join(folder, 'journal.db'))
  const broken: string[] = []
  let tried = 0
  for (const at of offsets(file.length, bytes, 512, 4096)) {
    rmSync(to, { recursive: true, force: true })
    mkdirSync(to)
    writeFileSync(join(to, 'journal.db'), file.subarray(0, at))
    const wrong = await read(to, whole)
    if (wrong !== undefined) broken.push(`journal cut at ${at} of ${file.length}: ${wrong}`)
    tried += 1
  }
  process.stdout.write(`  ${tried} places to cut a file of ${file.length} bytes with ${whole.length} entries\n`)
  return { killed: true, broken: broken.slice(0, 5) }
}

/** What a person sees: no crash, no silence, and the audit names what is missing when it is held against a kept note. */
async function tellOfTear(room: Room): Promise<Tried> {
  const { folder, note } = await worn(room)
  const size = statSync(join(folder, 'journal.db')).size
  const broken: string[] = []
  for (const at of [0, 1, 100, 4096, 4097, Math.floor(size / 2), size - 4096, size - 1]) {
    rmSync(room.home, { recursive: true, force: true })
    cpSync(folder, room.home, { recursive: true, verbatimSymlinks: true })
    for (const name of ['journal.db-wal', 'journal.db-shm']) rmSync(join(room.home, name), { force: true })
    truncateSync(join(room.home, 'journal.db'), at)
    const audit = await room.do('audit', 'verify', '--checkpoint', note, '--json')
    if (audit.code === 0) broken.push(`cut at ${at}: the audit finds nothing: ${audit.out}`)
    for (const words of [['status', '001-tea-book'], ['run', plan], ['gate'], ['why', 'T001'], ['audit', 'verify']]) {
      const ended = await room.do(...words)
      const said = ended.out + ended.err
      if (ended.signal !== null || /\n {4}at /.test(said))
        broken.push(`cut at ${at}: baton ${words.join(' ')} breaks: ${said}`)
      if (ended.code !== 0 && said.trim() === '') broken.push(`cut at ${at}: baton ${words.join(' ')} says nothing`)
    }
  }
  if (room.observer.starts.length > 0) room.observer.reset()
  return { killed: true, broken }
}

export function* tears(all: boolean): Generator<Try> {
  yield { name: 'the log', run: (room) => tearLog(room, all ? 1_000_000 : 2 * frame) }
  yield { name: 'the file', run: (room) => tearFile(room, all ? 1_000_000 : 4096) }
  yield { name: 'what a person is told', run: (room) => tellOfTear(room) }
}
