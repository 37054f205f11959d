// Where to kill: at each transaction of the journal, at each effect outside, at each system call on its files, and at random moments.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Reference, type Tried, tryOnce } from './kill.ts'
import { plan } from './project.ts'
import type { Room } from './room.ts'

export interface Try {
  readonly name: string
  run(room: Room, reference: Reference): Promise<Tried>
}

export interface Places {
  readonly append: number
  readonly effect: number
  readonly move: number
}

/** One try at a place, given what has to be in the environment to be killed there. */
type Killed = (room: Room, reference: Reference, env: Readonly<Record<string, string>>) => Promise<Tried>

const loaded = pathToFileURL(join(import.meta.dirname, 'at.ts')).href
const options = `--disable-warning=ExperimentalWarning --import ${loaded}`

/** How many places there are of each kind in one run that is not killed. */
export async function places(room: Room, words: readonly string[] = ['run', plan]): Promise<Places> {
  const told = join(room.folder, 'counted')
  rmSync(told, { force: true })
  room.begin()
  await room.start(words, { NODE_OPTIONS: options, BATON_TEST_COUNT: told }).within(180_000)
  const [append = 0, effect = 0, move = 0] = readFileSync(told, 'utf8').trim().split(' ').map(Number)
  return { append, effect, move }
}

/** Every `stride`th place. A few more than there were: no two runs go the same way. */
export function* at(kind: keyof Places, count: number, stride: number, killed: Killed = run): Generator<Try> {
  for (const when of ['before', 'after']) {
    for (let place = 1; place <= count + 2; place += stride) {
      const env = { NODE_OPTIONS: options, BATON_TEST_KILL: `${kind}:${when}:${place}` }
      yield {
        name: `${when} ${kind} ${place}`,
        run: (room, reference) => killed(room, reference, env),
      }
    }
  }
}

function run(room: Room, reference: Reference, env: Readonly<Record<string, string>>): Promise<Tried> {
  room.begin()
  return tryOnce(room, reference, { env })
}

export function whyNoStrace(): string | undefined {
  if (spawnSync('strace', ['-V']).error !== undefined) return 'strace is not installed'
  const tried = spawnSync('strace', ['-f', '-qq', '-e', 'trace=fsync', '-o', '/dev/null', 'true'])
  return tried.status === 0 ? undefined : 'strace may not trace here'
}

/** Without --seccomp-bpf, which is faster: strace 6.1 then leaves the injected signal out. */
export function tracing(room: Room, call: string, what: string, count: number | string): string[] {
  const files = ['journal.db', 'journal.db-wal'].flatMap((name) => ['-P', join(room.home, name)])
  const inject = `inject=${call}:${what}:when=${count}`
  return ['strace', '-f', '-qq', '-o', '/dev/null', ...files, '-e', `trace=${call}`, '-e', inject]
}

/** The kernel's own view of the same: between two calls on the journal's files there is nothing else to lose. */
export function* calls(count: number, stride: number): Generator<Try> {
  for (const call of ['fsync', 'pwrite64']) {
    const each = call === 'fsync' ? count : count * 4
    for (let place = 1; place <= each + 2; place += call === 'fsync' ? stride : stride * 4) {
      yield {
        name: `${call} ${place}`,
        run: (room, reference) => {
          room.begin()
          return tryOnce(room, reference, { before: tracing(room, call, 'signal=SIGKILL', place) })
        },
      }
    }
  }
}

/** A small generator of chance with a seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Up to three kills in one run, each at a moment that the seed chooses: before it would be over if nobody disturbed it. */
export function* moments(from: number, count: number): Generator<Try> {
  for (let seed = from; seed < from + count; seed++) {
    yield { name: `seed ${seed}`, run: (room, reference) => moment(room, reference, seed) }
  }
}

async function moment(room: Room, reference: Reference, seed: number): Promise<Tried> {
  const next = chance(seed)
  room.begin()
  const kills = 1 + Math.floor(next() * 3)
  // What an earlier one left to be done takes less time.
  const longestMs = reference.ms / kills
  let hit = false
  for (let kill = 1; kill < kills; kill++) {
    const command = room.start(['run', plan])
    await waitFor(next() * longestMs)
    hit = command.process.kill('SIGKILL') || hit
    await command.within(10_000)
  }
  const disturb = async (pid: number, over: () => boolean): Promise<boolean> => {
    await waitFor(next() * longestMs)
    return !over() && process.kill(pid, 'SIGKILL')
  }
  const tried = await tryOnce(room, reference, { disturb })
  return { ...tried, killed: hit || tried.killed }
}

export const waitFor = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
