// What only a store on a disk can get wrong: kill -9, a full disk, damaged files, and who holds the home.
import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { holdHome } from './lock.ts'
import { sqlite } from './sqlite.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'baton-sqlite-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const row = (seq: number, text = 'x'.repeat(300)) => ({
  seq,
  stream: 'a',
  text,
  hash: hash('sha256', `\0${text}`, 'hex'),
})
const here = (file: string) => new URL(file, import.meta.url).href

/** A process of its own that runs `code` and is killed without warning once `enough` says so. */
async function killed(code: string, enough: (printed: string) => boolean): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    printed += chunk
    if (enough(printed)) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.on('close', resolve))
  return printed
}

it('has every row that it acknowledged after kill -9', async () => {
  const code = `
    import { writeSync } from 'node:fs'
    import { hash } from 'node:crypto'
    import { sqlite } from '${here('./sqlite.ts')}'
    const store = await sqlite.open(${JSON.stringify(home)})
    for (let n = 0; ; n += 3) {
      const rows = [1, 2, 3].map((more) => ({ seq: n + more, stream: 'a', text: 'x', hash: hash('sha256', '\\0x', 'hex') }))
      await store.append(rows, n)
      writeSync(1, (n + 3) + '\\n')
    }`
  const printed = await killed(code, (text) => text.length > 400)
  const acknowledged = Number(printed.trim().split('\n').at(-1))
  const store = await sqlite.open(home)
  const { seq } = await store.head()
  expect(acknowledged).toBeGreaterThan(50)
  expect(seq).toBeGreaterThanOrEqual(acknowledged)
  expect(seq % 3).toBe(0)
  expect(await store.read(0, seq + 1)).toHaveLength(seq)
  expect(await store.examine?.()).toEqual([])
  await store.close()
})

it('says that the disk is full, writes nothing of the batch, and goes on when there is room', async () => {
  const store = await sqlite.open(home, { maxPages: 20 })
  let seq = 0
  const more = () => Array.from({ length: 20 }, (_, at) => row(seq + at + 1))
  const fill = async () => {
    for (;;) {
      await store.append(more(), seq)
      seq += 20
    }
  }
  await expect(fill()).rejects.toMatchObject({ name: 'StoreFailed', kind: 'full' })
  await expect(store.append([row(seq + 1, 'y'.repeat(90_000))], seq)).rejects.toMatchObject({ kind: 'full' })
  expect((await store.head()).seq).toBe(seq)
  await store.close()
  const roomy = await sqlite.open(home)
  await roomy.append(more(), seq)
  expect((await roomy.head()).seq).toBe(seq + 20)
  await roomy.close()
})

it('says what is wrong with a file that is no journal', async () => {
  writeFileSync(join(home, 'journal.db'), 'not a database, but long enough to look like one '.repeat(40))
  await expect(sqlite.open(home)).rejects.toMatchObject({ name: 'StoreFailed', kind: 'broken' })
})

it('opens nothing read-only where there is nothing', async () => {
  await expect(sqlite.open(join(home, 'none'), { readOnly: true })).rejects.toThrow(/no journal at/)
  expect(readdirSync(home)).toEqual([])
})

it('never gives back a damaged blob, and mends it when it is put again', async () => {
  const store = await sqlite.open(home)
  const digest = await store.put(Buffer.from('whole'))
  const file = join(home, 'blobs', digest.slice(0, 2), digest.slice(2))
  writeFileSync(file, 'holed')
  await expect(store.get(digest)).rejects.toMatchObject({ kind: 'broken' })
  await store.put(Buffer.from('whole'))
  expect(readFileSync(file, 'utf8')).toBe('whole')
  expect(readdirSync(join(home, 'blobs', digest.slice(0, 2)))).toEqual([digest.slice(2)])
  await store.close()
})

it('is no empty journal after its file was cut inside the last page', async () => {
  const store = await sqlite.open(home)
  const rows = Array.from({ length: 40 }, (_, at) => row(at + 1))
  await store.append(rows, 0)
  await store.close()
  const file = readFileSync(join(home, 'journal.db'))
  for (let cut = 1; cut < 4096; cut += 61) {
    writeFileSync(join(home, 'journal.db'), file.subarray(0, file.length - cut))
    const torn = await sqlite.open(home)
    const head = await torn.head().catch((error: unknown) => error)
    if (head instanceof Error) expect(head).toMatchObject({ kind: 'broken' })
    else expect(head).toMatchObject({ seq: 40 })
    await torn.close()
  }
})

it('lets one process hold the home, names it, and lets the next in when it is killed', async () => {
  const code = `
    import { writeSync } from 'node:fs'
    import { holdHome } from '${here('./lock.ts')}'
    const hold = holdHome(${JSON.stringify(home)})
    writeSync(1, hold.held ? process.pid + '\\n' : 'not held\\n')
    setInterval(() => {}, 1000)`
  let seen: unknown
  const printed = await killed(code, (text) => {
    if (text.endsWith('\n')) seen = holdHome(home)
    return text.endsWith('\n')
  })
  const pid = Number(printed)
  expect(seen).toMatchObject({ held: false, pid })
  const hold = holdHome(home)
  expect(hold.held).toBe(true)
  expect(holdHome(home)).toMatchObject({ held: false, pid: process.pid })
  if (hold.held) hold.release()
  const again = holdHome(home)
  expect(again.held).toBe(true)
  if (again.held) again.release()
})
