// What a sandbox is given after it was made and before the child in it starts: its filter, and a bridge into its network.
import type { ChildProcess, StdioOptions } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { BridgeOrder } from '../bridge/calls.ts'
import { descriptors } from '../sandbox/places.ts'
import type { StartCall } from '../wire.ts'

/** The pipes of a child: the usual three, and those that bubblewrap is told of. */
export function pipes(call: StartCall): StdioOptions {
  const own = descriptors({ filter: call.filter !== undefined, bridge: call.bridge !== undefined })
  return ['pipe', 'pipe', 'pipe', ...Object.values(own).map(() => 'pipe' as const)]
}

/** What bubblewrap says of the sandbox it made; undefined when it ended before, and says itself why. */
async function firstProcess(info: Readable): Promise<number | undefined> {
  let text = ''
  for await (const bytes of info) text = (text + String(bytes)).slice(-4_000)
  const found = /"child-pid"\s*:\s*(\d+)/.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

function endsSoon(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(true)
  return new Promise((done) => {
    const timer = setTimeout(() => done(false), 500)
    child.once('exit', () => {
      clearTimeout(timer)
      done(true)
    })
  })
}

/** Rejects when the bridge cannot be made: then the child was ended before it began. */
export async function openGates(
  one: { readonly child: ChildProcess; kill(): void },
  call: StartCall,
  bridge: (pid: number, order: BridgeOrder) => Promise<void>,
): Promise<void> {
  const { filter, info, block } = descriptors({ filter: call.filter !== undefined, bridge: call.bridge !== undefined })
  const pipe = (at: number | undefined) => (at === undefined ? null : (one.child.stdio[at] ?? null))
  for (const at of [filter, info, block]) pipe(at)?.on('error', () => undefined)
  if (call.filter !== undefined) (pipe(filter) as Writable | null)?.end(Buffer.from(call.filter, 'base64'))
  if (call.bridge === undefined) return
  try {
    const pid = await firstProcess(pipe(info) as Readable)
    if (pid !== undefined) await bridge(pid, call.bridge)
    ;(pipe(block) as Writable | null)?.end('x')
  } catch (error) {
    // A sandbox that could not be made has said so itself, and is told as a child that ended.
    if (await endsSoon(one.child)) return
    one.kill()
    throw error
  }
}
