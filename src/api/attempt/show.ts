// One attempt with everything that speaks for or against it: outcome, checks and their evidence, what it took, and its diff.
import { z } from 'zod'
import { type Attempt, type Mending, type Outcome, type Used, wordsIn } from '../../core/nouns/attempt.ts'
import type { Verdict } from '../../core/nouns/check.ts'
import type { House } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { type Forgotten, forgottenOf } from '../item/forgotten.ts'
import { reads } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { attemptId } from '../words.ts'
import { attemptEver } from './ever.ts'

export interface AttemptView {
  readonly attempt: string
  readonly step: string
  readonly title: string
  readonly agent: string
  readonly executor: string
  /** Its model's name in the registry. */
  readonly model?: string
  /** The attempt whose work it goes on from, and why. */
  readonly mends?: Mending
  /** What the agent says of its work. */
  readonly summary?: string
  /** The claim it worked under: a number that only rises, and the start of Baton that granted it. */
  readonly fence: number
  readonly epoch: number
  readonly base: string
  readonly startedAt: number
  readonly endedAt?: number
  readonly outcome?: Outcome
  readonly used?: Used
  readonly commit?: string
  readonly tree?: string
  readonly landed?: string
  readonly inputs?: string
  readonly transcript?: string
  /** What its agent said was removed for good. */
  readonly forgotten?: Forgotten
  /** Where its newest handoff lies on refs/baton/record. */
  readonly handoff?: string
  readonly protectedPaths: readonly string[]
  readonly clone: string
  readonly checks?: { readonly tip: string; readonly tree: string; readonly passed: boolean }
  readonly verdicts: readonly Verdict[]
  readonly changes: readonly { readonly path: string; readonly kind: string }[]
  /** A unified diff from the base, cut at `limit` bytes. */
  readonly patch: string
}

export const attemptShow = reads({
  name: 'attempt/show',
  needs: 'read',
  caption: 'One attempt: its outcome, its checks with their evidence, and its diff.',
  params: z.strictObject({ attempt: attemptId, limit: z.int().min(0).max(4_000_000).default(200_000) }),
  about: (params) => params.attempt,
  read: (house, { attempt, limit }) => read(house, attempt, limit),
})

async function read(house: House, id: string, limit: number): Promise<AttemptView | Refusal> {
  const found = await attemptEver(house, id)
  if (isRefusal(found)) return found
  const { item, step, attempt } = found
  const { checked, outcome, used, commit, tree, endedAt, landed, inputs, transcript, model, mends } = attempt
  const summary = attempt.summary === undefined ? undefined : await summaryOf(house, attempt.summary)
  const forgotten = await forgottenIn(house, attempt)
  const repository = house.repository(item.workspace)
  const result = commit ?? tree
  const changes = result === undefined ? [] : await repository.diff(attempt.base, result)
  const patch = result === undefined || limit === 0 ? '' : await repository.patch(attempt.base, result, limit)
  return {
    attempt: id,
    step: step.id,
    title: step.spec.title,
    agent: attempt.agent,
    executor: attempt.executor,
    fence: attempt.fence,
    epoch: attempt.epoch,
    base: attempt.base,
    startedAt: attempt.startedAt,
    ...known({
      endedAt,
      outcome,
      used,
      commit,
      tree,
      landed,
      inputs,
      transcript,
      model,
      mends,
      summary,
      forgotten,
      handoff: attempt.handoff?.path,
    }),
    protectedPaths: attempt.protectedPaths ?? [],
    clone: attempt.clone ?? 'none',
    ...(checked === undefined ? {} : { checks: { tip: checked.tip, tree: checked.tree, passed: checked.passed } }),
    verdicts: checked?.verdicts ?? [],
    changes: changes.slice(0, 1000).map(({ path, kind }) => ({ path, kind })),
    patch,
  }
}

/** Looked up only of one that has ended and of which nothing is there. */
async function forgottenIn(house: House, { id, transcript }: Attempt): Promise<Forgotten | undefined> {
  if (transcript === undefined || (await house.transcript(id, 0)).parts.length > 0) return undefined
  return (await forgottenOf(house, id.slice(0, id.indexOf('/')))).get(id)
}

async function summaryOf(house: House, digest: string): Promise<string | undefined> {
  const kept = await house.words(digest)
  return kept === undefined ? undefined : wordsIn(kept)
}

/** Without what is not known. */
function known<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
