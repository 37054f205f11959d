// A file that may be gone by the time it is read.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { textIfThere } from './there.ts'

it('gives nothing for a file that comes and goes, and never stumbles over it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-there-'))
  const lock = join(folder, 'packed-refs.lock')
  const other = spawn('sh', ['-c', 'while :; do : > "$0"; rm -f "$0"; done', lock])
  onTestFinished(() => {
    other.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const seen = new Set<string | undefined>()
  for (const until = performance.now() + 10_000; seen.size < 2 && performance.now() < until; ) {
    for (let n = 0; n < 200; n += 1) seen.add(textIfThere(lock))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect([...seen].toSorted()).toEqual(['', undefined])
  expect(textIfThere(join(folder, 'none', 'lock'))).toBeUndefined()
  expect(() => textIfThere(folder)).toThrow()
})
