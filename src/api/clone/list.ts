// The folders that attempts left, and whether what is in them has landed.
import type { CloneHeld, House } from '../../core/ports/house.ts'
import { reads } from '../method.ts'
import { nothing } from '../words.ts'

export interface CloneList {
  readonly clones: readonly CloneHeld[]
  readonly bytes: number
}

export const cloneList = reads({
  name: 'clone/list',
  needs: 'read',
  caption: 'The folders that attempts left, and whether what is in them has landed.',
  params: nothing,
  read: async (house: House): Promise<CloneList> => {
    const clones = await house.clones()
    return { clones, bytes: clones.reduce((sum, one) => sum + one.bytes, 0) }
  },
})
