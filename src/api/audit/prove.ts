// A proof that one entry is in the record that a signed checkpoint stands for.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { seq } from '../words.ts'

export interface Proof {
  readonly seq: number
  readonly proof: string
  /** The public line of the key that signed: whoever checks the proof needs it, best from elsewhere. */
  readonly key: string
}

export const auditProve = reads({
  name: 'audit/prove',
  needs: 'read',
  caption: 'A proof that one entry is in the record that a signed checkpoint stands for.',
  params: z.strictObject({ seq }),
  read: async (house: House, params): Promise<Proof | Refusal> => {
    const head = house.state.seq
    if (params.seq < 1 || params.seq > head)
      return refuse('not-found', `entry ${params.seq}`, `the record has entries 1 to ${head}`, 'give one of these')
    const proof = await house.audit.prove(params.seq)
    return {
      seq: params.seq,
      proof,
      key: house.state.keys.get(house.record) ?? [...house.state.keys.values()].at(-1) ?? '',
    }
  },
})
