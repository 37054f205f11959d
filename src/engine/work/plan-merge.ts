// Merges an item's branch into the base branch when only its plan stands in the way: people own its words, Baton its boxes.
import { match, sameWork } from '../../core/match.ts'
import { type Item, isPlanFile } from '../../core/nouns/item.ts'
import type { PlanChange } from '../../core/nouns/plan.ts'
import type { Merge, PlanFormat, Repository } from '../../core/ports.ts'
import { committed, putFiles } from '../committed.ts'
import type { Shop } from './shop.ts'

/** The merge as git makes it; where it fails on the plan's own files alone, those are taken from the base branch and ticked anew. */
export async function mergeItem(shop: Shop, item: Item, base: string): Promise<Merge> {
  const repository = shop.repository(item)
  const merged = await repository.merge(base, item.tip)
  if (merged.clean || !merged.conflicts.every(({ path }) => isPlanFile(item, path))) return merged
  const format = (await shop.parts.formats()).find((one) => one.name === item.format)
  if (format === undefined) return merged
  const paths = [...new Set(merged.conflicts.map(({ path }) => path))]
  const theirs = await Promise.all(paths.map((path) => repository.readFile(base, path)))
  const files = paths.flatMap((path, at) => (theirs[at] ? [{ path, bytes: theirs[at] }] : []))
  if (files.length < paths.length) return merged
  const tree = await putFiles(repository, await repository.treeOf(item.tip), files)
  const words = {
    message: 'The plan as the base branch has it',
    authorName: 'Baton',
    authorEmail: 'baton@baton.invalid',
  }
  const agreed = await repository.commit({ ...words, tree, parents: [item.tip], at: item.openedAt })
  const again = await repository.merge(base, agreed)
  if (!again.clean) return merged
  const ticked = await format.write(
    committed(repository, again.tree),
    item.source,
    await ticks(repository, item, format, base),
  )
  return { ...again, tree: await putFiles(repository, again.tree, ticked) }
}

/** What is done, under the ids that the base branch has for it now. */
async function ticks(repository: Repository, item: Item, format: PlanFormat, base: string): Promise<PlanChange[]> {
  const read = await format.read(committed(repository, base), item.source)
  const now = read.items.find(({ id }) => id === item.id)?.steps ?? []
  const { pairs } = match(
    item.steps.map(({ spec }) => spec),
    now,
  )
  return pairs.flatMap(({ from, to, alike }) => {
    const [step, spec] = [item.steps[from], now[to]]
    if (step === undefined || spec === undefined || step.phase !== 'done' || alike < sameWork) return []
    return [{ kind: 'tick', item: item.id, key: spec.key, upward: true, stamp: stampOf(item) } as const]
  })
}

function stampOf(item: Item): { at: string; by: string } {
  return { at: new Date(item.openedAt).toISOString(), by: 'baton' }
}
