// One connection of one client: its calls side by side, its streams as far as it reads.
import { type Call, firstCredit, largestFrame, readCall, type Wire } from '../../api/envelope.ts'
import type { AnyMethod, Caller } from '../../api/method.ts'
import { perform, refusalFrom, stream } from '../../api/perform.ts'
import { everything } from '../../api/scopes.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'

const mostCalls = 64

interface Stream {
  credit: number
  wake: () => void
  over: boolean
  source?: AsyncGenerator<unknown>
}

export class Guest {
  readonly #wire: Wire
  readonly #methods: readonly AnyMethod[]
  readonly #house: House
  readonly #name: string
  readonly #streams = new Map<number, Stream>()
  #calls = 0
  #room: (() => void) | undefined

  constructor(wire: Wire, methods: readonly AnyMethod[], house: House, name: string) {
    this.#wire = wire
    this.#methods = methods
    this.#house = house
    this.#name = name
  }

  /** Until the other side goes. More than a handful of calls at once wait unread. */
  async serve(): Promise<void> {
    for await (const text of this.#wire.frames) {
      const frame = readCall(text)
      if ('refusal' in frame) await this.#say({ id: frame.id, error: frame.refusal })
      else if ('cancel' in frame) this.#end(frame.cancel)
      else if ('pull' in frame) this.#pull(frame.pull, frame.count)
      else {
        if (this.#streams.size >= mostCalls) this.#end(Math.min(...this.#streams.keys()))
        while (this.#calls >= mostCalls) await new Promise<void>((resolve) => (this.#room = resolve))
        this.#calls += 1
        void this.#take(frame).finally(() => {
          this.#calls -= 1
          this.#room?.()
        })
      }
    }
  }

  /** Whoever may open the socket owns the home. */
  #caller({ folder }: Call): Caller {
    return { name: this.#name, folder, may: everything }
  }

  leave(): void {
    for (const id of [...this.#streams.keys()]) this.#end(id)
  }

  async #take(call: Call): Promise<void> {
    const method = this.#methods.find((one) => one.name === call.method)
    try {
      if (method === undefined) {
        const what = `method ${quoted(call.method)}`
        await this.#say({ id: call.id, error: refuse('not-found', what, 'there is none', 'see docs/api.md') })
      } else if (method.shape === 'follow' || method.shape === 'series') await this.#stream(method, call)
      else {
        const caller = this.#caller(call)
        const waits = (why: string): void =>
          void this.#say({ id: call.id, next: { waits: why } }).catch(() => undefined)
        const calm = this.#house.onWait?.(waits)
        const performed = await perform(method, this.#house, caller, call.params).finally(calm)
        await this.#say(
          performed.ok ? { id: call.id, result: performed.result ?? null } : { id: call.id, error: performed.refusal },
        )
      }
    } catch {
      // The guest has gone while it was being answered: there is nobody left to tell.
      this.leave()
    }
  }

  async #stream(method: AnyMethod, call: Call): Promise<void> {
    if (this.#streams.has(call.id)) {
      return this.#say({ id: call.id, error: refuse('conflict', `call ${call.id}`, 'its id is in use', 'use another') })
    }
    const source = stream(method, this.#house, this.#caller(call), call.params)
    const one: Stream = { credit: firstCredit, wake: () => undefined, over: false, source }
    this.#streams.set(call.id, one)
    try {
      for await (const value of source) {
        if (one.over) break
        await this.#say({ id: call.id, next: value })
        one.credit -= 1
        while (one.credit <= 0 && !one.over) await new Promise<void>((resolve) => (one.wake = resolve))
        if (one.over) break
      }
      if (!one.over) await this.#say({ id: call.id, end: true })
    } catch (error) {
      if (!one.over) await this.#say({ id: call.id, error: refusalFrom(error, method.name) })
    } finally {
      this.#streams.delete(call.id)
    }
  }

  #pull(id: number, count: number): void {
    const one = this.#streams.get(id)
    if (one === undefined) return
    one.credit = Math.min(firstCredit, one.credit + count)
    one.wake()
  }

  /** A stream that waits for the next entry is woken by ending its source. */
  #end(id: number): void {
    const one = this.#streams.get(id)
    if (one === undefined) return
    one.over = true
    one.wake()
    this.#streams.delete(id)
    void one.source?.return(undefined).catch(() => undefined)
  }

  async #say(frame: { id: number; result?: unknown; error?: Refusal; next?: unknown; end?: true }): Promise<void> {
    const text = JSON.stringify(frame)
    if (text.length * 3 <= largestFrame || Buffer.byteLength(text) <= largestFrame) return this.#wire.send(text)
    const why = `the answer is larger than ${largestFrame / 1024 / 1024} MiB`
    return this.#wire.send(
      JSON.stringify({ id: frame.id, error: refuse('invalid', 'answer', why, 'ask for less at a time') }),
    )
  }
}
