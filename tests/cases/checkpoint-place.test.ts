// The places for checkpoints that can be read back: a file, and a ref of a bare repository.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createRepository, type OpenRepository } from '../../src/repositories/index.ts'
import { filePlace, refPlace } from '../../src/stores/places.ts'
import { checkpointPlaceCases } from './checkpoint-place.case.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-places-'))
const opened: OpenRepository[] = []
let count = 0

afterAll(async () => {
  for (const repository of opened) await repository.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('file', () => {
  checkpointPlaceCases(async () => {
    const path = join(folder, `file-${++count}`)
    return { open: () => filePlace(path) }
  }, folder)

  it('is not read where it never ends, or is too long to be notes', async () => {
    const long = join(folder, 'long')
    writeFileSync(long, '')
    truncateSync(long, 300 * 1024 * 1024)
    const refused = (path: string) =>
      filePlace(path)
        .read()
        .catch((error: Error) => error.message)
    expect([await refused('/dev/zero'), await refused(folder)]).toEqual(
      Array(2).fill(expect.stringMatching(/no plain file/)),
    )
    expect(await refused(long)).toMatch(/larger than 256 MiB/)
  })
})

describe('ref', () => {
  checkpointPlaceCases(async () => {
    const path = join(folder, `bare-${++count}.git`)
    execFileSync('git', ['init', '-q', '--bare', path])
    const repository = await createRepository(path, { scratch: folder })
    opened.push(repository)
    return { open: () => refPlace('a ref', repository, 'refs/baton/checkpoints', () => 1_700_000_000_000) }
  }, folder)
})
