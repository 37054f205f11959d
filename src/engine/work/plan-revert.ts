// Merges an integration out of the base branch when only its plan stands in the way: the boxes that it ticked are unticked in the plan as it is now.
import { match, sameWork } from '../../core/match.ts'
import { isPlanFile } from '../../core/nouns/item.ts'
import type { PlanChange, PlanItem } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { Merge, PlanFormat, Repository } from '../../core/ports.ts'
import type { ClosedItem, Integrated, Reversion } from '../../core/state.ts'
import { committed, putFiles } from '../committed.ts'
import type { Shop } from './shop.ts'

export interface Reverting {
  readonly closed: ClosedItem
  readonly integration: Integrated
  readonly reversion: Reversion
}

/** The base branch without it, as git makes it; where that fails on the plan's own files alone, those stay and their boxes are unticked. */
export async function mergeWithout(shop: Shop, due: Reverting, tip: string): Promise<Merge> {
  const repository = shop.parts.repository(due.closed.workspace)
  const without = await before(repository, due)
  const merged = await repository.merge(tip, without)
  const { plan } = due.integration
  if (merged.clean || plan === undefined || !merged.conflicts.every(({ path }) => isPlanFile(plan, path))) return merged
  const format = (await shop.parts.formats()).find(({ name }) => name === plan.format)
  if (format === undefined) return merged
  const paths = [...new Set(merged.conflicts.map(({ path }) => path))]
  const ticks = await ticksOf({ repository, due, source: plan.source, format }, paths)
  if (ticks === undefined) return merged
  const agreed = await commit(repository, due, await asNow(repository, without, tip, paths))
  const again = await repository.merge(tip, agreed)
  if (!again.clean) return merged
  const files = committed(repository, again.tree)
  const now = (await format.read(files, plan.source)).items.find(({ id }) => id === due.closed.id)
  const unticked = await format.write(files, plan.source, unticks(due, ticks, now?.steps ?? []))
  return { ...again, tree: await putFiles(repository, again.tree, unticked) }
}

/** What the branch held before the integration, as if somebody had gone back to it from there: merged, it takes back just that. */
async function before(repository: Repository, due: Reverting): Promise<string> {
  return commit(repository, due, await repository.treeOf(due.integration.before))
}

function commit(repository: Repository, { integration, reversion }: Reverting, tree: string): Promise<string> {
  const words = {
    message: `As before ${integration.commit}\n`,
    authorName: 'Baton',
    authorEmail: 'baton@baton.invalid',
  }
  return repository.commit({ ...words, tree, parents: [integration.commit], at: reversion.at })
}

/** The tree with these files as they are at the tip; what is not there any more stays away. */
async function asNow(repository: Repository, commit: string, tip: string, paths: readonly string[]): Promise<string> {
  const now = await Promise.all(paths.map(async (path) => ({ path, bytes: await repository.readFile(tip, path) })))
  const there = now.flatMap(({ path, bytes }) => (bytes === null ? [] : [{ path, bytes }]))
  const gone = now.flatMap(({ path, bytes }) => (bytes === null ? [{ path, kind: 'deleted' } as const] : []))
  const tree = await putFiles(repository, await repository.treeOf(commit), there)
  return gone.length === 0 ? tree : repository.writeTree(tree, gone)
}

interface Plan {
  readonly repository: Repository
  readonly due: Reverting
  readonly source: string
  readonly format: PlanFormat
}

interface Ticks {
  /** The plan's steps as they were integrated. */
  readonly steps: readonly StepSpec[]
  /** Which of them the integration ticked, by key, with the word that stood there before. */
  readonly marks: ReadonlyMap<string, string | undefined>
}

/** Undefined when the integration changed more of the plan than its boxes: that is a person's work, and a person's to take back. */
async function ticksOf(plan: Plan, paths: readonly string[]): Promise<Ticks | undefined> {
  const { repository, due, source, format } = plan
  const [was, done] = await Promise.all([itemAt(plan, due.integration.before), itemAt(plan, due.integration.commit)])
  if (was === undefined || done === undefined) return undefined
  const open = new Map(was.steps.filter(({ ticked }) => !ticked).map(({ key, mark }) => [key, mark]))
  const ticked = done.steps.filter(({ key, ticked }) => ticked && open.has(key))
  const ticks = { steps: done.steps, marks: new Map(ticked.map(({ key }) => [key, open.get(key)])) }
  if (format.keepsHistory === true) return sameWords(was, done) ? ticks : undefined
  const tree = await repository.treeOf(due.integration.commit)
  const undone = await putFiles(
    repository,
    tree,
    await format.write(committed(repository, tree), source, unticks(due, ticks, done.steps)),
  )
  const differ = new Set((await repository.diff(due.integration.before, undone)).map(({ path }) => path))
  return paths.some((path) => differ.has(path)) ? undefined : ticks
}

async function itemAt({ repository, due, source, format }: Plan, commit: string): Promise<PlanItem | undefined> {
  const { items } = await format.read(committed(repository, commit), source)
  return items.find(({ id }) => id === due.closed.id)
}

function sameWords(a: PlanItem, b: PlanItem): boolean {
  const said = ({ steps }: PlanItem) => JSON.stringify(steps.map(({ key, title, brief }) => [key, title, brief]))
  return said(a) === said(b)
}

/** Under the ids that the plan has for them now. */
function unticks({ closed, reversion }: Reverting, { steps, marks }: Ticks, now: readonly StepSpec[]): PlanChange[] {
  const stamp = { at: new Date(reversion.at).toISOString(), by: 'baton' }
  return match(steps, now).pairs.flatMap(({ from, to, by, alike }): PlanChange[] => {
    const [was, is] = [steps[from], now[to]]
    if (was === undefined || is === undefined || !marks.has(was.key) || !is.ticked) return []
    if (by !== 'id' && alike < sameWork) return []
    const mark = marks.get(was.key)
    const back = mark === undefined ? {} : { to: mark }
    return [{ kind: 'untick', item: closed.id, key: is.key, upward: true, stamp, ...back }]
  })
}
