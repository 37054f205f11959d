// The handoffs of an item or a workspace are held to the record: each there, unchanged, valid, and linked to the entry that left it.
import { z } from 'zod'
import { entryOf } from '../../core/handoffs/compose.ts'
import { inPath, recordRef } from '../../core/handoffs/place.ts'
import type { House } from '../../core/ports/house.ts'
import { type Repository, RepositoryTrouble } from '../../core/ports.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'
import { standing } from '../agent/standing.ts'
import { type Forgotten, noteForgotten } from '../item/forgotten.ts'
import { type Caller, reads } from '../method.ts'
import { itemId, path } from '../words.ts'
import { lettersOf } from './bytes.ts'
import { bytesAt, handoffIn, judge, type Standing } from './judge.ts'
import { known, noItem, owedIn } from './list.ts'
import { type HandoffLine, type Origin, readHandoffs } from './reading.ts'

export interface HandoffFinding {
  readonly standing: Exclude<Standing, 'whole'>
  readonly path: string
  readonly why: string
  /** Absent of one that no entry names and that says nothing of itself. */
  readonly item?: string
  readonly of?: number
}

export interface HandoffsVerified {
  readonly seq: number
  readonly workspace: string
  readonly item?: string
  readonly ref: string
  /** The commit that it is at; absent while there is none. */
  readonly tip?: string
  /** Whether this workspace keeps handoffs at all. */
  readonly recorded: boolean
  readonly whole: boolean
  readonly counts: Readonly<Record<Standing, number>>
  /** Not written yet. */
  readonly owed: number
  /** Attempts that left one, of which what was said was removed since: links to it lead nowhere, and that is no fault. */
  readonly forgotten: readonly string[]
  readonly found: readonly HandoffFinding[]
  /** How many more findings there are; they are in `counts`. */
  readonly more: number
}

export const handoffVerify = reads({
  name: 'handoff/verify',
  needs: 'read',
  caption:
    'Holds the handoffs of an item or a workspace to the record: missing, changed, invalid and foreign ones are named.',
  params: z.strictObject({
    item: itemId.optional(),
    workspace: path.optional(),
    limit: z.int().min(1).max(5000).default(200),
  }),
  read: async (house: House, { item, workspace, limit }, caller): Promise<HandoffsVerified | Refusal> => {
    const at = await placeOf(house, item, workspace, caller)
    return typeof at === 'string' ? verify(house, item, at, limit) : at
  },
})

async function placeOf(
  house: House,
  item: string | undefined,
  workspace: string | undefined,
  caller: Caller,
): Promise<string | Refusal> {
  if (item !== undefined) {
    if (!known(house.state, item)) return noItem(item)
    return (house.state.items.get(item) ?? house.state.closed.get(item))?.workspace ?? ''
  }
  const found = await standing(house, workspace, caller)
  if (found !== undefined && house.state.workspaces.has(found)) return found
  const what = found === undefined ? 'workspace' : `workspace ${quoted(found)}`
  return refuse(
    'not-found',
    what,
    'Baton does not work for it',
    'name an item, or a repository that was set up with baton init',
  )
}

async function verify(
  house: House,
  item: string | undefined,
  workspace: string,
  limit: number,
): Promise<HandoffsVerified> {
  const { state } = house
  const within = (id: string) => (state.items.get(id) ?? state.closed.get(id))?.workspace === workspace
  const lines: HandoffLine[] = []
  const origins = new Map<number, Origin>()
  const forgotten = new Map<string, Forgotten>()
  const seq = await readHandoffs(house, item, {
    entry: (entry) => noteForgotten(forgotten, entry),
    line: (line) => void (within(line.item) && lines.push(line)),
    origin: (of, origin) => void (within(origin.item) && origins.set(of, origin)),
  })
  const repository = house.repository(workspace)
  const tip = await repository.tip(recordRef)
  const counts: Record<Standing, number> = { whole: 0, missing: 0, changed: 0, invalid: 0, foreign: 0 }
  const found: HandoffFinding[] = []
  const note = (finding: HandoffFinding) => {
    counts[finding.standing] += 1
    if (found.length < limit) found.push(finding)
  }
  for (const line of lines) {
    const { standing: is, why } = await judge(repository, tip, line, origins.get(line.of))
    if (is === 'whole') counts.whole += 1
    else note({ standing: is, path: line.path, why, item: line.item, of: line.of })
  }
  const owed = owedIn(state, item).filter((one) => within(one.item))
  const named = new Set(lines.map((line) => line.path))
  const due = new Set(owed.map((one) => one.of))
  if (tip !== null) for await (const one of foreign(repository, tip, item, named, due)) note(one)
  const wrong = counts.missing + counts.changed + counts.invalid + counts.foreign
  return {
    seq,
    workspace,
    ...(item === undefined ? {} : { item }),
    ref: recordRef,
    ...(tip === null ? {} : { tip }),
    recorded: state.workspaces.get(workspace)?.recorded === true,
    whole: wrong === 0,
    counts,
    owed: owed.length,
    forgotten: [...new Set(lines.flatMap(({ attempt = '' }) => (forgotten.has(attempt) ? [attempt] : [])))],
    found,
    more: wrong - found.length,
  }
}

/** No handoff is longer, so nothing longer is read as one. */
const bytesAtMost = 400_000
/** So many strangers are asked what they say of themselves; beyond, they are only named. */
const mostRead = 2000

/** A sentence where nothing can be listed: whoever may push may have put anything there. */
async function filesAt(repository: Repository, tip: string): Promise<readonly { path: string }[] | string> {
  try {
    return await repository.list(tip)
  } catch (error) {
    if (!(error instanceof RepositoryTrouble)) throw error
    if (error.kind === 'missing') return 'the ref names no commit'
    if (error.kind === 'too-large' || error.kind === 'timeout') return 'more files lie there than can be listed'
    throw error
  }
}

/** Files that no entry names. One of an entry whose handoff is owed is about to be named. */
async function* foreign(
  repository: Repository,
  tip: string,
  item: string | undefined,
  named: ReadonlySet<string>,
  due: ReadonlySet<number>,
): AsyncIterable<HandoffFinding> {
  const why = 'no entry of the record names it'
  const files = await filesAt(repository, tip)
  let read = 0
  if (typeof files === 'string') yield { standing: 'foreign', path: recordRef, why: files }
  for (const { path } of typeof files === 'string' ? [] : files) {
    if (named.has(path) || (item !== undefined && !path.includes(`-${inPath(item)}-`))) continue
    const bytes = path.startsWith('handoff/') && read++ < mostRead ? await bytesAt(repository, tip, path) : undefined
    const handoff = bytes === undefined || bytes.length > bytesAtMost ? undefined : handoffIn(lettersOf(bytes))
    const of = handoff === undefined ? undefined : entryOf(handoff)
    if (of !== undefined && due.has(of)) continue
    // What says nothing of itself is nobody's, and is found when the whole workspace is looked at.
    if (item !== undefined && handoff?.workItemId !== item) continue
    yield { standing: 'foreign', path, why, ...(handoff === undefined ? {} : { item: handoff.workItemId }) }
  }
}
