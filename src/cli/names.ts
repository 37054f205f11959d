// Turns what a person calls a thing into the id it has.
import type { Found, NameKind } from '../api/name/find.ts'
import type { Facts } from '../core/facts.ts'
import { Refused, refuse } from '../core/refusals.ts'
import type { Connection } from './world.ts'

export function find(house: Connection, name: string, kinds: readonly NameKind[], at?: number): Promise<Found> {
  const then = at === undefined ? {} : { at }
  return house.call('name/find', { name, kinds: [...kinds], workspace: house.folder, ...then })
}

/** Of an item, also of one that is over. */
export async function anyItem(house: Connection, name: string): Promise<string> {
  return (await find(house, name, ['item', 'closed'])).id
}

export async function idOf(house: Connection, name: string, kind: NameKind, at?: number): Promise<string> {
  return (await find(house, name, [kind], at)).id
}

/** An attempt, or the newest at a step; also of an item that is over, when the item is named. */
export async function anyAttempt(house: Connection, name: string): Promise<string> {
  const [item = '', key, number] = name.split('/')
  const whose = key === undefined ? undefined : await find(house, item, ['item', 'closed'])
  if (whose === undefined) return idOf(house, name, 'attempt')
  const step = `${whose.id}/${key}`
  if (whose.kind === 'closed') return number === undefined ? newestOf(house, whose.id, step) : `${step}/${number}`
  return idOf(house, name, 'attempt').catch((no: unknown) => {
    // Its item may have been open before: the record has what was tried then, and no short name finds it.
    if (number === undefined) throw no
    return `${step}/${number}`
  })
}

async function newestOf(house: Connection, item: string, step: string): Promise<string> {
  let newest: string | undefined
  for (let after = 0; ; ) {
    const { entries } = await house.call('journal/read', { after, limit: 1000, stream: item })
    for (const { type, data } of entries) {
      const said = data as Partial<Facts['attempt.started']>
      if (type === 'attempt.started' && said.step?.toLowerCase() === step.toLowerCase()) newest = said.attempt
    }
    after = entries.at(-1)?.seq ?? 0
    if (entries.length === 0) break
  }
  if (newest !== undefined) return newest
  throw new Refused(
    refuse('not-found', `step ${step}`, 'nothing was tried at it', `baton status ${item} lists its steps`),
  )
}
