// Somebody says that an item may be the same work as another one.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { itemId, sentence } from '../words.ts'

export interface Suspected extends Done {
  readonly duplicate: string
}

export const duplicateSuspect = wishes({
  name: 'duplicate/suspect',
  needs: 'run',
  caption: 'Says that an item may be the same work as another one; a person settles it.',
  params: z.strictObject({ item: itemId, of: itemId, why: sentence }),
  wish: (params, caller) => wish('duplicate.suspect', caller.name, params),
  result: (answer): Suspected => {
    const said = answer.facts.find((entry) => entry.type === 'duplicate.suspected')?.data
    const duplicate = typeof said === 'object' && said !== null && 'duplicate' in said ? String(said.duplicate) : ''
    return { ...done(answer), duplicate }
  },
})
