// What those before a step have handed on: read from the record, or from the state while it is not written yet; or what is missing.
import { hash } from 'node:crypto'
import type { Owed } from '../../core/handoffs/artifact.ts'
import { handedOn, handoffOf } from '../../core/handoffs/compose.ts'
import { recordRef } from '../../core/handoffs/place.ts'
import { isHandoff, readHandoff } from '../../core/handoffs/schema.ts'
import type { Attempt } from '../../core/nouns/attempt.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { Step } from '../../core/nouns/step.ts'
import { comesAfter } from '../../core/schedule/index.ts'
import { latest } from '../../core/state.ts'
import { isWant } from '../work/patience.ts'
import { messageOf, type Shop } from '../work/shop.ts'

/** One line by the index of the step it comes from. */
export type Handed = ReadonlyMap<number, string>

const none: Handed = new Map()

/** A sentence when one that was written cannot be read as it was sealed: then nobody goes on from it. */
export async function handedTo(shop: Shop, item: Item, step: Step): Promise<Handed | string> {
  if (shop.workspace(item).recorded !== true) return none
  const handed = new Map<number, string>()
  let tip: string | null | undefined
  for (const index of comesAfter(item, step)) {
    const before = item.steps[index]
    const attempt = before?.phase === 'done' ? latest(before) : undefined
    if (attempt === undefined) continue
    const owed = item.owes.findLast((one) => one.attempt === attempt.id)
    if (owed !== undefined) handed.set(index, fromState(shop, item, owed))
    if (attempt.handoff === undefined) continue
    tip ??= await shop.repository(item).tip(recordRef)
    const read = await fromRecord(shop, item, tip, attempt.handoff)
    if (read.missing !== undefined && step.waived !== true) return read.missing
    if (owed === undefined) handed.set(index, read.said ?? 'gone; a person let the work go on without it')
  }
  return handed
}

function fromState(shop: Shop, item: Item, owed: Owed): string {
  return handedOn(handoffOf(shop.state, item, owed))
}

type Read =
  | { readonly said: string; readonly missing?: undefined }
  | { readonly said?: undefined; readonly missing: string }

async function fromRecord(
  shop: Shop,
  item: Item,
  tip: string | null,
  { path, digest }: NonNullable<Attempt['handoff']>,
): Promise<Read> {
  const missing = (what: string): Read => ({ missing: `${path} on ${recordRef} ${what}.` })
  if (tip === null) return missing('is missing: the ref is not there')
  try {
    const bytes = await shop.repository(item).readFile(tip, path)
    if (bytes === null) return missing('is missing')
    if (hash('sha256', bytes, 'hex') !== digest) return missing('is not what was sealed')
    const read = readHandoff(new TextDecoder().decode(bytes))
    return isHandoff(read) ? { said: handedOn(read) } : missing(`is no handoff: ${read.slice(0, 3).join('; ')}`)
  } catch (error) {
    if (isWant(error)) throw error
    return missing(`cannot be read: ${messageOf(error)}`)
  }
}
