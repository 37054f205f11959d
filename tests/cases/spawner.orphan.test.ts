import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const room = new URL('../../src/spawners/index.ts', import.meta.url).href

/** A main that has stopped reading what a child floods it with, and is killed: what was never read must not keep the spawner. */
const main = `
const { createSpawner } = await import(process.argv[1])
const [, , home, kind] = process.argv
const spawner = await createSpawner({ home, kind })
const argv = ['/bin/sh', '-c', 'yes']
const child = await spawner.start({ argv, folder: home, env: { PATH: '/usr/bin:/bin' }, isolation: 'none', network: 'all', readOnly: [], marker: 'o/1' })
for await (const _ of child.output) break
process.stdout.write(String(spawner.pid))
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200)
`

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it.each(['plain', 'namespaced'])(
  'a %s spawner goes when main is killed, whatever it was not asked for yet',
  async (kind) => {
    const home = mkdtempSync(join(tmpdir(), 'baton-orphan-'))
    const child = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      main,
      room,
      home,
      kind,
    ])
    let said = ''
    child.stdout.on('data', (bytes: Buffer) => {
      said += String(bytes)
    })
    await new Promise((done) => child.once('exit', done))
    const pid = Number(said)
    expect(pid).toBeGreaterThan(1)
    await expect.poll(() => lives(pid), { timeout: 3000 }).toBe(false)
    rmSync(home, { recursive: true, force: true })
  },
)
