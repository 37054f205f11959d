// The places for checkpoints that can be read back: a file, and a ref of a bare repository.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
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
