// A kept home is ours, closed to others, and overlaps with nothing that another agent writes.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptHome } from './homes.ts'

describe('a kept home', () => {
  let place = ''
  const keep = (at: string) => keptHome({ at, folder: join(place, 'home', 'clones', 'x'), home: join(place, 'home') })
  beforeAll(() => {
    place = realpathSync(mkdtempSync(join(tmpdir(), 'baton-homes-')))
    mkdirSync(join(place, 'home', 'clones', 'x'), { recursive: true })
  })
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  it('is made when it is not there, and closed to others however it was left', () => {
    const at = join(place, 'home', 'homes', 'codex')
    expect(keep(at)).toBe(at)
    expect(statSync(at).mode & 0o777).toBe(0o700)
    chmodSync(at, 0o755)
    keep(at)
    expect(statSync(at).mode & 0o777).toBe(0o700)
  })

  it('is never a link or a file', () => {
    const elsewhere = join(place, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(place, 'link'))
    writeFileSync(join(place, 'file'), '')
    expect(() => keep(join(place, 'link'))).toThrow('it is a link or a file')
    expect(() => keep(join(place, 'file'))).toThrow('it is a link or a file')
  })

  it('overlaps with no folder that agents write, and holds nothing of Baton', () => {
    for (const at of ['home/clones', 'home/clones/x', 'home/clones/x/deep', 'home/clones/y', 'home', '.'])
      expect(() => keep(join(place, at)), at).toThrow('cannot be kept')
    symlinkSync(join(place, 'home', 'clones'), join(place, 'way-in'))
    expect(() => keep(join(place, 'way-in', 'y', 'kept'))).toThrow('overlap')
    expect(existsSync(join(place, 'home', 'clones', 'y'))).toBe(false)
    for (const at of ['relative', '/a/../b', '/a\0b', '/etc']) expect(() => keep(at), at).toThrow('cannot be kept')
  })
})
