// What became of an attempt's result: whether it is still at work, being checked, landed, refused, or waits for a person.
import { z } from 'zod'
import type { Attempt } from '../../core/nouns/attempt.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { Step } from '../../core/nouns/step.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { attemptOf, closedItemOf, latest, runOf, type State } from '../../core/state.ts'
import { why } from '../../core/why.ts'
import { reads } from '../method.ts'
import { attemptId } from '../words.ts'

/**
 * open: nobody has said that it ended. checking: in line to be checked and landed. landed: on the item's branch. gated: a person is asked.
 * held: it lands when something else has happened. rejected: its checks, or a person, said no. failed: it came to nothing. stopped: given back.
 */
export const judgements = ['open', 'checking', 'landed', 'gated', 'held', 'rejected', 'failed', 'stopped'] as const
export type Judgement = (typeof judgements)[number]

export interface Judged {
  readonly seq: number
  readonly attempt: string
  readonly step: string
  readonly item: string
  readonly judgement: Judgement
  /** A sentence. */
  readonly why: string
  /** Where it landed. */
  readonly commit?: string
  /** What is asked about it. */
  readonly gate?: string
  /** Nothing more comes of it by itself. */
  readonly over: boolean
}

export const attemptJudged = reads({
  name: 'attempt/judged',
  needs: 'read',
  caption: 'What became of an attempt; waits for the judgement, and is asked again while `over` is false.',
  params: z.strictObject({ attempt: attemptId, atMostMs: z.int().min(0).max(60_000).default(25_000) }),
  about: (params) => params.attempt,
  read: async (house: House, { attempt, atMostMs }): Promise<Judged | Refusal> => {
    const over = (state: State): boolean => {
      const judged = judgedOf(state, attempt, house.now())
      return 'kind' in judged || judged.over
    }
    await house.until(over, atMostMs)
    await house.steady()
    return judgedOf(house.state, attempt, house.now())
  },
})

export function judgedOf(state: State, id: string, now = state.at): Judged | Refusal {
  const found = attemptOf(state, id)
  if (found === undefined) {
    const over = closedItemOf(state, id)
    if (over === undefined)
      return refuse('not-found', `attempt ${id}`, 'no such attempt was started', 'baton status lists the steps')
    return refuse('not-found', `attempt ${id}`, `its item is closed: ${over.why}`, `baton status ${over.id}`)
  }
  const { item, step, attempt } = found
  const [judgement, text, more] = judge(state, found, now)
  const over = judgement !== 'checking' && judgement !== 'open'
  return { seq: state.seq, attempt: attempt.id, step: step.id, item: item.id, judgement, why: text, ...more, over }
}

type Said = readonly [Judgement, string, { readonly commit?: string; readonly gate?: string }?]

function judge(state: State, { item, step, attempt }: Found, now: number): Said {
  const { landed, outcome, checked } = attempt
  if (landed !== undefined)
    return ['landed', `It landed on ${item.branch} as ${landed.slice(0, 10)}.`, { commit: landed }]
  if (outcome === undefined) return ['open', 'Nobody has said yet that it ended.']
  if (outcome.kind === 'stopped') return ['stopped', outcome.why]
  if (outcome.kind !== 'succeeded') return ['failed', `${outcome.reason}: ${outcome.why}`]
  if (latest(step) === attempt && step.phase === 'cancelled') return ['stopped', `it was cancelled: ${step.why}`]
  if (latest(step) !== attempt || !busy.has(step.phase)) {
    const no = checked?.verdicts.filter((one) => !one.passed).map((one) => `${one.check}: ${one.why}`) ?? []
    return ['rejected', attempt.sentBack ?? (no.join('; ') || step.why || 'it did not land')]
  }
  const hold = why(state, step.id, now)
  const text = hold?.why ?? ''
  const gate = gateOn(state, item, step)
  if (gate !== undefined && (step.phase === 'gated' || item.gates > 0)) return ['gated', text, { gate }]
  const paused = runOf(state, item)?.phase === 'paused'
  return paused || (step.why !== '' && step.phase !== 'gated') ? ['held', text] : ['checking', text]
}

interface Found {
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
}

const busy: ReadonlySet<string> = new Set(['verifying', 'landing', 'gated'])

function gateOn(state: State, item: Item, step: Step): string | undefined {
  const open = [...state.gates.values()].filter((gate) => gate.item === item.id && gate.phase === 'open')
  const own = open.find((gate) => gate.step === step.id)
  return (own ?? open.find((gate) => gate.step === undefined && gate.kind !== 'release'))?.id
}
