// A plan's own files are changed in the working tree: a tick, a note, an obstacle, a line of history; each as the format keeps it.
import { z } from 'zod'
import type { PlanChange } from '../../core/nouns/plan.ts'
import type { House, PlanRewritten } from '../../core/ports/house.ts'
import { type Caller, deeds } from '../method.ts'
import { itemId, path, sentence, stepKey, word } from '../words.ts'
import { placeIn } from './place.ts'

const named = { item: itemId.optional(), key: stepKey }
const statuses = ['open', 'doing', 'review', 'blocked', 'deferred', 'done', 'cancelled'] as const

const change = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tick'), ...named, upward: z.boolean().default(true) }),
  z.strictObject({
    kind: z.literal('untick'),
    ...named,
    upward: z.boolean().default(true),
    to: z.string().max(200).optional(),
  }),
  z.strictObject({ kind: z.literal('status'), ...named, status: z.enum(statuses) }),
  z.strictObject({ kind: z.literal('note'), ...named, text: sentence }),
  z.strictObject({ kind: z.literal('block'), ...named, text: sentence }),
  z.strictObject({ kind: z.literal('log'), item: itemId.optional(), key: stepKey.optional(), text: sentence }),
])

export const planChange = deeds({
  name: 'plan/change',
  needs: 'run',
  caption:
    'Changes to a plan are written into its files in the working tree, touching only the bytes that must change.',
  params: z.strictObject({
    plan: path,
    workspace: path.optional(),
    format: word.optional(),
    changes: z.array(change).min(1).max(1000),
  }),
  act: async (house: House, { plan, workspace, format, changes }, caller: Caller): Promise<PlanRewritten> => {
    const { root } = await house.repository(workspace ?? caller.folder).look()
    const stamp = { at: isoOf(house.now()), by: caller.name }
    return house.rewrite({
      workspace: root,
      path: placeIn(root, caller.folder, plan),
      ...(format === undefined ? {} : { format }),
      changes: changes.map((one): PlanChange => ({ ...without(one), stamp }) as PlanChange),
    })
  },
})

/** Only what was said: a field that is absent is not a field that is undefined. */
function without<T extends object>(one: T): T {
  return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as T
}

function isoOf(at: number): string {
  return new Date(at).toISOString()
}
