// The agents of a simulated world: real enough to outlive their house, be swept, hang, die and say things twice.
import type { Outcome } from '../../src/core/nouns/attempt.ts'
import { nothingUsed } from '../../src/core/nouns/attempt.ts'
import type { Assignment, Executor, Report, Run } from '../../src/core/ports.ts'
import { scriptedExecutor } from '../../src/executors/scripted.ts'
import type { Life } from './life.ts'
import { partFor } from './parts.ts'
import type { World } from './world.ts'

/** What a part says to make its agent die on the spot. */
export const dies = '\u0001dies'

export class Agent implements Run {
  readonly reports: AsyncIterable<Report>
  readonly life: Life
  readonly assignment: Assignment
  readonly startedAt: number
  alive = true
  readonly #world: World
  readonly #inner: Run
  readonly #queue: Report[] = []
  #wake: (() => void) | undefined
  #ended = false
  #finished: (() => void)[] = []

  constructor(world: World, life: Life, assignment: Assignment, executor: Executor) {
    this.#world = world
    this.life = life
    this.assignment = assignment
    this.startedAt = world.clock.monotonic()
    this.reports = this.#read()
    this.#inner = executor.start(assignment)
    void this.#pump()
    world.clock.after(assignment.timeoutMs, () => this.end('timeout', 'its time ran out'))
  }

  answer(): void {}

  stop(why: string): Promise<void> {
    if (!this.alive) return Promise.resolve()
    const grace = this.#world.chance.is(0.5) ? 0 : this.#world.chance.from(1, 3000)
    this.#world.clock.after(grace, () => {
      void this.#inner.stop(why)
      this.#world.clock.after(5000, () => this.end('crashed', 'it was killed, as it did not stop'))
    })
    return new Promise((resolve) => {
      this.#finished.push(resolve)
    })
  }

  /** Ends the process at once; its house, if it still lives, is told. */
  end(reason: 'timeout' | 'crashed', why: string): void {
    if (!this.alive) return
    this.#gone()
    this.#tell({ kind: 'failed', reason, why })
  }

  #tell(outcome: Outcome): void {
    if (this.#ended) return
    this.#push({ kind: 'ended', outcome, used: nothingUsed })
    this.#ended = true
  }

  #gone(): void {
    this.alive = false
    void this.#inner.stop('gone')
    for (const done of this.#finished.splice(0)) done()
  }

  async #pump(): Promise<void> {
    for await (const report of this.#inner.reports) {
      if (!this.alive) continue
      if (report.kind === 'said' && report.text.includes(dies)) this.end('crashed', 'it died')
      else if (report.kind === 'ended') {
        this.#gone()
        this.#tell(report.outcome)
      } else this.#push(report)
    }
  }

  #push(report: Report): void {
    if (this.#ended) return
    this.#queue.push(report)
    this.#wake?.()
  }

  async *#read(): AsyncGenerator<Report, void, undefined> {
    for (;;) {
      const report = this.#queue.shift()
      if (report !== undefined) {
        await this.life.guard('report', async () => undefined)
        yield report
        if (report.kind === 'ended') return
      } else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }
}

export class Agents {
  readonly #world: World
  readonly #all: Agent[] = []
  readonly #inner: Executor

  constructor(world: World) {
    this.#world = world
    this.#inner = scriptedExecutor({
      part: (assignment, number) => partFor(world, assignment, number),
      clock: world.clock,
      write: async (folder, path, content) => {
        const agent = this.#all.find((one) => one.alive && one.assignment.folder === folder)
        if (agent !== undefined && world.folders.has(folder.slice('/clones/'.length)))
          await world.folders.write(folder, path, content)
      },
    })
  }

  executor(life: Life): Executor {
    return {
      name: 'scripted',
      start: (assignment) => {
        if (!life.alive) return silent
        this.#world.witness.starts(life, assignment, this.alive())
        const agent = new Agent(this.#world, life, assignment, this.#inner)
        this.#all.push(agent)
        life.site('after start')
        return agent
      },
    }
  }

  alive(): readonly Agent[] {
    return this.#all.filter((one) => one.alive)
  }

  /** What the spawner does for a house that takes over: ends what carries the marker. */
  sweep(attempt?: string): number {
    const found = this.alive().filter((one) => attempt === undefined || one.assignment.attempt === attempt)
    for (const one of found) one.end('crashed', 'it was swept')
    return found.length
  }

  /** The house of these has died: most die with it, some live on for a while. */
  orphan(life: Life): void {
    for (const one of this.alive())
      if (one.life === life && !this.#world.chance.is(this.#world.plot.knobs.orphans)) one.end('crashed', 'orphaned')
  }

  get finished(): readonly Agent[] {
    return this.#all.filter((one) => !one.alive)
  }
}

const silent: Run = {
  reports: {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
  },
  answer: () => {},
  stop: async () => {},
}
