// The record, entry by entry, over the event stream: what a reload leaves out is read by pages, so that nothing is missing.
import type { JournalPage } from '../api/journal/read.ts'
import type { Entry } from '../core/nouns/entry.ts'
import { Refused, refuse } from '../core/refusals.ts'
import type { Ask, EventStream, EventsOptions } from './events.ts'

const page = 1000

/** For ever. Throws what stands in the way of the first connection; later ones are waited for. */
export async function* followed(
  params: unknown,
  ask: Ask,
  streamOf: (options: EventsOptions) => EventStream,
): AsyncGenerator<Entry> {
  const { after = 0, stream } = (params ?? {}) as { after?: number; stream?: string }
  const of = stream === undefined ? {} : { stream }
  let at = after
  let record: string | undefined
  for await (const told of streamOf({ after, ...of, firstOrNever: true })) {
    if (told.kind === 'hello') record ??= told.record
    else if (told.kind === 'facts') {
      for (const entry of told.entries) {
        at = entry.seq
        yield entry
      }
    } else if (told.kind === 'reload') {
      if (record !== undefined && told.record !== record) throw another()
      for await (const entry of between(ask, at, told.head, of)) {
        at = entry.seq
        yield entry
      }
      at = told.head
    }
  }
}

async function* between(ask: Ask, from: number, until: number, of: { stream?: string }): AsyncGenerator<Entry> {
  for (let after = from; after < until; ) {
    const { entries } = (await ask('journal/read', { after, limit: page, ...of })) as JournalPage
    for (const entry of entries) if (entry.seq <= until) yield entry
    const last = entries.at(-1)
    if (last === undefined || entries.length < page) return
    after = last.seq
  }
}

function another(): Refused {
  const why = 'the record is another one now, and positions in one mean nothing in the other'
  return new Refused(refuse('conflict', 'journal/follow', why, 'follow again, from the beginning'))
}
