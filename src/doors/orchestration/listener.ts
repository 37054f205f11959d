// One connection at /orchestration: what it has subscribed to, and what it was told last, so that it hears changes only.
import { countedAs, countOf, type Sums, sumsOf } from '../../core/counts.ts'
import { pathTrouble } from '../../core/nouns/count.ts'
import type { State } from '../../core/state.ts'
import type { Outlet } from '../feed/outlet.ts'
import { frame, ofGlobal, ofWorkspace, readAsked } from './messages.ts'

export interface ListenerParts {
  readonly outlet: Outlet
  readonly state: State
  readonly mostSubscriptions: number
  /** Somebody listens to a folder. */
  seen(path: string): void
  /** While answers are not taken, questions are not read. */
  reading(on: boolean): void
}

interface Subscription {
  /** How the subscriber spelled it. */
  readonly said: string
  told: string
}

export class Listener {
  readonly outlet: Outlet
  readonly #parts: ListenerParts
  readonly #subscriptions = new Map<string, Subscription>()
  #told = ''

  constructor(parts: ListenerParts) {
    this.outlet = parts.outlet
    this.#parts = parts
    this.outlet.onRoom(() => {
      parts.reading(true)
      this.tell()
    })
    this.tell()
  }

  paths(): Iterable<string> {
    return this.#subscriptions.keys()
  }

  hear(text: string): void {
    const asked = readAsked(text)
    if (typeof asked === 'string') this.#say('error', { message: asked })
    else if (asked.event === 'subscribeProjects')
      this.#say('subscribedProjects', { projectNumbers: asked.projectNumbers })
    else this.#place(asked.event, asked.workspaceId)
    if (!this.outlet.room) this.#parts.reading(false)
  }

  /** Everything that is not as it was told last. What finds no room now is told, as it is then, when there is some. */
  tell(sums: Sums = sumsOf(this.#parts.state)): void {
    if (!this.outlet.room) return
    const { running, desired } = sums
    const now = `${running} ${desired}`
    if (now !== this.#told) {
      this.#told = now
      this.outlet.send(ofGlobal(sums))
    }
    // Whoever was told goes to the end of the line, so that no folder is kept from its turn by the ones before it.
    for (const [path, subscription] of [...this.#subscriptions]) {
      if (!this.outlet.room) return
      this.#tellOf(path, subscription)
    }
  }

  #tellOf(path: string, subscription: Subscription): void {
    const count = countOf(this.#parts.state, path)
    const now = `${count.running} ${count.desired}`
    if (now === subscription.told) return
    subscription.told = now
    this.#subscriptions.delete(path)
    this.#subscriptions.set(path, subscription)
    this.outlet.send(ofWorkspace(subscription.said, count))
  }

  #place(event: 'subscribe' | 'unsubscribe', said: string): void {
    const path = countedAs(this.#parts.state, said)
    if (path === undefined) this.#say('error', { message: `workspaceId: ${pathTrouble(said).why}` })
    else if (event === 'subscribe') this.#subscribe(path, said)
    else {
      this.#subscriptions.delete(path)
      this.#say('unsubscribed', { workspaceId: said })
    }
  }

  #subscribe(path: string, said: string): void {
    const { mostSubscriptions, seen } = this.#parts
    if (!this.#subscriptions.has(path) && this.#subscriptions.size >= mostSubscriptions) {
      this.#say('error', { message: `${mostSubscriptions} folders are subscribed to already; unsubscribe from some` })
      return
    }
    seen(path)
    this.#say('subscribed', { workspaceId: said })
    const subscription = { said, told: '' }
    this.#subscriptions.set(path, subscription)
    this.#tellOf(path, subscription)
  }

  #say(event: string, data: unknown): void {
    this.outlet.send(frame(event, data))
  }
}
