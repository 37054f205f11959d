// What else can befall a run: its spawner dies, it is stopped and goes on, many start it at once, or it runs out of descriptors.
import { readdirSync, readFileSync } from 'node:fs'
import { finished, leftAtMostMs, type Reference, type Tried, tryOnce } from './kill.ts'
import type { Ended } from './program.ts'
import { plan } from './project.ts'
import { journal } from './promises.ts'
import type { Room } from './room.ts'
import { chance, type Try, waitFor } from './sweeps.ts'

const hangsMs = 180_000

/** Every process below `pid`, with its command line. */
export function below(pid: number): { readonly pid: number; readonly line: string }[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has ended meanwhile.
    }
  }
  const found: { pid: number; line: string }[] = []
  for (const [child] of parents) {
    let at: number | undefined = parents.get(child)
    while (at !== undefined && at !== pid && at > 1) at = parents.get(at)
    if (at === pid) found.push({ pid: child, line: lineOf(child) })
  }
  return found
}

function lineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** Resolves at the first agent that begins; false when the command ended before. */
async function firstAgent(room: Room, over: () => boolean, count = 1): Promise<boolean> {
  while (room.observer.starts.length < count) {
    if (over()) return false
    await waitFor(5)
  }
  return true
}

/** The run goes on without being started again. */
export function* spawnerKills(count: number): Generator<Try> {
  for (let seed = 1; seed <= count; seed++) {
    const run = (room: Room, reference: Reference): Promise<Tried> => {
      const next = chance(seed)
      room.begin()
      const disturb = async (pid: number, over: () => boolean): Promise<boolean> => {
        if (!(await firstAgent(room, over, 1 + Math.floor(next() * 5)))) return false
        await waitFor(next() * 60)
        const spawners = below(pid).filter(
          ({ line }) => /spawner\.js/.test(line) && !/^\S*(unshare|setpriv)/.test(line),
        )
        return spawners.filter((one) => kill(one.pid, 'SIGKILL')).length > 0
      }
      return tryOnce(room, reference, { disturb })
    }
    yield { name: `seed ${seed}`, run }
  }
}

/** Baton is killed while agents are in the middle of long work: none may be left to go on with it. */
export function* orphans(): Generator<Try> {
  for (const agents of [1, 2, 4]) {
    const disturb = (room: Room) => async (pid: number, over: () => boolean) =>
      (await firstAgent(room, over, agents)) && room.observer.alive.length > 0 && kill(pid, 'SIGKILL')
    const run = (room: Room, reference: Reference): Promise<Tried> => {
      room.begin()
      return tryOnce(room, reference, { disturb: disturb(room) })
    }
    yield { name: `${agents} begun`, run }
  }
}

/** False when it has ended meanwhile. */
function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** The writer is stopped and cannot answer; a second one may not take its place, and must say who is in the way. */
export function* stops(count: number): Generator<Try> {
  for (let seed = 1; seed <= count; seed++) {
    yield { name: `seed ${seed}`, run: (room, reference) => stopped(room, reference, chance(seed)) }
  }
}

async function stopped(room: Room, reference: Reference, next: () => number): Promise<Tried> {
  room.begin()
  const first = room.start(['run', plan])
  let over = false
  void first.ended.finally(() => {
    over = true
  })
  if (!(await firstAgent(room, () => over))) return { killed: false, broken: ['no agent was ever started'] }
  await waitFor(next() * 1500)
  const broken: string[] = []
  if (!over) {
    kill(first.pid, 'SIGSTOP')
    const second = room.start(['run', plan, '--json'])
    const ended = await second.within(60_000)
    // A first that had already closed the house, and was stopped on its way out, stands in nobody's way.
    const tookOver = works(ended) && closedBetween(room)
    if (!tookOver && (ended.code === 0 || !ended.err.concat(ended.out).includes(String(first.pid))))
      broken.push(`the second does not name ${first.pid}: ended with ${ended.code}, said ${ended.out} ${ended.err}`)
    kill(first.pid, 'SIGCONT')
  }
  const ended = await first.within(hangsMs)
  if (ended.code === 9 || ended.signal !== null) broken.push(`the first ended with ${ended.code}: ${ended.err}`)
  return { killed: true, broken: [...broken, ...(await finished(room, reference, ended.out))] }
}

/** Each house of the record was closed before the next one was opened. */
function closedBetween(room: Room): boolean {
  const doors = journal(room.home).filter(({ type }) => type === 'house.opened' || type === 'house.closed')
  return doors.every(({ type }, at) => (type === 'house.opened') === (at % 2 === 0))
}

/** Several begin at the same moment: one works, the others speak to it or say that they may not. */
export function* crowds(count: number): Generator<Try> {
  for (let round = 1; round <= count; round++) {
    yield { name: `round ${round}`, run: (room, reference) => crowd(room, reference, 2 + (round % 2)) }
  }
}

async function crowd(room: Room, reference: Reference, many: number): Promise<Tried> {
  room.begin()
  const commands = Array.from({ length: many }, () => room.start(['run', plan, '--json']))
  const ended = await Promise.all(commands.map((one) => one.within(hangsMs)))
  const broken = ended.flatMap((one) =>
    works(one) || refuses(one) ? [] : [`one ended with ${one.code}: ${one.out} ${one.err}`],
  )
  if (!ended.some(works)) broken.push('nobody did the work')
  if (!closedBetween(room)) broken.push('a house was opened while another was open')
  return { killed: true, broken: [...broken, ...(await finished(room, reference))] }
}

const works = (one: Ended): boolean => [0, 4, 6].includes(one.code ?? -1) && one.out.includes('"results"')
/** The one that it spoke to may have come to its end in the middle of a word. */
const refuses = (one: Ended): boolean =>
  one.code === 6 && /"kind":"busy"/.test(one.out + one.err) && /held by|has gone/.test(one.out + one.err)

/** With few descriptors it says so and ends, or it works; with enough again it goes on from there. */
export function* fewDescriptors(): Generator<Try> {
  for (const most of [24, 28, 32, 36, 40, 48, 64]) {
    const run = async (room: Room, reference: Reference): Promise<Tried> => {
      room.begin()
      const command = room.start(['run', plan], {}, ['prlimit', `--nofile=${most}`])
      // It may wait for better times, which do not come here.
      const patience = setTimeout(() => command.process.kill('SIGKILL'), 20_000)
      const ended = await command.within(hangsMs)
      clearTimeout(patience)
      const broken: string[] = []
      if (ended.signal !== null && ended.signal !== 'SIGKILL') broken.push(`it was ended by ${ended.signal}`)
      const said = ended.out + ended.err
      if (
        ended.code !== 0 &&
        ended.signal === null &&
        !/EMFILE|too many open files|descriptor|held|unable to open/i.test(said)
      )
        broken.push(`with ${most} descriptors it ended with ${ended.code} and said no more than: ${said}`)
      if (/\n {4}at /.test(said)) broken.push(`it shows a person a stack: ${said}`)
      const left = await room.nothingLeft(leftAtMostMs)
      if (left !== undefined) broken.push(left)
      return { killed: ended.code !== 0, broken: [...broken, ...(await finished(room, reference))] }
    }
    yield { name: `${most} descriptors`, run }
  }
}
