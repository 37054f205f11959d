// Runs one command for a check: bounded in time, and of what it says the head and the tail are kept.
import type { CheckOrder, Child, Clock, Ended, Spawner, SpawnOrder } from '../core/ports.ts'
import { neutral } from '../core/text/neutral.ts'

export interface CheckerOptions {
  readonly spawner: Spawner
  /** What the machine gives every check: PATH and the like, from an allow-list. */
  readonly environment: Readonly<Record<string, string>>
  readonly clock?: Pick<Clock, 'after' | 'monotonic'>
}

export interface Ran {
  readonly ended: Ended | undefined
  readonly late: boolean
  /** Safe to show; what is left out in the middle is counted. */
  readonly evidence: string
  readonly ms: number
}

/** A marker of its own: when one check ends, whatever carries its marker ends too, and one commit may be rehearsed beside another. */
export function markerOf({ attempt, spec, commit, batch }: CheckOrder): string {
  return `${attempt}:${spec.name}:${commit}${batch === undefined ? '' : ':batch'}`
}

const edgeBytes = 16_384
const longestWait = 2 ** 31 - 1

export const realTime: Pick<Clock, 'after' | 'monotonic'> = {
  monotonic: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, Math.min(ms, longestWait))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Keeps the first and the last bytes of what passes by, whatever its length. */
class Edges {
  #head = Buffer.alloc(0)
  #tail = Buffer.alloc(0)
  #left = 0

  add(bytes: Uint8Array): void {
    const room = edgeBytes - this.#head.length
    if (room > 0) this.#head = Buffer.concat([this.#head, bytes.subarray(0, room)])
    const rest = bytes.subarray(Math.max(0, room))
    if (rest.length === 0) return
    const tail = Buffer.concat([this.#tail, rest.subarray(-edgeBytes)])
    this.#left += this.#tail.length + rest.length - Math.min(tail.length, edgeBytes)
    this.#tail = tail.subarray(-edgeBytes)
  }

  text(): string {
    const [head, tail] = [this.#head.toString('utf8'), this.#tail.toString('utf8')]
    if (this.#left === 0) return neutral(Buffer.concat([this.#head, this.#tail]).toString('utf8'))
    return `${neutral(head)}\n… ${this.#left} bytes left out …\n${neutral(tail)}`
  }
}

/** Throws what the spawner throws when nothing could be started: that is no fault of what is checked. */
export async function run(options: CheckerOptions, order: SpawnOrder, timeoutMs: number): Promise<Ran> {
  const clock = options.clock ?? realTime
  const began = clock.monotonic()
  const child: Child = await options.spawner.start(order)
  let late = false
  const calm = clock.after(timeoutMs, () => {
    late = true
    void child.stop().catch(() => undefined)
  })
  const edges = new Edges()
  for await (const { bytes } of child.output) edges.add(bytes)
  const ended = await child.ended
  calm()
  return { ended, late, evidence: edges.text(), ms: Math.round(clock.monotonic() - began) }
}
