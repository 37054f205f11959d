// Where this house can be reached from outside its process.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { reads } from '../method.ts'

export interface ServerView {
  readonly urls: readonly string[]
  readonly since: number
  readonly record: string
  readonly seq: number
}

export const unserved = (): Refusal =>
  refuse('not-found', 'server', 'the process that holds this home opens no door to other programs', 'baton serve')

export const serverShow = reads({
  name: 'server/show',
  needs: 'read',
  caption: 'Where this house can be reached: its addresses, and since when.',
  params: z.strictObject({}),
  read: async (house: House): Promise<ServerView | Refusal> => {
    const { serving, record, state } = house
    return serving === undefined ? unserved() : { urls: serving.urls, since: serving.since, record, seq: state.seq }
  },
})
