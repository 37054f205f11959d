// A clock that stands still until it is driven: timers are events in a queue, and chance decides between those of one moment.
import type { Clock } from '../../core/ports.ts'
import { Chance } from './chance.ts'

interface Event {
  readonly due: number
  readonly place: number
  readonly number: number
  readonly then: () => void
  gone: boolean
}

const begins = Date.UTC(2026, 0, 5, 8)

/** Of so many moments one lets the real world in too, so that whoever hosts the simulation is not starved. */
const breathesEvery = 256

/** Thrown when something is waited for and no event is left that could bring it about. */
export class StandsStill extends Error {
  constructor(what: string) {
    super(`${what}: nothing is left to happen, and it has not happened.`)
    this.name = 'StandsStill'
  }
}

/** Invariant: time moves only in `step`; between two events every promise that can settle has settled. */
export class VirtualClock implements Clock {
  readonly #chance: Chance
  readonly #queue: Event[] = []
  #elapsed = 0
  #skew = 0
  #frozenAt: number | undefined
  #number = 0
  #live = 0
  #moments = 0

  constructor(chance: Chance = new Chance(1)) {
    this.#chance = chance
  }

  now(): number {
    return this.#frozenAt ?? begins + this.#elapsed + this.#skew
  }

  monotonic(): number {
    return this.#elapsed
  }

  after(ms: number, then: () => void): () => void {
    const due = this.#elapsed + Math.max(0, Number.isFinite(ms) ? ms : 0)
    const event = { due, place: this.#chance.next(), number: this.#number++, then, gone: false }
    this.#live += 1
    push(this.#queue, event)
    return () => {
      if (!event.gone) this.#live -= 1
      event.gone = true
    }
  }

  chance(length: number): string {
    return this.#chance.word(length)
  }

  /** Runs `then` soon; a little time passes, so that whoever asks again and again cannot stop it. */
  readonly later = (then: () => void): void => {
    this.after(0.1, then)
  }

  /** Wall time jumps; timers do not notice, as real ones do not. */
  jump(ms: number): void {
    this.#skew += ms
    if (this.#frozenAt !== undefined) this.#frozenAt += ms
  }

  /** Wall time stands still, or goes on from where it stood. */
  freeze(on: boolean): void {
    if (on) this.#frozenAt ??= this.now()
    else if (this.#frozenAt !== undefined) {
      this.#skew = this.#frozenAt - begins - this.#elapsed
      this.#frozenAt = undefined
    }
  }

  /** Events that wait to happen. */
  get pending(): number {
    return this.#live
  }

  /**
   * Lets everything that waits for nothing but promises run to its end. A tick that was asked for while promises settle comes when none is
   * left; one that was asked for inside another tick would come before them, hence the first line.
   */
  async #settle(): Promise<void> {
    await undefined
    this.#moments += 1
    const soon = this.#moments % breathesEvery === 0 ? setImmediate : process.nextTick
    await new Promise<void>((resolve) => void soon(resolve))
  }

  /** Lets everything settle, then the next event happen; false when there is none. */
  async step(): Promise<boolean> {
    await this.#settle()
    for (let event = pop(this.#queue); event !== undefined; event = pop(this.#queue)) {
      if (event.gone) continue
      event.gone = true
      this.#live -= 1
      this.#elapsed = Math.max(this.#elapsed, event.due)
      event.then()
      return true
    }
    return false
  }

  /** Drives until the promise has settled, and gives what it gives. */
  async run<T>(promise: Promise<T>, what = 'What is waited for'): Promise<T> {
    let over = false
    const mark = (): void => {
      over = true
    }
    promise.then(mark, mark)
    await this.#settle()
    while (!over) {
      if (await this.step()) continue
      await this.#settle()
      if (!over) throw new StandsStill(what)
    }
    return promise
  }

  /** Drives until this much time has passed. */
  async pass(ms: number): Promise<void> {
    await this.run(new Promise<void>((resolve) => this.after(ms, resolve)))
  }
}

function earlier(a: Event, b: Event): boolean {
  if (a.due !== b.due) return a.due < b.due
  return a.place !== b.place ? a.place < b.place : a.number < b.number
}

function push(queue: Event[], event: Event): void {
  let at = queue.push(event) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!earlier(event, queue[parent] as Event)) break
    queue[at] = queue[parent] as Event
    at = parent
  }
  queue[at] = event
}

function pop(queue: Event[]): Event | undefined {
  const first = queue[0]
  const last = queue.pop()
  if (first === undefined || last === undefined || queue.length === 0) return first
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= queue.length) break
    if (child + 1 < queue.length && earlier(queue[child + 1] as Event, queue[child] as Event)) child += 1
    if (!earlier(queue[child] as Event, last)) break
    queue[at] = queue[child] as Event
    at = child
  }
  queue[at] = last
  return first
}
