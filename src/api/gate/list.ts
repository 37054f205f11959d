// The open questions, oldest first, or one of them with its reviews.
import { z } from 'zod'
import type { Gate } from '../../core/nouns/gate.ts'
import { views } from '../method.ts'
import { itemId } from '../words.ts'

export interface GateList {
  readonly seq: number
  readonly gates: readonly Gate[]
}

export const gateList = views({
  name: 'gate/list',
  tool: 'list_questions',
  needs: 'read',
  caption: 'The open questions, oldest first; with `all` also the answered ones.',
  params: z.strictObject({ item: itemId.optional(), all: z.boolean().default(false) }),
  view: (state, _now, { item, all }): GateList => ({
    seq: state.seq,
    gates: [...state.gates.values()].filter(
      (gate) => (all || gate.phase === 'open') && (item === undefined || gate.item === item),
    ),
  }),
})
