// Somebody whom Baton does not run takes a step, to do it in a checkout of their own.
import { z } from 'zod'
import { isoOf } from '../../core/handoffs/compose.ts'
import { executorNamed } from '../../core/nouns/attempt.ts'
import type { HandedOn, House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { itemOf, latest, stepOf } from '../../core/state.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must } from '../replies.ts'
import { executorId, personName, stepId } from '../words.ts'

/** The claim record of document 004, with what is needed to begin. */
export interface Claimed {
  readonly schemaVersion: '1.0'
  readonly attemptId: string
  readonly workItemId: string
  readonly stepKey: string
  readonly claimedAt: string
  readonly executor: { readonly id: string; readonly displayName: string; readonly runId?: string }
  readonly status: 'running'
  /** Below it lies, once it has ended, the handoff of this attempt. */
  readonly artifactPath: string
  readonly previousAttemptId?: string
  /** The commit to work from, and the branch that the result will land on. */
  readonly base: string
  readonly branch: string
  /** What those before it have handed on. */
  readonly handed: readonly HandedOn[]
  readonly seq: number
}

export const stepClaim = deeds({
  name: 'step/claim',
  needs: 'run',
  caption: 'A step is claimed by somebody whom Baton does not run; whoever has it already gets the same record again.',
  params: z.strictObject({
    step: stepId,
    executor: executorId.optional(),
    displayName: personName.optional(),
    attempt: z.int().min(1).max(999_999).optional(),
    runId: personName.optional(),
  }),
  act: async (house: House, { step, executor, ...said }, caller: Caller): Promise<Claimed | Refusal> => {
    const free = stepOf(house.state, step)?.phase === 'waiting'
    const handed = (await house.handedTo?.(step)) ?? []
    if (typeof handed === 'string' && free)
      return refuse('conflict', `step ${step}`, handed, `baton handoff repair ${step.split('/')[0] ?? ''}`)
    const asked = { step, executor: executor ?? executorOf(caller), ...given(said) }
    const { facts } = await must(house, wish('step.claim', caller.name, asked))
    const gate = facts.find((entry) => entry.type === 'gate.opened')?.data as { gate: string; asks: string } | undefined
    if (gate !== undefined && !facts.some((entry) => entry.type === 'attempt.started'))
      return refuse('policy', `step ${step}`, gate.asks, `baton gate ${gate.gate} approve, then claim it`)
    return recordOf(house, step, typeof handed === 'string' ? [] : handed)
  },
})

function recordOf(house: House, id: string, handed: readonly HandedOn[]): Claimed | Refusal {
  const [item, step] = [itemOf(house.state, id), stepOf(house.state, id)]
  const attempt = step === undefined ? undefined : latest(step)
  if (item === undefined || step === undefined || attempt?.outside === undefined)
    return refuse('conflict', `step ${id}`, 'its claim ended at once', `baton why ${id}`)
  const before = step.attempts.at(-2)?.id
  const { by: _, ...named } = attempt.outside
  return {
    schemaVersion: '1.0',
    attemptId: attempt.id,
    workItemId: item.id,
    stepKey: step.spec.key,
    claimedAt: isoOf(attempt.startedAt),
    executor: { id: attempt.agent, ...named },
    status: 'running',
    artifactPath: 'refs/baton/record:handoff/',
    ...(before === undefined ? {} : { previousAttemptId: before }),
    base: attempt.base,
    branch: item.branch,
    handed,
    seq: house.state.seq,
  }
}

export function executorOf({ name }: Caller): string {
  return executorNamed(name)
}

/** Without what was not said. */
export function given<T extends object>(said: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(said).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
