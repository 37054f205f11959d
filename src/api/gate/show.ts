// One question with what must be seen to answer it, open or answered.
import { z } from 'zod'
import { wordsIn } from '../../core/nouns/attempt.ts'
import type { Gate } from '../../core/nouns/gate.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { gateId } from '../words.ts'

export interface GateView {
  readonly seq: number
  readonly gate: Gate
  /** Of a conflict, what landed and what was to land, path by path; of an agent's question, what it wants to do. */
  readonly sides?: string
}

export const gateShow = reads({
  name: 'gate/show',
  needs: 'read',
  caption:
    'One question with its reviews and what must be seen to answer it: both sides of a conflict, what an agent wants to do.',
  params: z.strictObject({ gate: gateId }),
  read: async (house: House, { gate: id }): Promise<GateView | Refusal> => {
    const gate = house.state.gates.get(id)
    if (gate === undefined) return refuse('not-found', `gate ${id}`, 'no such gate was opened', 'baton gate lists them')
    const { seq } = house.state
    const sides = await seen(house, gate)
    return { seq, gate, ...(sides === undefined ? {} : { sides }) }
  },
})

/** Both sides of a conflict, or what an agent wants to do; what other gates name is a commit. */
async function seen(house: House, { kind, shows }: Gate): Promise<string | undefined> {
  if (shows === undefined) return undefined
  if (kind === 'conflict') return house.words(shows)
  if (kind !== 'question' && kind !== 'permission') return undefined
  const kept = await house.words(shows)
  return kept === undefined ? undefined : wordsIn(kept)
}
