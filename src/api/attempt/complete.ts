// Somebody outside says how their attempt ended; what they made is taken, and judged like any other result.
import { z } from 'zod'
import type { Outcome } from '../../core/nouns/attempt.ts'
import type { House, OutsideTaken } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { notTheirs } from '../../core/reports/outside.ts'
import { attemptOf } from '../../core/state.ts'
import { scrub } from '../../core/text/secrets.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must } from '../replies.ts'
import { executorOf, given } from '../step/claim.ts'
import { attemptId, executorId, path, personName, revision, sentence } from '../words.ts'
import { type Judged, judgedOf } from './judged.ts'

export const endEvents = ['attempt-completed', 'attempt-failed', 'attempt-rejected'] as const

const link = z
  .string()
  .min(1)
  .max(500)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  .regex(/^[^\s\u0000-\u001f\u007f-\u009f]+$/, { error: 'a link holds no spaces or control characters' })

export interface Completed extends Judged {
  /** What of it was not taken, and why. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[]
}

export const attemptComplete = deeds({
  name: 'attempt/complete',
  needs: 'run',
  caption: 'An attempt outside Baton has ended: its commit is taken, checked and landed like that of any agent.',
  params: z.strictObject({
    attempt: attemptId,
    executor: executorId.optional(),
    event: z.enum(endEvents).default('attempt-completed'),
    outcome: sentence.optional(),
    nextAction: sentence.optional(),
    links: z.array(link).max(20).default([]),
    actor: personName.optional(),
    at: z.int().min(0).max(8.64e15).optional(),
    commit: revision.optional(),
    folder: path.optional(),
    from: path.optional(),
  }),
  act: async (house: House, asked, caller: Caller): Promise<Completed | Refusal> => {
    const params = withoutSecrets(house, asked)
    const outcome = outcomeOf(params)
    const record = (taken: OutsideTaken) => end(house, params, caller, { outcome, ...taken })
    return outcome.kind === 'succeeded' ? take(house, params, caller, record) : record({})
  },
})

type Ended = OutsideTaken & { readonly outcome: Outcome }

async function end(house: House, params: Asked, caller: Caller, ended: Ended): Promise<Completed | Refusal> {
  const { attempt, executor, nextAction, links, actor, at } = params
  const said = { ...given({ next: nextAction, actor, at }), ...(links.length === 0 ? {} : { links }) }
  const words = Object.keys(said).length === 0 ? {} : { said }
  const { leftOut = [] } = ended
  await must(
    house,
    wish('attempt.complete', caller.name, { ...ended, attempt, ...speaker(executor, caller), ...words }),
  )
  const judged = judgedOf(house.state, attempt)
  return 'kind' in judged ? judged : { ...judged, leftOut }
}

/** Who names somebody speaks as that one; the owner of the home, who names nobody, for whoever has it. */
export function speaker(named: string | undefined, caller: Caller): { executor: string; rules: boolean } {
  return { executor: named ?? executorOf(caller), rules: named === undefined && caller.may.has('admin') }
}

type Asked = z.output<typeof attemptComplete.params>

/** A script hands in what programs said, and that goes into the record for ever. */
function withoutSecrets(house: House, asked: Asked): Asked {
  const clean = (text: string): string => house.clean?.(text) ?? scrub(text, [])
  const { outcome, nextAction, links } = asked
  const words = {
    ...(outcome === undefined ? {} : { outcome: clean(outcome) }),
    ...(nextAction === undefined ? {} : { nextAction: clean(nextAction) }),
  }
  return { ...asked, ...words, links: links.map(clean) }
}

function outcomeOf({ event, outcome }: Pick<Asked, 'event' | 'outcome'>): Outcome {
  if (event === 'attempt-completed') return { kind: 'succeeded', why: outcome ?? 'done outside Baton' }
  const kind = event === 'attempt-failed' ? 'failed' : 'rejected'
  return { kind, reason: 'given-up', why: outcome ?? `said to have ${kind === 'failed' ? 'failed' : 'been rejected'}` }
}

/** Taken before anything is recorded, so that a result which cannot be taken ends nothing. */
async function take<T>(
  house: House,
  params: Asked,
  caller: Caller,
  record: (taken: OutsideTaken) => Promise<T>,
): Promise<T | Refusal> {
  const { attempt, commit, from, folder, outcome } = params
  const what = `result of ${attempt}`
  if (commit !== undefined && from !== undefined)
    return refuse('invalid', what, 'a commit and a folder were named', 'leave one of them out')
  const found = attemptOf(house.state, attempt)
  const { executor, rules } = speaker(params.executor, caller)
  const no = found === undefined || rules ? undefined : notTheirs(found.attempt, executor, caller.name)
  if (no !== undefined) return no
  // Whoever may not name folders of this machine means the repository itself.
  const here = caller.may.has('admin') ? caller.folder : (found?.item.workspace ?? caller.folder)
  if (house.takeOutside === undefined)
    return refuse('policy', what, 'this house keeps no results of others', 'ask a house that works for the repository')
  const order = { attempt, folder: folder ?? here, ...given({ commit, from, answer: outcome }) }
  return house.takeOutside(order, record)
}
