// One question with what must be seen to answer it, open or answered.
import { z } from 'zod'
import type { Gate } from '../../core/nouns/gate.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { gateId } from '../words.ts'

export interface GateView {
  readonly seq: number
  readonly gate: Gate
  /** Of a conflict: what landed and what was to land, path by path. */
  readonly sides?: string
}

export const gateShow = reads({
  name: 'gate/show',
  needs: 'read',
  caption: 'One question with its reviews and, of a conflict, both sides.',
  params: z.strictObject({ gate: gateId }),
  read: async (house: House, { gate: id }): Promise<GateView | Refusal> => {
    const gate = house.state.gates.get(id)
    if (gate === undefined) return refuse('not-found', `gate ${id}`, 'no such gate was opened', 'baton gate lists them')
    const { seq } = house.state
    const sides = gate.kind === 'conflict' && gate.shows !== undefined ? await house.words(gate.shows) : undefined
    return { seq, gate, ...(sides === undefined ? {} : { sides }) }
  },
})
