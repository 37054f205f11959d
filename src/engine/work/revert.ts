// Takes exactly one integration back from the base branch, after a person has decided it.
import type { StepSpec } from '../../core/nouns/step.ts'
import type { Repository } from '../../core/ports.ts'
import type { ClosedItem, Reversion } from '../../core/state.ts'
import { checkCommit } from './checking.ts'
import { mergeWithout, type Reverting } from './plan-revert.ts'
import { messageOf, type Shop } from './shop.ts'

/** Ordered or not, it is brought to its end or refused; after a crash it is simply called again. */
export async function revert(shop: Shop, due: Reverting): Promise<void> {
  try {
    if (due.reversion.ordered === undefined) await order(shop, due)
    else await move(shop, due, due.reversion.ordered)
  } catch (error) {
    await refuse(shop, due, 'held', messageOf(error))
  }
}

type Kind = 'conflict' | 'held' | 'checks' | 'foreign'

async function refuse(shop: Shop, { closed: { id } }: Reverting, kind: Kind, why: string): Promise<void> {
  await shop.submit('reversion.refuse', { item: id, kind, why })
}

async function order(shop: Shop, due: Reverting): Promise<void> {
  const { closed, integration } = due
  const repository = shop.parts.repository(closed.workspace)
  const { ref, commit: merged } = integration
  const tip = await repository.tip(ref)
  if (tip === null) return refuse(shop, due, 'foreign', `${ref} does not exist any more`)
  if (!(await repository.isAncestor(merged, tip)))
    return refuse(
      shop,
      due,
      'foreign',
      `${ref} does not contain ${merged.slice(0, 10)} any more: somebody moved it back`,
    )
  const without = await mergeWithout(shop, due, tip)
  if (!without.clean) {
    const paths = [...new Set(without.conflicts.map((one) => one.path))].slice(0, 5).join(', ')
    return refuse(shop, due, 'conflict', `${paths} changed since; take it back by hand with git revert, then ask again`)
  }
  const commit = await commitOf(repository, due, tip, without.tree)
  const verdicts = await checkCommit(shop, {
    item: closed,
    step: whole(closed),
    attempt: closed.id,
    commit,
    checks: shop.workspace(closed).policy.checks,
    name: `${closed.id}~revert~${without.tree.slice(0, 12)}`,
  })
  const bad = verdicts.find((verdict) => !verdict.passed)
  if (bad !== undefined) return refuse(shop, due, 'checks', `${bad.check} fails without it: ${bad.why}`)
  await shop.submit('reversion.order', { item: closed.id, expected: tip, commit })
}

function commitOf(repository: Repository, due: Reverting, tip: string, tree: string): Promise<string> {
  const { closed, integration, reversion } = due
  const said = `Baton-Item: ${closed.id}\nBaton-Reverts: ${integration.commit}\nBaton-Decided-By: ${line(reversion.by)}\n`
  return repository.commit({
    tree,
    parents: [tip],
    message: `Revert ${closed.id}: ${line(closed.title)}\n\n${line(reversion.why)}\n\n${said}`,
    authorName: 'Baton',
    authorEmail: 'baton@baton.invalid',
    at: reversion.at,
  })
}

/** Nobody's words may look like one of the trailers. */
function line(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** What a check is told it judges when it judges the base branch without an item. */
function whole({ title }: ClosedItem): StepSpec {
  const words = { key: 'revert', title, brief: '', order: 1, group: '', role: 'integrator' }
  return { ...words, after: [], parallel: false, writes: [], locks: [], ticked: false }
}

/** The ref is looked at first: a crash may have come after it was moved, and others may have gone on from there. */
async function move(shop: Shop, due: Reverting, ordered: NonNullable<Reversion['ordered']>): Promise<void> {
  const { closed } = due
  const repository = shop.parts.repository(closed.workspace)
  const { ref, commit, expected } = ordered
  const found = await repository.tip(ref)
  if (found === null || !(await repository.isAncestor(commit, found))) {
    const moved = await repository.moveRef(ref, commit, expected, `baton: revert ${closed.id}`)
    if (moved.kind === 'held') {
      const paths = moved.paths.slice(0, 5).join(', ')
      return refuse(shop, due, 'held', `${moved.where} has uncommitted changes in the way (${paths}): ${moved.why}`)
    }
    if (moved.kind === 'elsewhere' && moved.at !== commit)
      return refuse(shop, due, 'foreign', `${ref} was moved by somebody else meanwhile; ask again`)
  }
  await shop.submit('reversion.settle', { item: closed.id })
}
