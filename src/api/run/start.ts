// A plan is read, imported and run; with `dryRun` it is only said what would be launched, in which order.
import { z } from 'zod'
import { openReviews, suspicionsOf } from '../../core/duplicates/reviews.ts'
import type { Isolation } from '../../core/nouns/isolation.ts'
import type { PlanItem, PlanNote } from '../../core/nouns/plan.ts'
import type { House, PlanFound } from '../../core/ports/house.ts'
import { refuse } from '../../core/refusals.ts'
import { runOf } from '../../core/state.ts'
import { type Wishes, wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { importOf, refuseErrors, refuseUncommitted } from '../plan/fit.ts'
import { placeIn } from '../plan/place.ts'
import { must, stop } from '../replies.ts'
import type { Order } from '../schedule/order.ts'
import { agentName, duplicateId, path, sentence, stepKey, word } from '../words.ts'
import { dryRun } from './dry.ts'

export interface Started {
  readonly seq: number
  readonly workspace: string
  readonly format: string
  readonly source: string
  readonly baseBranch: string
  readonly isolation: Isolation | 'unset'
  readonly clones: string
  readonly notes: readonly PlanNote[]
  readonly runs: readonly {
    readonly item: string
    readonly title: string
    readonly branch: string
    readonly run?: string
    readonly parallel: number
    /** A run of this item was under way already, and this call joined it. */
    readonly joined: boolean
    /** All that was asked for is done already, so nothing was started and nothing recorded. */
    readonly unchanged?: true
    /** Nobody has looked at it: nothing starts until this is answered. */
    readonly review?: { readonly gate: string; readonly asks: string; readonly suspects: readonly string[] }
    readonly order?: Order
  }[]
}

const params = z.strictObject({
  plan: path,
  workspace: path.optional(),
  format: word.optional(),
  phase: z.string().trim().min(1).max(200).optional(),
  include: z.array(stepKey).max(10_000).default([]),
  exclude: z.array(stepKey).max(10_000).default([]),
  agent: agentName.optional(),
  parallel: z.int().min(1).max(1024).optional(),
  policy: z.enum(['document', 'graph']).optional(),
  force: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  reviewed: sentence.optional(),
  saw: z.array(duplicateId).max(100).default([]),
})
type Asked = z.output<typeof params>

export const runStart = deeds({
  name: 'run/start',
  tool: 'run',
  needs: 'run',
  caption: 'A plan is read, imported and run; with `dryRun` only the order is given.',
  params,
  act: start,
})

async function start(house: House, asked: Asked, caller: Caller): Promise<Started> {
  const look = await house.repository(asked.workspace ?? caller.folder).look()
  const fatal = look.problems.filter((one) => one.fatal)
  if (fatal.length > 0) {
    stop(
      refuse('policy', look.root, fatal.map((one) => one.what).join('; '), fatal.map((one) => one.remedy).join('; ')),
    )
  }
  const plan = await house.plan(placeIn(look.root, caller.folder, asked.plan), look.root, asked.format)
  refuseErrors(plan)
  if (!asked.dryRun) {
    refuseUncommitted(plan)
    await refuseChanged(house, look.root)
    await must(house, wish('workspace.open', caller.name, { path: look.root, baseBranch: look.baseBranch }))
  }
  const runs: Started['runs'][number][] = []
  for (const item of plan.items) runs.push(await startItem(house, plan, item, asked, caller))
  const workspace = house.state.workspaces.get(look.root)
  return {
    seq: house.state.seq,
    workspace: look.root,
    format: plan.format,
    source: plan.source,
    baseBranch: look.baseBranch,
    isolation: workspace?.isolation ?? 'unset',
    clones: workspace?.clones ?? '',
    notes: plan.notes,
    runs,
  }
}

async function startItem(
  house: House,
  plan: PlanFound,
  item: PlanItem,
  asked: Asked,
  caller: Caller,
): Promise<Started['runs'][number]> {
  const imported = importOf(plan, item)
  const parallel = asked.parallel ?? house.state.workspaces.get(plan.workspace)?.desired ?? 4
  const order: Wishes['run.start'] = {
    item: item.id,
    parallel: Math.max(1, parallel),
    ...(asked.agent === undefined ? {} : { agent: asked.agent }),
    ...(asked.policy === undefined ? {} : { policy: asked.policy }),
    include: asked.include,
    exclude: asked.exclude,
    ...(asked.phase === undefined ? {} : { phase: asked.phase }),
    force: asked.force,
  }
  const said = { item: item.id, title: item.title, branch: item.branch ?? `baton/${item.id}`, parallel: order.parallel }
  if (asked.dryRun) return { ...said, joined: false, order: dryRun(house.state, imported, order, caller.name) }
  await must(house, wish('plan.import', caller.name, imported))
  await review(house, item.id, asked, caller)
  const joined = joinable(house, asked, item.id)
  if (joined !== undefined)
    return {
      ...said,
      branch: house.state.items.get(item.id)?.branch ?? said.branch,
      ...joined,
      joined: true,
      ...waiting(house, item.id),
    }
  const { facts } = await must(house, wish('run.start', caller.name, order))
  const now = house.state.items.get(item.id)
  const branch = now?.branch ?? said.branch
  const unchanged = facts.length === 0 ? ({ unchanged: true } as const) : {}
  return {
    ...said,
    branch,
    ...(now?.run === undefined ? {} : { run: now.run }),
    joined: false,
    ...unchanged,
    ...waiting(house, item.id),
  }
}

/** Nobody has looked at what they have not been shown: with another suspicion than these, somebody is asked. */
async function review(house: House, item: string, { reviewed, saw }: Asked, caller: Caller): Promise<void> {
  if (reviewed === undefined) return
  if (!caller.may.has('approve'))
    stop(
      refuse(
        'policy',
        'reviewed',
        'the review of an item needs the right to approve',
        'leave it out, and somebody is asked',
      ),
    )
  const open = suspicionsOf(house.state, item).filter((one) => one.settled === undefined)
  if (open.some((one) => !saw.includes(one.id))) return
  await must(house, wish('intake.review', caller.name, { item, rationale: reviewed }))
}

function waiting(house: House, item: string): Pick<Started['runs'][number], 'review'> {
  const gate = openReviews(house.state, item)[0]
  return gate === undefined ? {} : { review: { gate: gate.id, asks: gate.asks, suspects: gate.suspects ?? [] } }
}

/** Asking for the same again joins the run that is under way; asking for something else is refused by the run itself. */
function joinable(house: House, asked: Asked, id: string): { run: string; parallel: number } | undefined {
  const item = house.state.items.get(id)
  const run = item === undefined ? undefined : runOf(house.state, item)
  const narrowed = asked.phase !== undefined || asked.include.length > 0 || asked.exclude.length > 0
  const changed = asked.agent !== undefined || asked.policy !== undefined || asked.parallel !== undefined || asked.force
  if (run?.phase !== 'active' || narrowed || changed) return undefined
  return { run: run.id, parallel: run.parallel }
}

/** What was trusted is what runs; going on with it beside other words would carry out what nobody can read any more. */
async function refuseChanged(house: House, root: string): Promise<void> {
  const trusted = house.state.workspaces.get(root)?.trusted
  const found = trusted === undefined ? undefined : await house.configuration(root)
  if (found === undefined || found.digest === trusted) return
  const why = `it has changed since it was trusted (now ${found.digest.slice(0, 12)})`
  stop(refuse('policy', found.file, why, 'look at it and allow it: baton trust'))
}
