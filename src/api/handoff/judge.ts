// Holds one handoff on the record's ref to what the journal says of it.
import type { Handoff } from '../../core/handoffs/artifact.ts'
import { entryOf } from '../../core/handoffs/compose.ts'
import { isUnreadable } from '../../core/handoffs/place.ts'
import { isHandoff, readHandoff } from '../../core/handoffs/schema.ts'
import type { Repository } from '../../core/ports.ts'
import { digestOf, lettersOf } from './bytes.ts'
import { type HandoffLine, mayLeave, type Origin } from './reading.ts'

/** changed: other bytes than were recorded. invalid: as recorded, but not what a handoff of that entry must be. foreign: no entry names it. */
export const standings = ['whole', 'missing', 'changed', 'invalid', 'foreign'] as const
export type Standing = (typeof standings)[number]

export interface Judged {
  readonly standing: Standing
  /** A sentence; empty when it is whole. */
  readonly why: string
  /** What it says, when it can be read and is valid. */
  readonly handoff?: Handoff
}

/** `tip`: where the ref is; null while there is none. `origin`: the entry that it was written for, as far as that was found. */
export async function judge(
  repository: Repository,
  tip: string | null,
  line: HandoffLine,
  origin: Origin | undefined,
): Promise<Judged> {
  const bytes = await bytesAt(repository, tip, line.path)
  if (bytes === undefined)
    return { standing: 'missing', why: tip === null ? 'the ref is gone' : 'it is not at the tip' }
  if ((await digestOf(bytes)) !== line.digest)
    return { standing: 'changed', why: 'its bytes are not those that the record names' }
  const said = readHandoff(lettersOf(bytes))
  if (!isHandoff(said)) return { standing: 'invalid', why: said.slice(0, 3).join('; ') }
  const handoff = known(said)
  const wrong = mismatch(handoff, line, origin)
  return wrong === undefined ? { standing: 'whole', why: '', handoff } : { standing: 'invalid', why: wrong, handoff }
}

/** Undefined when it is not there, or is nothing that could be read. */
export async function bytesAt(
  repository: Repository,
  tip: string | null,
  path: string,
): Promise<Uint8Array | undefined> {
  if (tip === null) return undefined
  try {
    return (await repository.readFile(tip, path)) ?? undefined
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}

/** What letters say, when that is a handoff. */
export function handoffIn(letters: string): Handoff | undefined {
  const said = readHandoff(letters)
  return isHandoff(said) ? known(said) : undefined
}

/** The schema lets a file say more; only what it names is given on. */
function known(said: Handoff): Handoff {
  const { schemaVersion, workItemId, eventType, attemptId, timestamp, actor, outcome, nextAction } = said
  const workflow = { name: said.workflow.name, version: said.workflow.version }
  const step = { key: said.step.key, order: said.step.order }
  const rest = { timestamp, actor, outcome, nextAction, baselineIntegration: said.baselineIntegration }
  return { schemaVersion, workItemId, workflow, step, eventType, attemptId, ...rest, links: [...said.links] }
}

function mismatch(handoff: Handoff, line: HandoffLine, origin: Origin | undefined): string | undefined {
  const of = entryOf(handoff)
  if (of === undefined) return 'it links to no entry of the journal'
  if (of !== line.of) return `it links to entry ${of}, and the record names it for entry ${line.of}`
  if (origin === undefined || origin.item !== line.item)
    return `entry ${of}, which it links to, is none of ${line.item}`
  if (handoff.workItemId !== line.item) return `it is about another item than ${line.item}`
  if (handoff.eventType !== line.event) return `it tells of another event than ${line.event}`
  if (!mayLeave(origin.type, line.event)) return `entry ${of} is ${origin.type}, which leaves no ${line.event}`
  if (line.attempt !== undefined && handoff.attemptId !== line.attempt) return `it is not about ${line.attempt}`
  return undefined
}
