// Where the folder of an attempt begins: at its base, or at what an earlier attempt left, brought onto that base.
import type { Attempt } from '../../core/nouns/attempt.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { Step } from '../../core/nouns/step.ts'
import type { Repository } from '../../core/ports.ts'
import type { Shop } from '../work/shop.ts'

export interface Start {
  /** The commit that the clone is made from. */
  readonly commit: string
  /** Paths in which git's marks stand, for the agent to settle. */
  readonly marked: readonly string[]
}

/** Deterministic: asked twice, it is the same commit. */
export async function startOf(shop: Shop, item: Item, step: Step, attempt: Attempt): Promise<Start> {
  const before = step.attempts.find((one) => one.id === attempt.mends?.attempt)
  if (before?.commit === undefined || before.commit === attempt.base) return { commit: attempt.base, marked: [] }
  const repository = shop.repository(item)
  const merged = await repository.merge(attempt.base, before.commit)
  const { tree } = merged
  if (tree === undefined) return { commit: attempt.base, marked: [] }
  const marked = merged.clean ? [] : merged.conflicts.map((one) => one.path)
  return { commit: await commitOf(repository, tree, before, attempt), marked: [...new Set(marked)] }
}

function commitOf(repository: Repository, tree: string, before: Attempt, attempt: Attempt): Promise<string> {
  return repository.commit({
    tree,
    parents: [attempt.base],
    message: `What ${before.id} left, for ${attempt.id}\n`,
    authorName: 'Baton',
    authorEmail: 'baton@baton.invalid',
    at: attempt.startedAt,
  })
}

const marks = /^(?:<{7}|>{7}) /m
const mostRead = 200

/** The first of these paths in which a mark of git was left. */
export async function leftMarked(
  repository: Repository,
  tree: string,
  paths: readonly string[],
): Promise<string | undefined> {
  for (const path of paths.slice(0, mostRead)) {
    const bytes = await repository.readFile(tree, path)
    if (bytes !== null && marks.test(new TextDecoder().decode(bytes))) return path
  }
  return undefined
}
