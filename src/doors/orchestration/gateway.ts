// Everybody who listens at /orchestration: one follower of the journal says that something happened, and each is told what that changed.
import type { Caller } from '../../api/method.ts'
import { sumsOf } from '../../core/counts.ts'
import type { House } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { wish } from '../../core/wishes.ts'
import { Intake } from '../feed/intake.ts'
import { Outlet, type Plug } from '../feed/outlet.ts'
import { Watch } from '../feed/watch.ts'
import { Listener } from './listener.ts'
import { frame } from './messages.ts'

export interface GatewayLimits {
  readonly mostListeners: number
  readonly mostSubscriptions: number
  /** Between two rounds of telling: what changes meanwhile is told once. */
  readonly restMs: number
  readonly pingMs: number
  /** Whoever takes nothing for so long is cut. */
  readonly stallMs: number
  readonly graceMs: number
  /** So often a folder that somebody listens to is said to be seen. */
  readonly sightMs: number
}

export const gatewayLimits: GatewayLimits = {
  mostListeners: 1000,
  mostSubscriptions: 256,
  restMs: 20,
  pingMs: 15_000,
  stallMs: 30_000,
  graceMs: 5000,
  sightMs: 3_600_000,
}

/** Beside the ways of a plug: how to hold off what it says, and how to ask whether it is there. */
export interface Ears extends Plug {
  reading(on: boolean): void
  ping(): void
}

interface Guest {
  readonly listener: Listener
  readonly caller: Caller
  readonly ears: Ears
}

export class Gateway {
  readonly limits: GatewayLimits
  readonly #house: House
  readonly #clock: Clock
  readonly #guests = new Set<Guest>()
  readonly #watch: Watch
  #intake: Intake | undefined
  /** Of the opening that is wanted now: one that was given up meanwhile is not gone on with. */
  #opening = 0
  #due = false
  #restUntil = 0
  #calmSight = (): void => undefined

  constructor(house: House, clock: Clock, limits: Partial<GatewayLimits> = {}) {
    this.limits = { ...gatewayLimits, ...limits }
    this.#house = house
    this.#clock = clock
    const { pingMs: beatMs, stallMs } = this.limits
    this.#watch = new Watch(
      clock,
      { beatMs, stallMs },
      () => this.#ping(),
      () => this.#look(),
    )
  }

  /** Throws `Refused` when this caller cannot be served. */
  seat(caller: Caller | undefined): Caller {
    const no = (why: string, remedy: string) => new Refused(refuse('auth', '/orchestration', why, remedy))
    if (caller === undefined) throw no('nobody is signed in', 'send a key; docs/server.md shows how')
    if (!caller.may.has('read')) throw no('it needs the right "read"', 'use a key that has it')
    if (caller.attempt !== undefined) throw no('this key is bound to one attempt', 'ask about your own step')
    const { mostListeners } = this.limits
    if (this.#guests.size < mostListeners) return caller
    const why = `${mostListeners} listeners are connected, and no more are served`
    throw new Refused(refuse('busy', '/orchestration', why, 'close what you no longer watch, or try again later'))
  }

  enter(caller: Caller, ears: Ears): Listener {
    const outlet = new Outlet(ears, this.#clock.monotonic())
    const listener = new Listener({
      outlet,
      state: this.#house.state,
      mostSubscriptions: this.limits.mostSubscriptions,
      seen: (path) => this.#seen(caller, path),
      reading: (on) => ears.reading(on),
    })
    const guest = { listener, caller, ears }
    this.#guests.add(guest)
    outlet.onGone(() => {
      this.#guests.delete(guest)
      if (this.#guests.size === 0) this.#rest()
    })
    if (this.#guests.size === 1) this.#open()
    return listener
  }

  /** The server closes. */
  leave(): void {
    for (const guest of [...this.#guests]) this.#part(guest, 'bye', 'the server closes')
  }

  #open(): void {
    this.#watch.start()
    this.#sight()
    const opening = ++this.#opening
    const head = this.#house.state.seq
    void this.#house.steady().then(() => {
      if (opening !== this.#opening || this.#guests.size === 0) return
      this.#intake = new Intake(this.#house.follow(head), {
        entry: () => this.#nudge(),
        over: () => {
          for (const guest of [...this.#guests]) this.#part(guest, 'bye', 'the record was closed')
        },
      })
    })
  }

  /** Nobody listens: nothing is followed. */
  #rest(): void {
    this.#opening += 1
    this.#intake?.stop()
    this.#intake = undefined
    this.#watch.stop()
    this.#calmSight()
  }

  #nudge(): void {
    if (this.#due) return
    this.#due = true
    const waitMs = this.#restUntil - this.#clock.monotonic()
    if (waitMs > 0) this.#clock.after(waitMs, () => this.#round())
    else setImmediate(() => this.#round())
  }

  #round(): void {
    this.#due = false
    this.#restUntil = this.#clock.monotonic() + this.limits.restMs
    const sums = sumsOf(this.#house.state)
    for (const { listener } of this.#guests) listener.tell(sums)
  }

  /** In the name of whoever listens; a house that writes nothing just now is told again later. */
  #seen({ name }: Caller, path: string): void {
    if (this.#house.readOnly === undefined) void this.#house.submit(wish('count.see', name, { path }))
  }

  #sight(): void {
    this.#calmSight = this.#clock.after(this.limits.sightMs, () => {
      for (const { listener, caller } of this.#guests) for (const path of listener.paths()) this.#seen(caller, path)
      this.#sight()
    })
  }

  #ping(): void {
    for (const { listener, ears } of this.#guests) if (listener.outlet.room) ears.ping()
  }

  #look(): void {
    const { stallMs } = this.limits
    const now = this.#clock.monotonic()
    const stalled = [...this.#guests].filter(({ listener }) => listener.outlet.stalled(now, stallMs))
    for (const guest of stalled) this.#part(guest, 'cut', `nothing was read for ${stallMs / 1000} s`)
  }

  #part({ listener: { outlet } }: Guest, event: 'cut' | 'bye', why: string): void {
    outlet.send(frame('error', { message: why }))
    outlet.end(event, why, (destroy) => this.#clock.after(this.limits.graceMs, destroy))
  }
}
