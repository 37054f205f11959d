// What a connection hears of the event feed: each subscription is a reader of its own, told by notices that carry its number.
import { z } from 'zod'
import type { Caller } from '../../api/method.ts'
import { writeNotice } from '../../api/rpc.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Feed } from '../feed/feed.ts'
import { readWanted } from '../feed/opening.ts'
import type { Outlet } from '../feed/outlet.ts'
import type { Reader, Tongue } from '../feed/reader.ts'
import { textFrame } from './frame.ts'

const asked = z.strictObject({
  after: z.unknown().optional(),
  last: z.unknown().optional(),
  stream: z.unknown().optional(),
  transcripts: z.unknown().optional(),
})

export interface Subscribed {
  readonly record: string
  readonly head: number
  begin(): void
}

export class Subscriptions {
  readonly #feed: Feed
  readonly #outlet: Outlet
  readonly #caller: Caller
  readonly #readers = new Map<number, Reader>()

  constructor(feed: Feed, outlet: Outlet, caller: Caller) {
    this.#feed = feed
    this.#outlet = outlet
    this.#caller = caller
  }

  get size(): number {
    return this.#readers.size
  }

  async open(id: number, params: unknown): Promise<Subscribed> {
    const parsed = asked.safeParse(params)
    if (!parsed.success) {
      const why = parsed.error.issues[0]?.message ?? 'its parameters do not fit'
      throw new Refused(refuse('invalid', 'events/subscribe', why, 'it takes after, last, stream and transcripts'))
    }
    const { reader, record, head, begin } = await this.#feed.enter(
      this.#outlet,
      tongueOf(id),
      this.#caller,
      readWanted(parsed.data),
    )
    this.#readers.set(id, reader)
    return { record, head, begin }
  }

  /** False when there is none. */
  close(id: number): boolean {
    const reader = this.#readers.get(id)
    if (reader === undefined) return false
    this.#readers.delete(id)
    this.#feed.drop(reader)
    return true
  }
}

/** Most connections have one subscription, the first: they are all told by the same bytes. */
function tongueOf(subscription: number): Tongue {
  return {
    kind: `rpc ${subscription}`,
    frame: (event, json, id) => {
      const lead = `{"subscription":${subscription}${id === undefined ? '' : `,"id":${JSON.stringify(id)}`},`
      const rest = event === 'facts' ? `"entries":${json}}` : json.slice(1)
      return textFrame(writeNotice(`events/${event}`, lead + rest))
    },
  }
}
