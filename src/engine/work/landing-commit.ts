// Makes the commit that would land: an attempt's result on a tip, in no folder, with the plan's box ticked.
import type { Attempt } from '../../core/nouns/attempt.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { PlanChange } from '../../core/nouns/plan.ts'
import type { Step } from '../../core/nouns/step.ts'
import { ticksOf } from '../../core/parts.ts'
import { committed, putFiles } from '../committed.ts'
import { authorOf, type Shop } from './shop.ts'

export interface Lands {
  readonly clean: true
  readonly tip: string
  readonly commit: string
  readonly tree: string
}

export interface Conflicts {
  readonly clean: false
  readonly why: string
  readonly paths: readonly string[]
  /** Digest of a blob with both sides. */
  readonly shows: string
}

export interface Work {
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
}

/**
 * Deterministic: the same attempt on the same tip gives the same commit, before and after a crash, in rehearsal and in earnest.
 * The tip itself when nothing is left to land: the step only read, or somebody landed the very same.
 */
export async function landingCommit(shop: Shop, work: Work, tip: string): Promise<Lands | Conflicts> {
  const merged = await merge(shop, work, tip)
  if (typeof merged !== 'string') return merged
  const tree = await ticked(shop, work, merged)
  if (tree === (await shop.repository(work.item).treeOf(tip))) return { clean: true, tip, commit: tip, tree }
  const { step, attempt } = work
  const trailers = [`Baton-Step: ${step.id}`, `Baton-Attempt: ${attempt.id}`, `Baton-Agent: ${attempt.agent}`]
  const commit = await shop.repository(work.item).commit({
    tree,
    parents: [tip],
    message: `${step.spec.key}: ${step.spec.title}\n\n${trailers.join('\n')}\n`,
    ...authorOf(attempt),
    at: attempt.endedAt ?? attempt.startedAt,
  })
  return { clean: true, tip, commit, tree }
}

/** The merged tree. A step that changed nothing leaves the tip as it is. */
async function merge(shop: Shop, work: Work, tip: string): Promise<string | Conflicts> {
  const { item, attempt } = work
  const repository = shop.repository(item)
  if (attempt.commit === undefined) return repository.treeOf(tip)
  if (tip === attempt.base && attempt.tree !== undefined) return attempt.tree
  if (!(await repository.isAncestor(attempt.base, tip))) return baseIsGone(shop, attempt, tip)
  const merged = await repository.merge(tip, attempt.commit)
  if (merged.clean) return merged.tree
  const paths = [...new Set(merged.conflicts.map((one) => one.path))]
  const sides: readonly Side[] = [
    ['base', attempt.base],
    ['landed', tip],
    ['this attempt', attempt.commit],
  ]
  const text = await bothSides(shop, item, sides, paths, merged.messages)
  const shows = await shop.parts.store.put(new TextEncoder().encode(text))
  return {
    clean: false,
    why: `it conflicts with what landed since in ${paths.slice(0, 5).join(', ')}`,
    paths: paths.slice(0, 100),
    shows,
  }
}

/** Merging would bring back what a person took off the branch. */
async function baseIsGone(shop: Shop, attempt: Attempt, tip: string): Promise<Conflicts> {
  const why = `it was made on ${attempt.base.slice(0, 10)}, which the branch (${tip.slice(0, 10)}) does not contain any more`
  return { clean: false, why, paths: [], shows: await shop.parts.store.put(new TextEncoder().encode(why)) }
}

type Side = readonly [name: string, commit: string]
const mostShown = 20
const mostBytes = 20_000

async function bothSides(
  shop: Shop,
  item: Item,
  sides: readonly Side[],
  paths: readonly string[],
  messages: string,
): Promise<string> {
  const repository = shop.repository(item)
  const parts = [messages.slice(0, mostBytes)]
  for (const path of paths.slice(0, mostShown)) {
    parts.push(`=== ${path}`)
    for (const [side, commit] of sides) {
      const bytes = await repository.readFile(commit, path)
      parts.push(`<<< ${side}`, bytes === null ? '(not there)' : new TextDecoder().decode(bytes.subarray(0, mostBytes)))
    }
  }
  return parts.join('\n')
}

/** Ticked by the plan's own format, in the plan's files as they are merged; never by an agent. */
async function ticked(shop: Shop, work: Work, tree: string): Promise<string> {
  const { item, step, attempt } = work
  if (item.tickFile === '') return tree
  const format = (await shop.parts.formats()).find((one) => one.name === item.format)
  if (format === undefined) return tree
  const repository = shop.repository(item)
  const stamp = { at: new Date(attempt.endedAt ?? attempt.startedAt).toISOString(), by: attempt.agent }
  const ticks = ticksOf(item, step).map(
    (key): PlanChange => ({ kind: 'tick', item: item.id, key, upward: true, stamp }),
  )
  if (ticks.length === 0) return tree
  const written = await format.write(committed(repository, tree), item.source, ticks)
  return putFiles(repository, tree, written)
}
