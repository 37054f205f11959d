// Writes what the items of one workspace owe: each file's bytes as a blob, all files in one commit, then the facts that name them.
import { hash } from 'node:crypto'
import type { Handoff, Written } from '../../core/handoffs/artifact.ts'
import { entryOf, handoffOf, textOf } from '../../core/handoffs/compose.ts'
import { pathOf } from '../../core/handoffs/place.ts'
import { isHandoff, readHandoff } from '../../core/handoffs/schema.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { Answer } from '../../core/ports/house.ts'
import type { Clock, Repository, Store } from '../../core/ports.ts'
import type { State } from '../../core/state.ts'
import { type Wish, wish } from '../../core/wishes.ts'
import { type Paper, shelve } from './shelf.ts'

export interface RecordParts {
  readonly state: State
  readonly store: Store
  readonly clock: Clock
  repository(path: string): Repository
  submit(asked: Wish): Promise<Answer>
}

/** One file that is to be written: composed from the state as it is now. */
export interface Sheet {
  readonly item: string
  readonly of: number
  readonly handoff: Handoff
  readonly gate?: string
  readonly attempt?: string
}

const filesAtMost = 200

/** What is owed by the facts until `written`, by workspace: those that are closed come first. */
export function sheetsOf(state: State, workspace: string, written: number): Sheet[] {
  const sheets: Sheet[] = []
  for (const closed of state.closed.values())
    if (closed.workspace === workspace) for (const one of closed.owes) sheets.push({ item: closed.id, ...one })
  for (const item of state.items.values()) if (item.workspace === workspace) sheets.push(...ofItem(state, item))
  return sheets.filter((one) => one.of <= written).slice(0, filesAtMost)
}

function ofItem(state: State, item: Item): Sheet[] {
  const due = (item.due ?? []).map((one) => ({ item: item.id, ...one }))
  const owed = item.owes.map((one): Sheet => {
    const { of, gate, attempt } = one
    const about = { ...(gate === undefined ? {} : { gate }), ...(attempt === undefined ? {} : { attempt }) }
    return { item: item.id, of, handoff: handoffOf(state, item, one), ...about }
  })
  return [...due, ...owed]
}

/** Workspaces in which something is owed, without composing it. */
export function owing(state: State): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { workspace, owes } of state.closed.values()) if (owes.length > 0) found.add(workspace)
  for (const { workspace, owes, due } of state.items.values())
    if (owes.length > 0 || due !== undefined) found.add(workspace)
  return found
}

/** Throws when it cannot be written; then nothing is lost, and doing it again writes nothing twice. */
export async function writeSheets(parts: RecordParts, workspace: string, sheets: readonly Sheet[]): Promise<void> {
  const papers = sheets.map((sheet): Paper => {
    const bytes = new TextEncoder().encode(textOf(sheet.handoff))
    const keeps = async (there: Uint8Array) => isAbout(there, sheet) && (await isOurs(parts, there))
    return { path: pathOf(sheet.handoff, sheet.of), bytes, keeps }
  })
  // Before they lie where others may write: a later life knows them by it.
  for (const { bytes } of papers) await parts.store.put(bytes)
  const items = [...new Set(sheets.map(({ item }) => item))]
  const at = sheets.reduce((latest, { handoff }) => Math.max(latest, Date.parse(handoff.timestamp)), 0)
  const message = `Handoffs of ${items.join(', ').slice(0, 60)}: ${sheets.length}\n`
  const { commit, lie } = await shelve(parts.repository(workspace), { papers, at, message })
  const files = new Map<string, Written[]>(items.map((item) => [item, []]))
  for (const [index, bytes] of lie.entries()) {
    const [sheet, path] = [sheets[index] as Sheet, papers[index]?.path ?? '']
    files.get(sheet.item)?.push(writtenOf(sheet, path, await parts.store.put(bytes)))
  }
  for (const [item, written] of files) {
    const answer = await parts.submit(wish('handoff.write', 'baton', { item, commit, files: written }))
    if (!answer.ok) throw new Error(`${item}: ${answer.refusal.why}`)
  }
}

function writtenOf({ of, handoff, gate, attempt }: Sheet, path: string, digest: string): Written {
  const about = attempt ?? (handoff.attemptId === handoff.workItemId ? undefined : handoff.attemptId)
  return {
    of,
    event: handoff.eventType,
    path,
    digest,
    ...(about === undefined ? {} : { attempt: about }),
    ...(gate === undefined ? {} : { gate }),
  }
}

/** Whoever else may push could say anything in the name of an entry, for the next agent to read. */
async function isOurs({ store }: RecordParts, there: Uint8Array): Promise<boolean> {
  return (await store.get(hash('sha256', there, 'hex'))) !== undefined
}

/** What a life before this one put there before it could say so: taken as it is when it is about the same entry. */
function isAbout(there: Uint8Array, { of, handoff }: Sheet): boolean {
  const read = readHandoff(new TextDecoder().decode(there))
  if (!isHandoff(read) || entryOf(read) !== of) return false
  const about = ['workItemId', 'attemptId', 'eventType', 'timestamp', 'actor', 'outcome'] as const
  return about.every((name) => read[name] === handoff[name])
}
