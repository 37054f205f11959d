// An open item goes over to another version of its workflow, step by step as the mapping says; or only what that would do is said.
import { z } from 'zod'
import { migrationOf } from '../../core/decide/migrate.ts'
import type { House } from '../../core/ports/house.ts'
import { wish } from '../../core/wishes.ts'
import type { Move } from '../../core/workflows/migration.ts'
import { type Caller, deeds } from '../method.ts'
import { must, stop } from '../replies.ts'
import { itemId, sentence, stepKey } from '../words.ts'

export interface WorkflowMigrated {
  readonly seq: number
  readonly item: string
  readonly from: string
  readonly to: string
  readonly dryRun: boolean
  readonly moves: readonly Move[]
}

const version = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}@[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/, {
    error: 'a version of a workflow is named <name>@<version>',
  })
const move = z.strictObject({
  from: stepKey.describe('Key of a step of the item.'),
  to: z.union([stepKey, z.literal('')]).describe('Key of a step of the new version; empty drops the step.'),
})

export const workflowMigrate = deeds({
  name: 'workflow/migrate',
  needs: 'approve',
  caption:
    'An open item goes over to another version of its workflow, by a mapping of its steps that leaves none out; a dry run only says what that would do.',
  params: z.strictObject({
    item: itemId,
    to: version,
    mapping: z.array(move).max(2000).default([]),
    why: sentence,
    dryRun: z.boolean().default(false),
  }),
  act: async (house: House, { item, to, mapping, why, dryRun }, caller: Caller): Promise<WorkflowMigrated> => {
    const found = migrationOf(house.state, { item, to, mapping }, house.now())
    if ('kind' in found) stop(found)
    const { moves } = found
    const from = found.item.workflow
    if (!dryRun) await must(house, wish('workflow.migrate', caller.name, { item, to, mapping, why }))
    return { seq: house.state.seq, item, from, to, dryRun, moves }
  },
})
