// An agent asks a person, and waits for the answer; what takes longer is asked for again by the question's name.
import { z } from 'zod'
import type { Gate } from '../../core/nouns/gate.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import type { State } from '../../core/state.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must } from '../replies.ts'
import { attemptId, gateId, sentence } from '../words.ts'
import { type AskedView, askedView, isOf } from './brief.ts'

export interface Asked extends AskedView {
  /** What to do now. */
  readonly next: string
}

const option = sentence.max(200)

export const attemptAsk = deeds({
  name: 'attempt/ask',
  tool: 'ask',
  needs: 'run',
  forAgents: true,
  caption:
    'Asks a person what only a person can decide, and waits for the answer; with `question` it waits for one that was asked before.',
  params: z
    .strictObject({
      attempt: attemptId,
      asks: sentence.exactOptional(),
      options: z.array(option).max(10).default([]),
      question: gateId.exactOptional(),
      atMostMs: z.int().min(0).max(60_000).default(25_000),
    })
    .refine(({ asks, question }) => (asks === undefined) !== (question === undefined), {
      error: 'give either `asks`, or the `question` that is waited for',
    }),
  about: (params) => params.attempt,
  act: async (house: House, { attempt, asks, options, question, atMostMs }, caller): Promise<Asked | Refusal> => {
    const id = question ?? (await put(house, { attempt, asks: asks ?? '', options }, caller))
    const gate = house.state.gates.get(id)
    // That another attempt has asked something is nobody else's business.
    if (gate === undefined || !isOf(gate, attempt))
      return refuse('not-found', `question ${id}`, 'this attempt has asked none of this name', 'ask it: give `asks`')
    await house.until((state) => state.gates.get(id)?.phase !== 'open', atMostMs)
    return told(house.state, gate, id)
  },
})

interface Question {
  readonly attempt: string
  readonly asks: string
  readonly options: readonly string[]
}

/** The same words again are the same question: whoever lost its answer finds it, and nobody is asked twice. */
async function put(house: House, question: Question, caller: Caller): Promise<string> {
  const { attempt, asks, options } = question
  for (const gate of house.state.gates.values()) {
    if (gate.kind !== 'question' || gate.attempt !== attempt || gate.asks !== asks || gate.phase === 'moot') continue
    if (JSON.stringify(gate.options) === JSON.stringify(options)) return gate.id
  }
  const answer = await must(house, wish('attempt.ask', caller.name, { attempt, about: 'question', asks, options }))
  const opened = answer.facts.find((entry) => entry.type === 'gate.opened')?.data
  return typeof opened === 'object' && opened !== null && 'gate' in opened ? String(opened.gate) : ''
}

function told(state: State, asked: Gate, id: string): Asked {
  const gate = state.gates.get(id) ?? { ...asked, phase: 'moot' as const }
  const view = askedView(gate)
  if (gate.phase === 'open')
    return { ...view, next: `nobody has answered yet: call ask again with {"question": "${id}"} to wait on` }
  if (gate.phase === 'moot') return { ...view, next: 'nobody will answer it any more: go on without' }
  return { ...view, next: 'go on by this answer' }
}
