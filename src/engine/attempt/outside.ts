// Takes what somebody did outside, in a checkout or a folder of their own, and keeps it as the result of their attempt.
import { realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { type Attempt, ownWords } from '../../core/nouns/attempt.ts'
import { type Item, isPlanFile } from '../../core/nouns/item.ts'
import type { Step } from '../../core/nouns/step.ts'
import { onlyReads } from '../../core/policy.ts'
import type { OutsideOrder, OutsideTaken } from '../../core/ports/house.ts'
import { type Collected, type Repository, RepositoryTrouble } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { attemptOf, closedItemOf } from '../../core/state.ts'
import { quoted } from '../../core/text/neutral.ts'
import { scrub } from '../../core/text/secrets.ts'
import { authorOf, type Shop } from '../work/shop.ts'
import { brought } from './bringing.ts'
import { keep } from './result.ts'

interface Work {
  readonly shop: Shop
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
  readonly order: OutsideOrder
}

/** Asked twice for the same, it gives the same. The folder may hold anything: it is read by plumbing, and nothing of it is run. */
export async function takeOutside(shop: Shop, order: OutsideOrder): Promise<OutsideTaken> {
  try {
    return await take(shop, order)
  } catch (error) {
    throw error instanceof RepositoryTrouble ? ofMaterial(error, order.attempt) : error
  }
}

/** What cannot be read of a stranger's work is no mistake of ours, and ends nothing. */
function ofMaterial(trouble: RepositoryTrouble, attempt: string): Error {
  const { kind, message, remedy } = trouble
  const why = message.slice(0, message.length - remedy.length).trim()
  const what = `result of ${attempt}`
  if (kind === 'git') return new Refused(refuse('conflict', what, why, `${remedy} Nothing has ended.`))
  if (kind === 'name')
    return new Refused(refuse('invalid', what, why, 'take it out, or rename it, and commit that; then baton complete'))
  if (kind === 'too-large' || kind === 'timeout')
    return new Refused(refuse('invalid', what, why, 'hand in less: leave out what is made by programs'))
  return trouble
}

async function take(shop: Shop, order: OutsideOrder): Promise<OutsideTaken> {
  const found = attemptOf(shop.state, order.attempt)
  if (found === undefined) {
    const what = `attempt ${order.attempt}`
    const over = closedItemOf(shop.state, order.attempt)
    if (over === undefined)
      throw new Refused(refuse('not-found', what, 'no such attempt was started', 'baton status lists the steps'))
    throw new Refused(refuse('conflict', what, `its item is closed: ${over.why}`, `baton status ${over.id}`))
  }
  const work = { shop, order, ...found }
  const { item, step, attempt } = found
  if (attempt.outside === undefined) return {}
  const answer = order.answer === undefined ? {} : { summary: await answerOf(work, order.answer) }
  if (onlyReads(shop.workspace(item).policy, step.spec)) return answer
  const collected = await (order.from === undefined ? byCommit(work) : byFolder(work, order.from))
  const plan = collected.changes.filter(({ path }) => isPlanFile(item, path))
  const said = plan.map(({ path }) => ({
    path,
    why: "the plan's file stays as Baton has it",
  }))
  const leftOut = [...collected.leftOut, ...said]
  const made = { item, step, attempt, start: { commit: attempt.base, marked: [] } }
  return { ...(await keep(shop, made, { ...collected, leftOut })), ...answer }
}

const answerAtMost = 8000

async function answerOf({ shop, attempt }: Work, text: string): Promise<string> {
  const clean = scrub(text.slice(0, answerAtMost).toWellFormed(), shop.parts.secrets)
  return shop.parts.store.put(new TextEncoder().encode(ownWords(attempt.id, clean)))
}

/**
 * The files as they lie there. In a checkout they are what was made of its own commit, so that what has landed since is not undone;
 * anywhere else, of the commit that was claimed from.
 */
async function byFolder(work: Work, folder: string): Promise<Collected> {
  const { shop, item, attempt } = work
  const place = await placeOf(work, folder)
  const theirs = await checkoutAt(work, folder)
  if (theirs !== undefined && theirs.root !== place) {
    const why = `${quoted(folder)} lies inside the checkout ${quoted(theirs.root)}: taken alone, everything beside it would be removed`
    const remedy = `--from ${quoted(theirs.root)}, or a copy of the files outside of it`
    throw new Refused(refuse('invalid', `result of ${attempt.id}`, why, remedy))
  }
  if (theirs === undefined || theirs.head === null)
    return taken(work, place, () =>
      shop.clones(item).takeFrom?.({ repository: item.workspace, base: attempt.base }, place),
    )
  const { repository, root, head } = theirs
  const { tree, leftOut } = await taken(work, root, () =>
    shop.clones(item).takeFrom?.({ repository: root, base: head }, root),
  )
  const message = `What lay in a folder, for ${attempt.id}\n`
  const commit = await repository.commit({
    ...{ tree, parents: [head], message, at: attempt.startedAt },
    ...authorOf(attempt),
  })
  const collected = await ofCommit(work, theirs, commit)
  return { ...collected, leftOut: [...leftOut, ...collected.leftOut] }
}

/** Where a folder really is. What git and Baton keep to themselves, keys among it, is nobody's work. */
async function placeOf({ shop, attempt }: Work, folder: string): Promise<string> {
  const what = `result of ${attempt.id}`
  const place = await realpath(folder).catch((error: Error) => {
    const why = `${quoted(folder)} could not be read: ${error.message}`
    throw new Refused(refuse('invalid', what, why, readable))
  })
  const home = await homeOf(shop)
  const within = `${place}${sep}`.startsWith(`${home}${sep}`)
  if (!within && !place.split(sep).includes('.git')) return place
  const why = `${quoted(folder)} lies inside ${within ? "Baton's own home" : 'a git folder'}`
  throw new Refused(refuse('invalid', what, why, 'name the folder that holds the files'))
}

function homeOf({ parts }: Shop): Promise<string> {
  return realpath(parts.home).catch(() => parts.home)
}

/** Where Baton's home lies below the folder, no ignore rule may be what keeps its keys out of a repository. */
async function withoutHome({ shop, attempt }: Work, folder: string, collected: Collected): Promise<Collected> {
  const below = relative(await realpath(folder), await homeOf(shop))
  const holds = ({ path }: { path: string }) => path === below || path.startsWith(`${below}/`)
  if (!collected.changes.some(holds)) return collected
  const why = `${quoted(folder)} holds Baton's own home, ${quoted(below)}, and git does not ignore it`
  const remedy = `add ${quoted(below)} to .gitignore and commit that, or name another folder`
  throw new Refused(refuse('invalid', `result of ${attempt.id}`, why, remedy))
}

const readable = 'name a folder that is there and may be read'

async function taken(work: Work, folder: string, take: () => Promise<Collected> | undefined): Promise<Collected> {
  const { shop, item, attempt } = work
  const what = `result of ${attempt.id}`
  try {
    const collected = await take()
    if (collected !== undefined) return await withoutHome(work, folder, collected)
  } catch (error) {
    if (error instanceof Refused) throw error
    const why = `${quoted(folder)} could not be read: ${error instanceof Error ? error.message : String(error)}`
    throw new Refused(refuse('invalid', what, why, readable))
  }
  const why = `clones of the kind "${shop.workspace(item).clones}" take nothing from other folders`
  throw new Refused(refuse('policy', what, why, 'name a commit: --commit'))
}

/** Ours are the objects of the workspace; a checkout of the same repository shares them, any other brings its own. */
async function byCommit(work: Work): Promise<Collected> {
  const { shop, item, order } = work
  const ours = shop.repository(item)
  const theirs = await checkout(work)
  const own = { repository: ours, root: item.workspace, head: null }
  const commit = await commitNamed(work, theirs === undefined ? [own] : [theirs, own])
  if (theirs !== undefined && order.commit === undefined) await refuseUncommitted(work, theirs.root, commit)
  return ofCommit(work, theirs, commit)
}

async function ofCommit(work: Work, theirs: Checkout | undefined, commit: string): Promise<Collected> {
  const { shop, item, attempt } = work
  const ours = shop.repository(item)
  const source = (await has(ours, commit)) ? ours : theirs?.repository
  if (source === undefined || !(await has(source, commit))) throw noCommit(work, commit)
  const tree = await treeOn(work, source, commit)
  return brought(ours, attempt, { source, tree })
}

interface Checkout {
  readonly repository: Repository
  readonly root: string
  readonly head: string | null
}

/** Undefined where the folder is no checkout at all, and a commit is named. */
async function checkout(work: Work): Promise<Checkout | undefined> {
  const { order, attempt } = work
  const found = await checkoutAt(work, order.folder)
  if (found !== undefined || order.commit !== undefined) return found
  const why = `${quoted(order.folder)} is no git checkout whose commit could be taken`
  const remedy = 'stand in the checkout that holds the work, name it by --commit, or name a folder of files by --from'
  throw new Refused(refuse('invalid', `result of ${attempt.id}`, why, remedy))
}

async function checkoutAt({ shop }: Work, folder: string): Promise<Checkout | undefined> {
  try {
    const repository = shop.parts.repository(folder)
    const { root, head } = await repository.look()
    return { repository, root, head }
  } catch (error) {
    if (error instanceof RepositoryTrouble && error.kind === 'unfit') return undefined
    throw error
  }
}

const full = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** In the first of them that knows the name. */
async function commitNamed({ attempt, order }: Work, checkouts: readonly Checkout[]): Promise<string> {
  const name = order.commit ?? 'HEAD'
  if (full.test(name)) return name
  for (const { repository, head } of checkouts) {
    if (name === 'HEAD' && head !== null) return head
    for (const ref of [name, `refs/heads/${name}`, `refs/tags/${name}`, `refs/remotes/${name}`]) {
      const at = ref.startsWith('refs/') ? await tipOf(repository, ref) : null
      if (at !== null) return at
    }
  }
  const roots = new Set(checkouts.map(({ root }) => root))
  const why = `${quoted(name)} is no branch or tag of ${[...roots].join(' or ')}, and no full commit id`
  throw new Refused(
    refuse('not-found', `result of ${attempt.id}`, why, `git rev-parse ${quoted(name, 100)} gives the full id`),
  )
}

async function tipOf(repository: Repository, ref: string): Promise<string | null> {
  try {
    return await repository.tip(ref)
  } catch (error) {
    if (error instanceof RepositoryTrouble && error.kind === 'name') return null
    throw error
  }
}

async function has(repository: Repository, commit: string): Promise<boolean> {
  try {
    await repository.treeOf(commit)
    return true
  } catch (error) {
    if (error instanceof RepositoryTrouble) return false
    throw error
  }
}

function noCommit({ attempt, item }: Work, commit: string): Refused {
  const why = `neither ${item.workspace} nor the checkout holds the commit ${commit.slice(0, 10)}`
  const remedy = 'fetch it there (git fetch), or stand in the checkout that holds it'
  return new Refused(refuse('not-found', `result of ${attempt.id}`, why, remedy))
}

const mostNamed = 10

/** What is not committed would be left behind without a word. New files that are not ignored count too. */
async function refuseUncommitted(work: Work, root: string, head: string): Promise<void> {
  const { shop, item, attempt } = work
  const open = await taken(work, root, () => shop.clones(item).takeFrom?.({ repository: root, base: head }, root))
  if (open.changes.length === 0) return
  const names = open.changes.slice(0, mostNamed).map(({ path }) => quoted(path, 200))
  const more = open.changes.length > mostNamed ? ` and ${open.changes.length - mostNamed} more` : ''
  const why = `${names.join(', ')}${more} in ${quoted(root)} ${open.changes.length === 1 ? 'is' : 'are'} not committed`
  const remedy = 'commit them; or --commit HEAD takes what is committed, and --from . the files as they lie there'
  throw new Refused(refuse('conflict', `result of ${attempt.id}`, why, remedy))
}

/** What the commit makes of the base: its own tree where it grew from it, else both merged. */
async function treeOn({ attempt, item }: Work, source: Repository, commit: string): Promise<string> {
  const { base } = attempt
  const what = `result of ${attempt.id}`
  if (!(await has(source, base))) {
    const why = `the checkout does not hold ${base.slice(0, 10)}, from which the step was claimed, so nothing can be compared`
    const remedy = `git fetch ${quoted(item.workspace)} ${item.branch} there, or hand over a copy of the files alone: --from`
    throw new Refused(refuse('conflict', what, why, remedy))
  }
  if (await source.isAncestor(base, commit)) return source.treeOf(commit)
  const merged = await source.merge(base, commit)
  if (merged.clean) return merged.tree
  const paths = [...new Set(merged.conflicts.map(({ path }) => quoted(path, 200)))].slice(0, mostNamed)
  const why = `${commit.slice(0, 10)} conflicts with ${base.slice(0, 10)}, from which the step was claimed, in ${paths.join(', ')}`
  throw new Refused(refuse('conflict', what, why, `merge or rebase it onto ${base}, then baton complete again`))
}
