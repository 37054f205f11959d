// One handoff, by its path or as the newest of an attempt or a step: what it says, and whether it is still what the record names.
import { z } from 'zod'
import type { Handoff } from '../../core/handoffs/artifact.ts'
import { inPath, recordRef } from '../../core/handoffs/place.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import type { State } from '../../core/state.ts'
import { type Forgotten, forgottenOf } from '../item/forgotten.ts'
import { reads } from '../method.ts'
import { anyName } from '../words.ts'
import { handoffIn, judge, type Standing } from './judge.ts'
import { type HandoffLine, type Origin, readHandoffs } from './reading.ts'

export interface HandoffView extends HandoffLine {
  readonly workspace: string
  readonly ref: string
  readonly standing: Standing
  readonly why: string
  /** What was said in the attempt that it is of, and in its blobs, was removed for good. */
  readonly forgotten?: Forgotten
  /** What it says; of one that is missing or changed, what was recorded. */
  readonly handoff?: Handoff
}

export const handoffShow = reads({
  name: 'handoff/show',
  needs: 'read',
  caption: 'One handoff: what it says, and whether the file is still there as the record names it.',
  params: z.strictObject({ handoff: anyName }),
  read: async (house: House, { handoff }): Promise<HandoffView | Refusal> => {
    for (const item of candidates(house.state, handoff)) {
      const found = await find(house, item, handoff)
      if (found === undefined) continue
      const { line, origin } = found
      const workspace = (house.state.items.get(item) ?? house.state.closed.get(item))?.workspace ?? ''
      const repository = house.repository(workspace)
      const judged = await judge(repository, await repository.tip(recordRef), line, origin)
      const kept = judged.standing === 'whole' ? undefined : await recorded(house, line.digest)
      const forgotten = line.attempt === undefined ? undefined : (await forgottenOf(house, item)).get(line.attempt)
      const gone = forgotten === undefined ? {} : { forgotten }
      return {
        ...line,
        ...gone,
        workspace,
        ref: recordRef,
        ...judged,
        ...(kept === undefined ? {} : { handoff: kept }),
      }
    }
    const remedy = 'baton handoff list names those that were written, and what is owed'
    return refuse('not-found', `handoff ${handoff}`, 'the record names none of this path, attempt or step', remedy)
  },
})

/** The items that a path or an attempt can be of: its words are joined by dashes, so several may fit a path, the longest first. */
function candidates(state: State, handoff: string): string[] {
  const ids = [...state.items.keys(), ...state.closed.keys()]
  const fits = handoff.startsWith('handoff/')
    ? (id: string) => handoff.includes(`-${inPath(id)}-`)
    : (id: string) => handoff.startsWith(`${id}/`)
  return [...new Set(ids.filter(fits))].sort((a, b) => b.length - a.length)
}

async function find(
  house: House,
  item: string,
  handoff: string,
): Promise<{ line: HandoffLine; origin: Origin | undefined } | undefined> {
  const origins = new Map<number, Origin>()
  const lines: HandoffLine[] = []
  await readHandoffs(house, item, {
    line: (line) => {
      const of = line.attempt === handoff || line.attempt?.startsWith(`${handoff}/`) === true
      if (line.path === handoff || of) lines[0] = line
    },
    origin: (seq, origin) => origins.set(seq, origin),
  })
  const [line] = lines
  return line === undefined ? undefined : { line, origin: origins.get(line.of) }
}

/** What its blob says; undefined when that is gone, or was never a handoff. */
async function recorded(house: House, digest: string): Promise<Handoff | undefined> {
  const text = await house.words(digest)
  return text === undefined ? undefined : handoffIn(text)
}
