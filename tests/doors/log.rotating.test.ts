import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RotatingFile, type RotatingOptions } from '../../src/doors/http/rotating.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'baton-rotating-')), 'logs')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const made = (options: Partial<RotatingOptions> = {}) =>
  new RotatingFile({ folder, name: 'a.log', lookEveryMs: 5, ...options })
const path = (number = 0): string => join(folder, number === 0 ? 'a.log' : `a.log.${number}`)
const text = (number = 0): string => (existsSync(path(number)) ? readFileSync(path(number), 'utf8') : '')
const line = (number: number): string => `line ${String(number).padStart(6, '0')}\n`

/** A disk that takes no more than it is told: as when it is full, a write may be cut in the middle. */
function disk() {
  const at = { room: Number.POSITIVE_INFINITY, truncates: true }
  const openFile = async (file: string): Promise<FileHandle> => {
    const handle = await open(file, 'a', 0o600)
    return new Proxy(handle, {
      get: (of, name) => {
        if (name === 'write')
          return async (bytes: Buffer) => {
            const fits = Math.min(bytes.length, at.room)
            if (fits === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
            at.room -= fits
            return of.write(bytes.subarray(0, fits))
          }
        if (name === 'truncate' && !at.truncates) return async () => Promise.reject(new Error('EROFS'))
        const found: unknown = Reflect.get(of, name)
        return typeof found === 'function' ? found.bind(of) : found
      },
    })
  }
  return { at, openFile }
}

it('writes every line in order, and is for its owner only', async () => {
  const file = made()
  for (let one = 0; one < 1000; one += 1) file.write(line(one))
  await file.close()
  expect(text()).toBe(Array.from({ length: 1000 }, (_, one) => line(one)).join(''))
  expect(statSync(path()).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(file.dropped).toBe(0)
})

it('begins anew when it is full, keeps as many as it should, and cuts no line', async () => {
  const file = made({ mostBytes: 120, files: 3 })
  for (let one = 0; one < 40; one += 1) {
    file.write(line(one))
    if (one % 3 === 0) await new Promise((go) => setTimeout(go, 3))
  }
  await file.close()
  expect(readdirSync(folder).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2'])
  const all = [text(2), text(1), text()]
  for (const one of all) expect(one.length).toBeLessThanOrEqual(120)
  const kept = all.join('').split('\n').slice(0, -1)
  const first = Number(kept[0]?.slice(5))
  expect(kept).toEqual(Array.from({ length: 40 - first }, (_, one) => line(first + one).trimEnd()))
  expect(kept.length).toBeGreaterThan(16)
  expect(file.dropped).toBe(0)
})

it('puts no more into one file than it may hold, also when all comes at once', async () => {
  const file = made({ mostBytes: 120, files: 9 })
  for (let one = 0; one < 40; one += 1) file.write(line(one))
  await file.close()
  const all = [4, 3, 2, 1, 0].map((number) => text(number))
  for (const one of all) expect(one.length).toBeLessThanOrEqual(120)
  expect(all.join('')).toBe(Array.from({ length: 40 }, (_, one) => line(one)).join(''))
})

it('goes on in a file that is there already, and begins anew when that one is full', async () => {
  mkdirSync(folder)
  writeFileSync(path(), 'x'.repeat(100), { mode: 0o644 })
  const file = made({ mostBytes: 110 })
  file.write(line(1))
  await file.close()
  expect([text(1).length, text()]).toEqual([100, line(1)])
  const again = made({ mostBytes: 110 })
  again.write(line(2))
  await again.close()
  expect(text()).toBe(line(1) + line(2))
})

it('opens a new file when somebody moved the old one away, or removed it', async () => {
  const file = made()
  file.write(line(1))
  await expect.poll(() => text()).toBe(line(1))
  renameSync(path(), join(folder, 'moved'))
  await expect
    .poll(() => {
      file.write(line(2))
      return text()
    })
    .toContain(line(2))
  rmSync(path())
  await expect
    .poll(() => {
      file.write(line(3))
      return text()
    })
    .toContain(line(3))
  await file.close()
  expect(readFileSync(join(folder, 'moved'), 'utf8')).toContain(line(1))
})

it('goes on in the file that somebody put in its place', async () => {
  const file = made()
  file.write(line(1))
  await expect.poll(() => text()).toBe(line(1))
  renameSync(path(), join(folder, 'moved'))
  writeFileSync(path(), '', { mode: 0o600 })
  await expect
    .poll(() => {
      file.write(line(2))
      return text()
    })
    .toContain(line(2))
  await file.close()
})

it('begins at the front of a file that was emptied in place', async () => {
  const file = made({ mostBytes: 200 })
  for (let one = 0; one < 10; one += 1) file.write(line(one))
  await expect.poll(() => text().length).toBe(120)
  writeFileSync(path(), '')
  await new Promise((go) => setTimeout(go, 20))
  for (let one = 0; one < 10; one += 1) file.write(line(one))
  await file.close()
  expect([text().length, existsSync(path(1))]).toEqual([120, false])
})

it.each([true, false])('survives a full disk (what was half written can be taken back: %s)', async (truncates) => {
  const { at, openFile } = disk()
  at.truncates = truncates
  const file = made({ openFile, heldBytes: 10 * 12 })
  file.write(line(0))
  await expect.poll(() => text()).toBe(line(0))
  at.room = 17
  for (let one = 1; one <= 30; one += 1) file.write(line(one))
  await expect.poll(() => file.trouble).toContain('ENOSPC')
  expect(file.dropped).toBe(20)
  at.room = Number.POSITIVE_INFINITY
  await expect.poll(() => text()).toContain(line(10))
  file.write(line(31))
  await file.close()
  expect(file.trouble).toBe('')
  const whole = text().split('\n')
  const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 31].map((one) => line(one).trimEnd())
  expect(whole.filter((one) => /^line \d{6}$/.test(one))).toEqual(expect.arrayContaining(expected))
  if (truncates) expect(whole).toEqual([...expected, ''])
})

it('is closed in good time, also when the disk takes nothing, and counts what is lost', async () => {
  const { at, openFile } = disk()
  at.room = 0
  const file = made({ openFile })
  for (let one = 0; one < 5; one += 1) file.write(line(one))
  const began = performance.now()
  await file.close()
  await file.close()
  expect(performance.now() - began).toBeLessThan(3000)
  file.write(line(6))
  expect(file.dropped).toBe(6)
})

it('is closed in good time when a write never ends', async () => {
  const openFile = async (at: string): Promise<FileHandle> =>
    new Proxy(await open(at, 'a'), {
      get: (of, name) => {
        if (name === 'write') return () => new Promise(() => undefined)
        const found: unknown = Reflect.get(of, name)
        return typeof found === 'function' ? found.bind(of) : found
      },
    })
  const file = made({ openFile })
  file.write(line(1))
  await file.close()
  expect(file.dropped).toBe(1)
})

it('writes through no link, and says so', async () => {
  mkdirSync(folder)
  const elsewhere = join(folder, 'elsewhere')
  writeFileSync(elsewhere, 'mine\n')
  symlinkSync(elsewhere, path())
  const file = made()
  file.write(line(1))
  await expect.poll(() => file.trouble).toContain('cannot be written')
  await file.close()
  expect(readFileSync(elsewhere, 'utf8')).toBe('mine\n')
  expect(file.dropped).toBe(1)
})

it('goes on when a folder that could not be made can be', async () => {
  writeFileSync(folder, 'in the way')
  const file = made()
  file.write(line(1))
  await expect.poll(() => file.trouble).toContain('cannot be written')
  rmSync(folder)
  await expect.poll(() => text()).toBe(line(1))
  await file.close()
})

it('drops a line that no file could hold', async () => {
  const file = made({ mostBytes: 50 })
  file.write(`${'x'.repeat(60)}\n`)
  file.write(line(1))
  await file.close()
  expect([text(), file.dropped]).toEqual([line(1), 1])
})
