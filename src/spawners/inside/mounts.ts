// Mounts overlays in the spawner's own namespace, and takes them away again.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { MountCall } from '../wire.ts'

/** Runs a small program of the system; its last words are the error. */
function run(argv: readonly string[], folder: string): Promise<void> {
  const [program = '', ...rest] = argv
  const child = spawn(program, rest, {
    cwd: folder,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let words = ''
  child.stderr.on('data', (bytes: Buffer) => {
    words = (words + String(bytes)).slice(-2_000)
  })
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code) =>
      code === 0 ? done() : fail(new Error(words.trim() || `${program} ended with ${code}`)),
    )
  })
}

/** The place as mountinfo writes it. */
function written(path: string): string {
  return path.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

function mountsAt(path: string): number {
  const place = written(path)
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[4] === place && line.includes(' - overlay ')).length
}

export async function mount(call: MountCall): Promise<void> {
  if (mountsAt(call.at) > 0) return
  await run(['mount', '-t', 'overlay', 'overlay', '-o', call.options, call.at], call.from)
}

/** A mount that is still looked at from somewhere leaves the tree of folders at once and ends with its last user. */
export async function unmount(at: string): Promise<void> {
  if (mountsAt(at) === 0) return
  await run(['umount', at], '/').catch(() => run(['umount', '-l', at], '/'))
}
