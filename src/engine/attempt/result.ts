// Takes what an agent left in its folder, and keeps it as a commit of ours under a ref of ours.
import type { Attempt, Outcome } from '../../core/nouns/attempt.ts'
import { type Item, isPlanFile } from '../../core/nouns/item.ts'
import type { Step } from '../../core/nouns/step.ts'
import { covers, scriptsOf } from '../../core/policy.ts'
import type { Collected, Repository } from '../../core/ports.ts'
import { attemptRef, authorOf, type Shop } from '../work/shop.ts'
import { leftMarked, type Start } from './start.ts'

export interface Taken {
  readonly tree?: string
  readonly commit?: string
  readonly changed?: boolean
  readonly protectedPaths?: readonly string[]
  readonly leftOut?: readonly { path: string; why: string }[]
}

export interface Made {
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
  readonly start: Start
}

export async function keep(shop: Shop, made: Made, collected: Collected): Promise<Taken> {
  const { item, step, attempt, start } = made
  const repository = shop.repository(item)
  // What a folder began with besides its base is a change too, and must stand every question that one does.
  const fresh = start.commit === attempt.base
  const changes = fresh ? collected.changes : await repository.diff(attempt.base, collected.tree)
  const kept = changes.filter(({ path }) => !isPlanFile(item, path))
  const base = await repository.treeOf(attempt.base)
  const tree = kept.length === changes.length ? collected.tree : await repository.writeTree(attempt.base, kept)
  const leftOut = collected.leftOut.slice(0, 100)
  if (tree === base) return { tree, changed: false, leftOut }
  const paths = protectedOf(
    shop,
    item,
    step,
    kept.map((change) => change.path),
  )
  const commit = await repository.commit({
    tree,
    parents: [attempt.base],
    message: `${step.spec.key}: ${step.spec.title}\n\nBaton-Attempt: ${attempt.id}\nBaton-Agent: ${attempt.agent}\n`,
    ...authorOf(attempt),
    at: attempt.startedAt,
  })
  // What the record names stays where it is kept, whatever else is handed in for it.
  if (attempt.commit === undefined) await pin(repository, attemptRef(attempt.id), commit)
  return {
    tree,
    commit,
    changed: true,
    leftOut,
    ...(paths.length === 0 ? {} : { protectedPaths: paths.slice(0, 100) }),
  }
}

function protectedOf(shop: Shop, item: Item, step: Step, changed: readonly string[]): readonly string[] {
  const { policy, path: root } = shop.workspace(item)
  const protect = [...policy.protect, 'baton.yaml', 'model_registry.yaml']
  const scripts = new Set(scriptsOf(policy, root))
  return changed
    .filter((path) => scripts.has(path) || protect.some((one) => covers(one, path)))
    .filter((path) => !step.spec.writes.includes(path))
}

/** An agent that was given both sides and left a mark has settled nothing. */
export async function judged(shop: Shop, made: Made, outcome: Outcome, taken: Taken): Promise<Outcome> {
  const { item, start } = made
  if (outcome.kind !== 'succeeded' || start.marked.length === 0 || taken.tree === undefined) return outcome
  const path = await leftMarked(shop.repository(item), taken.tree, start.marked)
  if (path === undefined) return outcome
  return { kind: 'failed', reason: 'bad-output', why: `the agent left git's marks of a conflict in ${path}` }
}

/** Nobody has pinned this attempt before, unless a crash came between pinning and saying so. */
async function pin(repository: Repository, ref: string, commit: string): Promise<void> {
  const why = "baton: an attempt's result"
  const moved = await repository.moveRef(ref, commit, null, why)
  if (moved.kind === 'elsewhere' && moved.at !== commit) await repository.moveRef(ref, commit, moved.at, why)
}
