// One try: kill at a place, see that nothing is left alive, go on until the plan is complete, and hold the end against every promise.
import { spawnSync } from 'node:child_process'
import { git, plan } from './project.ts'
import { brokenPromises, donePromises, journal, landedTree } from './promises.ts'
import type { Room } from './room.ts'

const namespaces = spawnSync('unshare', ['--user', '--map-root-user', '--pid', '--fork', 'true']).status === 0
/** With namespaces the kernel ends everything with the first process; without, Baton's spawner has to. */
export const leftAtMostMs = namespaces ? 1_000 : 5_000
const hangsMs = 180_000

export interface Reference {
  readonly base: string
  readonly tree: string
  /** How long it took, beside as many others as the tries are. */
  readonly ms: number
}

/** The run that nobody disturbs; every other must end like it. */
export async function undisturbed(room: Room): Promise<Reference> {
  room.begin()
  const began = performance.now()
  const wrong = await room.complete()
  const ms = performance.now() - began
  if (wrong !== undefined) throw new Error(`The undisturbed run does not complete: ${wrong}`)
  const reference = { base: git(room.repository, 'rev-parse', 'main'), tree: landedTree(room), ms }
  const broken = await brokenPromises(room, reference.base, reference.tree)
  if (broken.length > 0) throw new Error(`The undisturbed run breaks its promises: ${broken.join('; ')}`)
  return reference
}

export interface Tried {
  /** Whether the place was reached at all: a sweep that reaches none proves nothing. */
  readonly killed: boolean
  readonly broken: readonly string[]
}

export interface KillOrder {
  readonly words?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly before?: readonly string[]
  /** What is done to the running program, and whether it came to that; without it, it is killed by what `env` or `before` say. */
  readonly disturb?: (pid: number, ended: () => boolean) => Promise<boolean>
}

/** Starts, disturbs, and waits for the end, however that is. */
export async function tryOnce(room: Room, reference: Reference, order: KillOrder): Promise<Tried> {
  const command = room.start(order.words ?? ['run', plan], order.env, order.before)
  let over = false
  void command.ended.finally(() => {
    over = true
  })
  const disturbed = (await order.disturb?.(command.pid, () => over)) === true
  const ended = await command.within(hangsMs)
  const killed = disturbed || ended.signal === 'SIGKILL' || ended.code === 137
  const left = await room.nothingLeft(leftAtMostMs)
  const broken = [...(left === undefined ? [] : [left]), ...donePromises(room, ended.out)]
  return { killed, broken: [...broken, ...(await finished(room, reference, ended.out))] }
}

export async function finished(room: Room, reference: Reference, shown = ''): Promise<string[]> {
  const wrong = await room.complete()
  if (wrong !== undefined) return [wrong]
  const broken = await brokenPromises(room, reference.base, reference.tree, shown)
  const left = await room.nothingLeft(5_000)
  return left === undefined ? broken : [...broken, left]
}

/** The last facts, for whoever has to find out why. */
export function story(room: Room, most = 14): string {
  try {
    const lines = journal(room.home).map(
      ({ seq, type, data }) => `${seq} ${type} ${JSON.stringify(data).slice(0, 110)}`,
    )
    return lines.slice(-most).join('\n')
  } catch (error) {
    return `the journal cannot be read: ${error instanceof Error ? error.message : error}`
  }
}
