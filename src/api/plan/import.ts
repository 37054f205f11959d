// A plan is read into the house, or read again; nothing of it is started.
import { z } from 'zod'
import type { PlanNote } from '../../core/nouns/plan.ts'
import type { House, PlanFound } from '../../core/ports/house.ts'
import { type Refusal, Refused, refuse } from '../../core/refusals.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { must, stop } from '../replies.ts'
import { path, word } from '../words.ts'
import { decidedIn, type PlanDecided } from './decided.ts'
import { importOf, refuseErrors, refuseUncommitted } from './fit.ts'
import { placeIn } from './place.ts'

export interface PlanImported {
  readonly seq: number
  readonly workspace: string
  readonly format: string
  readonly source: string
  readonly notes: readonly PlanNote[]
  readonly items: readonly { readonly item: string; readonly steps: number; readonly decided: readonly PlanDecided[] }[]
}

export const planImport = deeds({
  name: 'plan/import',
  tool: 'import_plan',
  needs: 'run',
  caption: 'A plan is read into the house; nothing of it is started.',
  params: z.strictObject({ plan: path, workspace: path.optional(), format: word.optional() }),
  act: async (house: House, { plan, workspace, format }, caller: Caller): Promise<PlanImported> => {
    const look = await house.repository(workspace ?? caller.folder).look()
    const found = await house.plan(placeIn(look.root, caller.folder, plan), look.root, format)
    refuseErrors(found)
    refuseUncommitted(found)
    await must(house, wish('workspace.open', caller.name, { path: look.root, baseBranch: look.baseBranch }))
    return { ...(await takeIn(house, found, caller)), workspace: look.root }
  },
})

export const planSync = deeds({
  name: 'plan/sync',
  needs: 'run',
  caption: 'Plans that are being carried out are read again, and what that changes is decided and said.',
  params: z.strictObject({ plan: path.optional(), workspace: path.optional(), format: word.optional() }),
  act: async (house: House, { plan, workspace, format }, caller: Caller): Promise<readonly PlanImported[]> => {
    const { root } = await house.repository(workspace ?? caller.folder).look()
    const known = [...house.state.items.values()].filter((item) => item.workspace === root)
    const sources =
      plan === undefined
        ? [...new Map(known.map((item) => [item.source, item.format]))]
        : [[placeIn(root, caller.folder, plan), format] as const]
    if (sources.length === 0)
      stop(refuse('not-found', root, 'no plan of this repository is open', 'baton plan import <plan>'))
    const done: PlanImported[] = []
    const refused: Refusal[] = []
    for (const [source, as] of sources) {
      const read = await again(house, caller, { root, source, as })
      if (isRefusal(read)) refused.push(read)
      else done.push(read)
    }
    const [first, ...more] = refused
    if (first !== undefined) stop(beside(first, more, done.length))
    return done
  },
})

/** What is wrong with one plan keeps none of the others from being taken in. */
async function again(
  house: House,
  caller: Caller,
  { root, source, as }: { root: string; source: string; as: string | undefined },
): Promise<PlanImported | Refusal> {
  try {
    const found = await house.plan(source, root, as)
    refuseErrors(found)
    if (!found.items.some(({ id }) => house.state.items.has(id)))
      return refuse('not-found', source, 'no item of this plan is open', `baton plan import ${source}`)
    return { ...(await takeIn(house, found, caller)), workspace: root }
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
}

function beside(first: Refusal, more: readonly Refusal[], taken: number): Refusal {
  const others = more.map(({ what, why }) => `; ${what}: ${why}`)
  const rest = taken === 0 ? '' : `; ${taken} other ${taken === 1 ? 'plan was' : 'plans were'} taken in`
  return { ...first, why: `${first.why}${others.join('')}${rest}` }
}

async function takeIn(house: House, found: PlanFound, caller: Caller): Promise<Omit<PlanImported, 'workspace'>> {
  const items: PlanImported['items'][number][] = []
  for (const item of found.items) {
    const answer = await must(house, wish('plan.import', caller.name, importOf(found, item)))
    items.push({ item: item.id, steps: item.steps.length, decided: decidedIn(answer.facts) })
  }
  return { seq: house.state.seq, format: found.format, source: found.source, notes: found.notes, items }
}
