// Verifies an attempt: its checks, run by Baton, on its result merged with the tip of the item's branch.
import type { Duty } from '../../core/duties.ts'
import type { Effort } from '../dispatch.ts'
import { check } from './checking.ts'
import { merge, provisional } from './merging.ts'
import { cloneName, messageOf, type Shop } from './shop.ts'

type OfAttempt = Extract<Duty, { attempt: unknown }>

export function verify(shop: Shop, duty: OfAttempt): Effort {
  const { attempt } = duty
  const failed = (error: unknown): Promise<unknown> => {
    const why = `verification could not be carried out: ${messageOf(error)}`
    const verdict = { check: 'verification', passed: false, why, evidence: '', ms: 0 }
    return shop.submit('attempt.check', {
      attempt: attempt.id,
      tip: duty.item.tip,
      tree: attempt.tree ?? '',
      verdicts: [verdict],
    })
  }
  return {
    done: go(shop, duty)
      .catch(failed)
      .then(() => undefined),
    stop: () => undefined,
  }
}

async function go(shop: Shop, duty: OfAttempt): Promise<void> {
  const { item, attempt } = duty
  const tip = item.tip
  const merged = await merge(shop, item, attempt, tip)
  if (!merged.clean) {
    const { why, paths, shows } = merged
    await shop.submit('landing.refuse', { attempt: attempt.id, kind: 'conflict', why, paths, shows })
    return
  }
  const verdicts = await checked(shop, duty, tip, merged.tree)
  await shop.submit('attempt.check', { attempt: attempt.id, tip, tree: merged.tree, verdicts })
}

/** The verdicts on one merged tree. */
export async function checked(shop: Shop, duty: OfAttempt, tip: string, tree: string) {
  const { item, step, attempt } = duty
  const { checks } = shop.terms(item, step)
  if (checks.length === 0) return []
  const commit = await provisional(shop, item, step, attempt, tip, tree)
  const name = `${cloneName(attempt.id)}~check~${tree.slice(0, 12)}`
  return check(shop, { item, step: step.spec, attempt: attempt.id, commit, checks, name })
}
