// Puts an attempt's result on the tip of its item's branch, in no folder; a conflict is kept for a person to see.
import type { Attempt } from '../../core/nouns/attempt.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { Step } from '../../core/nouns/step.ts'
import type { Shop } from './shop.ts'

export type Merged =
  | { readonly clean: true; readonly tree: string }
  | { readonly clean: false; readonly why: string; readonly paths: readonly string[]; readonly shows: string }

type Side = readonly [name: string, commit: string]

/** A step that only reads changed nothing: its result is the tip itself. */
export async function merge(shop: Shop, item: Item, attempt: Attempt, tip: string): Promise<Merged> {
  const repository = shop.repository(item)
  if (attempt.commit === undefined) return { clean: true, tree: await repository.treeOf(tip) }
  if (tip === attempt.base && attempt.tree !== undefined) return { clean: true, tree: attempt.tree }
  const merged = await repository.merge(tip, attempt.commit)
  if (merged.clean) return merged
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

/** A commit that nothing points at, for a clone to be made from: the same input gives the same id. */
export function provisional(
  shop: Shop,
  item: Item,
  step: Step,
  attempt: Attempt,
  tip: string,
  tree: string,
): Promise<string> {
  return shop.repository(item).commit({
    tree,
    parents: [tip],
    message: `${step.spec.key}: to be checked\n\nBaton-Attempt: ${attempt.id}\n`,
    authorName: 'Baton',
    authorEmail: 'baton@baton.invalid',
    at: attempt.startedAt,
  })
}
