// Runs a step's checks on one commit, in a clone of its own that is thrown away afterwards.
import type { CheckSpec, Verdict } from '../../core/nouns/check.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { splitOnly } from '../../core/parts.ts'
import type { Work } from './landing-commit.ts'
import { isWant } from './patience.ts'
import { cloneName, messageOf, type Shop } from './shop.ts'

export interface CheckingOrder {
  readonly item: Pick<Item, 'id' | 'workspace'>
  readonly step: StepSpec
  readonly attempt: string
  readonly commit: string
  readonly checks: readonly CheckSpec[]
  /** Names the clone; two checkings of one attempt never share one. */
  readonly name: string
  /** Keys of the steps that are judged at once. */
  readonly batch?: readonly string[]
}

export function checksOf(shop: Shop, { item, step, attempt }: Work): readonly CheckSpec[] {
  const split = splitOnly(item, shop.state.gates.values(), step, attempt.id, attempt.commit !== undefined)
  return split ? [] : shop.terms(item, step).checks
}

/** Whoever calls it has been let through. With `batch` it judges all of these steps at once, none of them by its name. */
export function check(shop: Shop, work: Work, commit: string, batch?: readonly string[]): Promise<readonly Verdict[]> {
  const { item, step, attempt } = work
  const name = `${cloneName(attempt.id)}~check~${batch === undefined ? '' : 'batch~'}${commit.slice(0, 12)}`
  const order = { item, step: step.spec, attempt: attempt.id, commit, checks: checksOf(shop, work), name }
  return checkNow(shop, batch === undefined ? order : { ...order, batch })
}

export async function checkCommit(shop: Shop, order: CheckingOrder): Promise<readonly Verdict[]> {
  return order.checks.length === 0 ? [] : shop.checking.through(() => checkNow(shop, order))
}

async function checkNow(shop: Shop, order: CheckingOrder): Promise<readonly Verdict[]> {
  if (order.checks.length === 0) return []
  const { item, commit } = order
  const clones = shop.clones(item)
  // One of this name can only be what a crash left of the same check.
  await clones.discard(order.name)
  const clone = await clones.make({ name: order.name, repository: item.workspace, base: commit, ...shop.setUp(item) })
  try {
    const verdicts: Verdict[] = []
    for (const spec of order.checks) verdicts.push(await judge(shop, order, spec, clone.folder))
    return verdicts
  } finally {
    await clone.discard()
  }
}

async function judge(shop: Shop, order: CheckingOrder, spec: CheckSpec, folder: string): Promise<Verdict> {
  const checker = shop.parts.checkers.find((one) => one.kind === spec.kind)
  if (checker === undefined) return broken(spec.name, `no checker of the kind "${spec.kind}" is here`)
  try {
    const isolation = shop.workspace(order.item).isolation ?? 'basic'
    const { commit, attempt, step, batch } = order
    return await checker.run({
      spec,
      folder,
      commit,
      attempt,
      step,
      isolation,
      ...(batch === undefined ? {} : { batch }),
    })
  } catch (error) {
    // A machine that cannot check just now says nothing about what would be checked.
    if (isWant(error)) throw error
    return broken(spec.name, `the check itself broke: ${messageOf(error)}`)
  }
}

function broken(name: string, why: string): Verdict {
  return { check: name, passed: false, why, evidence: '', ms: 0 }
}
