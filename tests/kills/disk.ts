// A disk that is full, and a disk that fails to flush: nothing is acknowledged that is not there, and nothing is half there.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished, leftAtMostMs, type Reference, type Tried } from './kill.ts'
import { item, plan } from './project.ts'
import { journal } from './promises.ts'
import type { Room } from './room.ts'
import { type Try, tracing, waitFor } from './sweeps.ts'

const size = 3 * 1024 * 1024 * 1024

export function whyNoMount(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may mount a small disk'
  if (spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status !== 0)
    return 'nothing can be mounted here'
  return spawnSync('fallocate', ['--version']).error === undefined ? undefined : 'fallocate is not installed'
}

/** Takes what room there is, but for `spare` bytes; others write meanwhile, so it is taken in ever smaller pieces. */
function fill(folder: string, spare: number): void {
  for (let piece = size; piece >= 4096; piece = Math.floor(piece / 2)) {
    for (;;) {
      const seen = statfsSync(folder)
      const bytes = Math.min(piece, seen.bavail * seen.bsize - spare)
      const name = join(folder, `ballast-${readdirSync(folder).length}`)
      if (bytes < 4096 || spawnSync('fallocate', ['-l', String(bytes), name]).status !== 0) break
    }
  }
}

function clear(folder: string): void {
  for (const name of readdirSync(folder)) if (name.startsWith('ballast')) rmSync(join(folder, name), { force: true })
}

/** Full from the first agent on, for a while; what runs goes on, and so does the rest when there is room again. */
export function* fullDisks(): Generator<Try> {
  for (const [name, agents, spare] of [
    ['full when the first agent begins', 1, 0],
    ['full when three agents work', 4, 0],
    ['only 20 KB left when three agents work', 4, 20_480],
  ] as const) {
    yield { name, run: (room, reference) => onSmallDisk(room, () => full(room, reference, agents, spare)) }
  }
}

async function onSmallDisk(room: Room, act: () => Promise<Tried>): Promise<Tried> {
  room.begin()
  const mount = (...args: string[]) => spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, ...args])
  const moved = `${room.home}.moved`
  rmSync(moved, { recursive: true, force: true })
  spawnSync('cp', ['-a', room.home, moved])
  if (mount('none', room.home).status !== 0) throw new Error('The small disk could not be mounted.')
  try {
    spawnSync('cp', ['-a', `${moved}/.`, room.home])
    return await act()
  } finally {
    spawnSync('umount', ['-l', room.home])
    rmSync(moved, { recursive: true, force: true })
  }
}

async function full(room: Room, reference: Reference, agents: number, spare: number): Promise<Tried> {
  let filled = false
  let head = 0
  room.observer.onStart = () => {
    if (filled || room.observer.starts.length < agents) return
    filled = true
    writeFileSync(join(room.folder, 'full'), '')
    fill(room.home, spare)
    head = journal(room.home).at(-1)?.seq ?? 0
  }
  const command = room.start(['run', plan])
  let over = false
  void command.ended.finally(() => {
    over = true
  })
  while (!filled && !over) await waitFor(5)
  if (over) return { killed: false, broken: [`it ended before its disk was full: ${command.out} ${command.err}`] }
  const began = room.observer.starts.length
  const broken = spare > 0 ? [] : await askedWhileFull(room)
  await waitFor(1_000)
  if (over) broken.push(`it ended on a full disk: ${command.out} ${command.err}`)
  const then = spare > 0 ? head : (journal(room.home).at(-1)?.seq ?? 0)
  if (spare === 0 && then > head + 12) broken.push(`the record grew from ${head} to ${then} on a full disk`)
  clear(room.home)
  rmSync(join(room.folder, 'full'))
  // What was asked for on the full disk may have come to pass since.
  if (spare === 0) await waitFor(2_500)
  await room.do('resume', item, '--json')
  const ended = await command.within(180_000)
  if (ended.signal !== null || ended.code === 9) broken.push(`it ended with ${ended.code}: ${ended.out} ${ended.err}`)
  for (const start of room.observer.starts.slice(0, began))
    if (!start.said) broken.push(`the agent of ${start.attempt} was not let come to its end`)
  return { killed: true, broken: [...broken, ...(await finished(room, reference, ended.out))] }
}

/** Whoever asks first may have to wait for the answer, but gets none that is not true, and is told at once; whoever asks then is told why. */
async function askedWhileFull(room: Room): Promise<string[]> {
  const pause = (...more: string[]) => room.start(['pause', item, '--reason', 'said on a full disk', ...more])
  const first = pause()
  await Promise.race([first.ended, waitFor(3_000)])
  if (first.process.exitCode === 0) return [`it acknowledged on a full disk: ${first.out}`]
  const told = first.out + first.err
  if (!/\d+ MB of \d+ MB are free on the disk of/.test(told))
    return [`who asked on a full disk was not told of it: ${told}`]
  const second = await pause('--json').within(60_000)
  if (second.code === 0) return [`it acknowledged on a full disk: ${second.out}`]
  const said = second.out + second.err
  return /full|room|space/.test(said) ? [] : [`it does not say that the disk is full: ${said}`]
}

/** The flush fails once: what was to be written is not acknowledged, nothing more is accepted, and the next start knows what is there. */
export function* failingFlushes(count: number, stride: number): Generator<Try> {
  for (const call of ['fsync', 'pwrite64']) {
    for (let place = 1; place <= count; place += stride) {
      const run = async (room: Room, reference: Reference): Promise<Tried> => {
        room.begin()
        const command = room.start(['run', plan], {}, tracing(room, call, 'error=EIO', place))
        const ended = await command.within(180_000)
        const said = ended.out + ended.err
        const failed = /could not be written|Could not/.test(said)
        const broken: string[] = []
        if (ended.code !== 0 && !failed && !/held|conflict/.test(said))
          broken.push(`ended with ${ended.code} and said ${said}`)
        const left = await room.nothingLeft(leftAtMostMs)
        if (left !== undefined) broken.push(left)
        return { killed: failed, broken: [...broken, ...(await finished(room, reference, ended.out))] }
      }
      yield { name: `${call} ${place}`, run }
    }
  }
}
