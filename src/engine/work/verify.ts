// Verifies the first in the lane: its checks, run by Baton, on exactly the commit that would land; and rehearses those behind it.
import type { Duty } from '../../core/duties.ts'
import type { Effort } from '../dispatch.ts'
import type { Batches } from './batches.ts'
import { atHome } from './land.ts'
import { isWant, patiently } from './patience.ts'
import type { Rehearsals } from './rehearsals.ts'
import { messageOf, type Shop } from './shop.ts'

type OfAttempt = Extract<Duty, { attempt: unknown }>

interface Parts {
  readonly shop: Shop
  readonly rehearsals: Rehearsals
  readonly batches: Batches
}

export function verify(parts: Parts, duty: OfAttempt): Effort {
  const { shop } = parts
  const { item, attempt } = duty
  const { tip } = item
  const failed = async (error: unknown): Promise<void> => {
    if (isWant(error)) return wait(shop, attempt.id, error)
    const why = `verification could not be carried out: ${messageOf(error)}`
    const verdicts = [{ check: 'verification', passed: false, why, evidence: '', ms: 0 }]
    await shop.submit('attempt.check', { attempt: attempt.id, tip, commit: '', tree: attempt.tree ?? '', verdicts })
  }
  let over = false
  const act = (): Promise<void> => judge(parts, duty, tip, () => over)
  const done = patiently(shop.parts.clock, act, () => over).catch(failed)
  const stop = (): void => {
    over = true
  }
  return { done, stop }
}

/** It stays owed, so it is tried again; until then the step says what it waits for. No try of the step is spent. */
async function wait(shop: Shop, attempt: string, error: unknown): Promise<void> {
  const why = `Baton could not check it: ${messageOf(error)}`
  await shop.submit('landing.refuse', { attempt, kind: 'held', why, paths: [] })
}

async function judge(parts: Parts, duty: OfAttempt, tip: string, over: () => boolean): Promise<void> {
  const { shop, rehearsals, batches } = parts
  const { item, attempt } = duty
  const lands = await rehearsals.commit(duty, tip)
  if (!lands.clean) {
    const { why, paths, shows } = lands
    await shop.submit('landing.refuse', { attempt: attempt.id, kind: 'conflict', why, paths, shows })
    return
  }
  const judged = await batches.judge(duty, tip, over)
  if (judged === undefined) return
  const { links, verdicts } = judged
  if (links.length === 1) {
    await shop.submit('attempt.check', { attempt: attempt.id, tip, commit: lands.commit, tree: lands.tree, verdicts })
    return
  }
  if (!(await atHome(shop, item, attempt.id))) return
  const batch = links.map(({ work, lands }) => ({ attempt: work.attempt.id, commit: lands.commit, tree: lands.tree }))
  await shop.submit('landing.batch', { item: item.id, expected: tip, batch, verdicts })
}

/** Only worked out ahead: when its turn comes on the same commit, the verdict is there already. What fails here is tried again then. */
export function rehearse(batches: Batches, duty: OfAttempt): Effort {
  return { done: batches.rehearse(duty).catch(() => undefined), stop: () => undefined }
}
