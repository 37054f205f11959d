// Merges an item's branch into the base branch, after a person has signed the release.
import type { Duty } from '../../core/duties.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { branchRef } from '../../core/reports/landing.ts'
import type { Effort } from '../dispatch.ts'
import { checkCommit } from './checking.ts'
import { mergeItem } from './plan-merge.ts'
import { messageOf, type Shop } from './shop.ts'

export function integrate(shop: Shop, duty: Duty): Effort {
  return {
    done: order(shop, duty.item).catch((error) => refuse(shop, duty.item, 'held', messageOf(error))),
    stop: () => undefined,
  }
}

async function refuse(
  shop: Shop,
  item: Item,
  kind: 'conflict' | 'held' | 'checks' | 'foreign',
  why: string,
): Promise<void> {
  await shop.submit('integration.refuse', { item: item.id, kind, why })
}

async function order(shop: Shop, item: Item): Promise<void> {
  const repository = shop.repository(item)
  const workspace = shop.workspace(item)
  const there = await repository.tip(branchRef(item))
  if (there !== item.tip && !(there === null && item.unborn)) return goneOn(shop, item, there)
  const tip = await repository.tip(`refs/heads/${workspace.baseBranch}`)
  if (tip === null)
    return refuse(shop, item, 'foreign', `the base branch ${workspace.baseBranch} does not exist any more`)
  const forward = await repository.isAncestor(tip, item.tip)
  const merged = forward
    ? { clean: true as const, tree: await repository.treeOf(item.tip) }
    : await mergeItem(shop, item, tip)
  if (!merged.clean) {
    const paths = [...new Set(merged.conflicts.map((one) => one.path))].slice(0, 5).join(', ')
    return refuse(
      shop,
      item,
      'conflict',
      `${item.branch} conflicts with ${workspace.baseBranch} in ${paths}; merge ${workspace.baseBranch} into it first`,
    )
  }
  const commit = await repository.commit({
    tree: merged.tree,
    parents: [tip, item.tip],
    message: `Integrate ${item.id}: ${item.title}\n\nBaton-Item: ${item.id}\nBaton-Signed-By: ${item.integrate ?? ''}\n`,
    authorName: 'Baton',
    authorEmail: 'baton@baton.invalid',
    at: item.openedAt,
  })
  const name = `${item.id}~integrate~${merged.tree.slice(0, 12)}`
  const verdicts = await checkCommit(shop, {
    item,
    step: whole(item),
    attempt: item.id,
    commit,
    checks: workspace.policy.checks,
    name,
  })
  const bad = verdicts.find((verdict) => !verdict.passed)
  if (bad !== undefined) return refuse(shop, item, 'checks', `${bad.check} fails on the merged result: ${bad.why}`)
  await shop.submit('integration.order', { item: item.id, expected: tip, commit, of: item.tip })
}

/** Who signed has seen what Baton knew of the branch: what others added since is neither left out nor merged unseen. */
async function goneOn(shop: Shop, item: Item, there: string | null): Promise<void> {
  const { branch, tip } = item
  const known = tip.slice(0, 10)
  const onTop = there !== null && (await shop.repository(item).isAncestor(tip, there))
  if (onTop) {
    const now = there.slice(0, 10)
    const why = `somebody added commits to ${branch} after ${known}, up to ${now}: look at them, and sign again`
    await refuse(shop, item, 'foreign', why)
    await shop.submit('branch.adopt', { item: item.id, commit: there, why: `somebody added commits up to ${now}` })
    return
  }
  const where = there === null ? 'was deleted' : `was moved to ${there.slice(0, 10)}, which does not contain it`
  await refuse(shop, item, 'foreign', `${branch} stood at ${known} and ${where}: git branch -f ${branch} ${known}`)
}

/** What a check is told it judges when it judges a whole item. */
function whole(item: Item): StepSpec {
  return {
    key: 'integrate',
    title: item.title,
    brief: item.brief,
    order: 1,
    group: '',
    after: [],
    parallel: false,
    writes: [],
    locks: [],
    role: 'integrator',
    ticked: false,
  }
}

/** Carries out an ordered integration; after a crash the ref is looked at first. */
export function moveIntegration(shop: Shop, duty: Duty): Effort {
  const go = async (): Promise<void> => {
    const { item } = duty
    const ordered = item.integration
    if (ordered === undefined || ordered.done) return
    const repository = shop.repository(item)
    const found = await repository.tip(ordered.ref)
    if (found !== ordered.commit) {
      const moved = await repository.moveRef(
        ordered.ref,
        ordered.commit,
        ordered.expected,
        `baton: integrate ${item.id}`,
      )
      if (moved.kind === 'held') {
        return refuse(
          shop,
          item,
          'held',
          `${moved.where} has uncommitted changes in the way (${moved.paths.slice(0, 5).join(', ')}): ${moved.why}`,
        )
      }
      if (moved.kind === 'elsewhere' && moved.at !== ordered.commit) {
        return refuse(shop, item, 'foreign', `${ordered.ref} was moved by somebody else meanwhile; ask again`)
      }
    }
    await shop.submit('integration.settle', { item: item.id })
  }
  return { done: go().catch((error) => refuse(shop, duty.item, 'held', messageOf(error))), stop: () => undefined }
}
