// Decides the landing of several results in one move, under one verdict on the last of their commits.
import { passes, sharedChecks, still } from '../batches.ts'
import type { Decided } from '../decide/answer.ts'
import { noItem } from '../decide/run.ts'
import { fact } from '../facts.ts'
import type { Item } from '../nouns/item.ts'
import { attemptOf, type State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import { branchRef, notDue } from './landing.ts'

type Batch = Wishes['landing.batch']

/**
 * Said and ordered at once: between the verdict and the order nothing can leave the batch, and the branch goes from where it is to the one
 * commit that was checked. Each attempt's record names its own commit, and the commit that its verdict was given on.
 */
export function orderBatch(state: State, data: Batch): Decided {
  const item = state.items.get(data.item)
  if (item === undefined) return noItem(data.item)
  const last = data.batch.at(-1)
  const why = data.batch.length < 2 ? 'it names fewer than two' : unfit(state, item, data)
  if (last === undefined || why !== undefined) return notDue(data.item, why ?? '')
  const checked = data.batch.map(({ attempt, commit, tree }, at) => {
    const tip = data.batch[at - 1]?.commit ?? data.expected
    // What the checks printed is kept once.
    const verdicts = commit === last.commit ? data.verdicts : data.verdicts.map((one) => ({ ...one, evidence: '' }))
    return fact('attempt.checked', item.id, { attempt, tip, commit, tree, on: last.commit, passed: true, verdicts })
  })
  const ordered = fact('landing.ordered', item.id, {
    attempt: data.batch[0]?.attempt ?? last.attempt,
    ref: branchRef(item),
    expected: data.expected,
    commit: last.commit,
    tree: last.tree,
    batch: data.batch.map(({ attempt, commit }) => ({ attempt, commit })),
  })
  return [...checked, ordered]
}

function unfit(state: State, item: Item, { expected, batch, verdicts }: Batch): string | undefined {
  if (item.landing !== undefined) return `${item.landing.attempt} is landing`
  if (still(state, item)) return 'the run is paused, or a question about the whole item is open'
  if (item.tip !== expected) return 'the branch has moved since'
  if (batch.some(({ attempt }, at) => item.lane[at] !== attempt))
    return 'they are not the first in line, in their order'
  if (new Set([expected, ...batch.map(({ commit }) => commit)]).size <= batch.length) return 'one of them lands nothing'
  const lists = new Set(
    batch.map(({ attempt }) => {
      const found = attemptOf(state, attempt)
      return found === undefined ? undefined : sharedChecks(state, item, found.step)
    }),
  )
  const [checks] = lists
  if (lists.size !== 1 || checks === undefined)
    return 'not all of them are judged by the same checks and by nobody else'
  return passes(checks, verdicts) ? undefined : 'their checks did not pass'
}
