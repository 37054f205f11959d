// Lands the first in the lane: orders what was checked, moves the branch to exactly that, says so, and tidies up.

import type { Duty } from '../../core/duties.ts'
import { type Item, isLanding, type Landing } from '../../core/nouns/item.ts'
import type { Repository } from '../../core/ports.ts'
import { branchRef } from '../../core/reports/landing.ts'
import { attemptOf } from '../../core/state.ts'
import type { Effort } from '../dispatch.ts'
import type { Work } from './landing-commit.ts'
import type { Rehearsals } from './rehearsals.ts'
import { attemptRef, cloneName, messageOf, type Shop } from './shop.ts'

type OfAttempt = Extract<Duty, { attempt: unknown }>

export function land(shop: Shop, duty: OfAttempt): Effort {
  const refuse = (error: unknown): Promise<unknown> =>
    shop.submit('landing.refuse', { attempt: duty.attempt.id, kind: 'held', why: messageOf(error), paths: [] })
  return {
    done: order(shop, duty)
      .catch(refuse)
      .then(() => undefined),
    stop: () => undefined,
  }
}

async function order(shop: Shop, duty: OfAttempt): Promise<void> {
  const { item, attempt } = duty
  const { checked } = attempt
  if (checked === undefined || !(await atHome(shop, item, attempt.id))) return
  await shop.submit('landing.order', { attempt: attempt.id, expected: checked.tip, commit: checked.commit })
}

/** Whether the branch is where the journal left it. Work that others added on top is adopted; anything else is a person's question. */
export async function atHome(shop: Shop, item: Item, attempt: string): Promise<boolean> {
  const repository = shop.repository(item)
  const found = await repository.tip(branchRef(item))
  if (found === item.tip || (found === null && item.unborn)) return true
  if (found !== null && (await repository.isAncestor(item.tip, found))) {
    const why = `somebody added commits to ${item.branch}, up to ${found.slice(0, 10)}`
    await shop.submit('branch.adopt', { item: item.id, commit: found, why })
    return false
  }
  const where =
    found === null
      ? 'was deleted'
      : `was moved to ${found.slice(0, 10)}, which does not contain what has landed (${item.tip.slice(0, 10)})`
  const why = `${item.branch} ${where}.`
  await shop.submit('landing.refuse', {
    attempt,
    kind: 'foreign',
    why,
    paths: [],
    ...(found === null ? {} : { shows: found, dropped: await dropped(repository, item, found) }),
  })
  return false
}

/** What has landed, and is not on this commit. Newest first: what landed before one that is on it, is on it too. */
async function dropped(repository: Repository, item: Item, found: string): Promise<readonly string[]> {
  const done = item.steps.flatMap(({ phase, landed }) => (phase === 'done' && landed !== undefined ? [landed] : []))
  const gone: string[] = []
  for (const { attempt, commit } of done.sort((a, b) => b.seq - a.seq)) {
    if (await repository.isAncestor(commit, found)) break
    gone.push(attempt)
  }
  return gone
}

function landedBy({ attempt, batch }: Landing): string {
  return batch === undefined ? attempt : `${attempt} and ${batch.length - 1} more`
}

/** Carries out an ordered landing. After a crash its outcome is unknown, so the ref is looked at first. */
export function move(shop: Shop, rehearsals: Rehearsals, duty: OfAttempt): Effort {
  const refuse = (error: unknown): Promise<unknown> =>
    shop.submit('landing.refuse', { attempt: duty.attempt.id, kind: 'held', why: messageOf(error), paths: [] })
  return {
    done: moveBranch(shop, rehearsals, duty)
      .catch(refuse)
      .then(() => undefined),
    stop: () => undefined,
  }
}

async function moveBranch(shop: Shop, rehearsals: Rehearsals, duty: OfAttempt): Promise<void> {
  const { item, attempt } = duty
  const landing = item.landing
  if (landing === undefined || !isLanding(item, attempt.id)) return
  const repository = shop.repository(item)
  const found = await repository.tip(landing.ref)
  if (found !== landing.commit) {
    const expected = found === null && item.unborn ? null : landing.expected
    const moved = await repository.moveRef(landing.ref, landing.commit, expected, `baton: land ${landedBy(landing)}`)
    if (moved.kind === 'held') {
      const why = `${moved.where} has uncommitted changes in the way (${moved.paths.slice(0, 5).join(', ')}): ${moved.why}`
      await shop.submit('landing.refuse', { attempt: attempt.id, kind: 'held', why, paths: moved.paths.slice(0, 100) })
      return
    }
    if (moved.kind === 'elsewhere' && moved.at !== landing.commit) return foreign(shop, duty, moved.at)
  }
  const answer = await shop.submit('landing.settle', { attempt: attempt.id })
  for (const one of landing.batch ?? [{ attempt: attempt.id }]) {
    rehearsals.forget(one.attempt)
    const found = attemptOf(shop.state, one.attempt)
    if (answer.ok && found !== undefined) await tidy(shop, found)
  }
}

async function foreign(shop: Shop, duty: OfAttempt, at: string | null): Promise<void> {
  const { item, attempt } = duty
  const where = at === null ? 'was deleted' : `is at ${at.slice(0, 10)}`
  const why = `${item.branch} ${where}, moved by somebody else while a landing was under way.`
  await shop.submit('landing.refuse', {
    attempt: attempt.id,
    kind: 'foreign',
    why,
    paths: [],
    ...(at === null ? {} : { shows: at, dropped: await dropped(shop.repository(item), item, at) }),
  })
}

/** What has landed need not be kept twice. The fact comes first; what a crash leaves behind, `gc` finds. */
async function tidy(shop: Shop, { item, step, attempt }: Work): Promise<void> {
  const answer = await shop.submit('clone.discard', { attempt: attempt.id, why: 'its work has landed', named: false })
  if (!answer.ok) return
  await shop.clones(item).discard(cloneName(attempt.id))
  // Nobody goes on in a session whose work has landed.
  const agents = new Set(step.attempts.map((one) => one.agent))
  for (const agent of agents) await shop.parts.agentHomes?.forget(cloneName(`${step.id}/${agent}`))
  const ref = attemptRef(attempt.id)
  const pinned = await shop.repository(item).tip(ref)
  if (pinned !== null) await shop.repository(item).deleteRef(ref, pinned)
}
