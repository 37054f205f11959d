// The spawner process: starts, holds and ends every child, and ends all of them when main goes away.
import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { Bridges } from './inside/bridges.ts'
import { openGates } from './inside/gates.ts'
import { Keepers } from './inside/keepers.ts'
import { mount, unmount } from './inside/mounts.ts'
import { Process } from './inside/processes.ts'
import { ReadBacks } from './inside/readback.ts'
import { killAll, marked } from './inside/tree.ts'
import { Walk } from './inside/walk.ts'
import { type Call, lines, type Notice, type Part, type ToMain, type ToSpawner } from './wire.ts'

const main = new Socket({ fd: 3 })
const running = new Map<number, Process>()
const keepers = new Keepers(() => [...running.values()].filter((one) => one.kept).length)
const bridges = new Bridges((child, text) => running.get(child)?.note(text))

function send(message: ToMain): boolean {
  return main.destroyed || main.write(`${JSON.stringify(message)}\n`)
}

/** Waits while main is slow to take what it asked for. */
async function tell(n: number, part: Part): Promise<void> {
  if (!send({ n, part })) await new Promise<void>((done) => main.once('drain', done))
}

/** Those that show the marker, and those that we know to be below a child of ours that was started with it. */
function carriers(marker: string): readonly number[] {
  const fits = (child: Process): boolean =>
    child.marker === marker || (marker.endsWith(' ') && child.marker.startsWith(marker))
  const own = [...running.values()].filter(fits).flatMap((child) => child.tree())
  return [...new Set([...marked(marker), ...own])]
}

async function answer(call: Call, n: number): Promise<number> {
  switch (call.do) {
    case 'start': {
      const tellOf = (message: ToMain): void => {
        if ('ended' in message) bridges.close(n)
        if ('closed' in message) running.delete(n)
        send(message)
      }
      const child = await Process.start(call, n, keepers, tellOf)
      running.set(n, child)
      await openGates(child, call, (pid, order) => bridges.open(n, pid, order))
      return child.pid
    }
    case 'stop':
      await running.get(call.child)?.stop()
      return 0
    case 'sweep':
      return killAll(() => carriers(call.marker))
    case 'mount':
      await mount(call)
      return 0
    case 'unmount':
      await unmount(call.at)
      return 0
    case 'walk':
      await new Walk(call.order, (part) => tell(n, part)).run()
      return 0
    case 'read':
      await new ReadBacks(call.folder, call.limit, (part) => tell(n, part)).run(call.orders)
      return 0
  }
}

function heed(notice: Notice): void {
  const child = running.get(notice.child)
  if (notice.do === 'took') child?.took(notice.bytes)
  else if (notice.do === 'write') child?.write(Buffer.from(notice.bytes, 'base64'))
  else child?.shut()
}

function receive(line: string): void {
  const message = JSON.parse(line) as ToSpawner
  if (!('n' in message)) {
    heed(message)
    return
  }
  const { n } = message
  answer(message, n).then(
    (ok) => send({ n, ok }),
    (error: unknown) => send({ n, no: error instanceof Error ? error.message : String(error) }),
  )
}

let ending = false

/**
 * Ends what we know of, more than once, for who is killed may have started another a moment before; then ourselves, whoever still holds
 * a pipe. In a PID namespace that ends everything else as well: the keeper goes with us, and all the others with the keeper.
 */
async function endAll(): Promise<void> {
  if (ending) return
  ending = true
  main.destroy()
  for (let round = 0; round < 4; round += 1) {
    for (const child of running.values()) child.kill()
    await new Promise((done) => setTimeout(done, 20))
  }
  process.exit(0)
}

/** Whether a child can have a PID namespace of its own, and a fresh /proc in it. */
function can(...flags: string[]): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn('unshare', [...flags, '--fork', '--kill-child', 'true'], { stdio: 'ignore' })
    child.once('error', () => done(false))
    child.once('exit', (code) => done(code === 0))
  })
}

main.on('data', lines(receive))
main.on('error', () => void endAll())
main.on('close', () => void endAll())
const inside = process.argv[2] === 'namespaced'
const freshProc = inside && (await can('--pid', '--mount-proc'))
const pidSpace = freshProc || (inside && (await can('--pid')))
send({ ready: { pid: process.pid, pidSpace, freshProc } })
