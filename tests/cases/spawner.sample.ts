// What tests of spawners need: a home, orders with the usual parts, everything a child said, and who is still alive.
import { mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Child, Ended, SpawnOrder } from '../../src/core/ports.ts'

export function freshFolder(name: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `baton-${name}-`)))
}

let count = 0

/** A text no other process on this machine carries. */
export function mark(): string {
  count += 1
  return `mark-${process.pid}-${Date.now().toString(36)}-${count}`
}

export function ordered(folder: string, argv: SpawnOrder['argv'], more: Partial<SpawnOrder> = {}): SpawnOrder {
  return {
    argv,
    folder,
    env: { PATH: '/usr/bin:/bin' },
    isolation: 'none',
    network: 'none',
    readOnly: [],
    marker: mark(),
    ...more,
  }
}

export function script(folder: string, text: string, more: Partial<SpawnOrder> = {}): SpawnOrder {
  return ordered(folder, ['sh', '-c', text], more)
}

export interface Said {
  readonly out: string
  readonly err: string
  readonly ended: Ended
}

export async function said(child: Child): Promise<Said> {
  const all: Record<'out' | 'err', Buffer[]> = { out: [], err: [] }
  for await (const { from, bytes } of child.output) all[from].push(Buffer.from(bytes))
  return { out: Buffer.concat(all.out).toString(), err: Buffer.concat(all.err).toString(), ended: await child.ended }
}

/** Reads on until `wanted` was said. The rest stays unread until the iterator goes on. */
export async function until(output: AsyncIterator<{ bytes: Uint8Array }>, wanted: string): Promise<string> {
  let heard = ''
  while (!heard.includes(wanted)) {
    const next = await output.next()
    if (next.done === true) throw new Error(`it ended before saying ${wanted}: ${heard}`)
    heard += Buffer.from(next.value.bytes).toString()
  }
  return heard
}

/** Processes anywhere on this machine whose command line or environment holds the text, zombies not counted. */
export function alive(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
        if (/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))) return false
        return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(text))
      } catch {
        return false
      }
    })
    .map(Number)
}

export async function eventually(what: string, holds: () => boolean, ms = 5_000): Promise<void> {
  const end = performance.now() + ms
  while (!holds()) {
    if (performance.now() > end) throw new Error(`after ${ms} ms it still does not hold: ${what}`)
    await new Promise((done) => setTimeout(done, 10))
  }
}
