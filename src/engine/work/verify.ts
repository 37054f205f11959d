// Verifies the first in the lane: its checks, run by Baton, on exactly the commit that would land; and rehearses those behind it.
import type { Duty } from '../../core/duties.ts'
import type { Effort } from '../dispatch.ts'
import { isWant, patiently } from './patience.ts'
import type { Rehearsals } from './rehearsals.ts'
import { messageOf, type Shop } from './shop.ts'

type OfAttempt = Extract<Duty, { attempt: unknown }>

export function verify(shop: Shop, rehearsals: Rehearsals, duty: OfAttempt): Effort {
  const { item, attempt } = duty
  const { tip } = item
  const failed = async (error: unknown): Promise<void> => {
    if (isWant(error)) return wait(shop, attempt.id, error)
    const why = `verification could not be carried out: ${messageOf(error)}`
    const verdicts = [{ check: 'verification', passed: false, why, evidence: '', ms: 0 }]
    await shop.submit('attempt.check', { attempt: attempt.id, tip, commit: '', tree: attempt.tree ?? '', verdicts })
  }
  let over = false
  const act = (): Promise<void> => judge(shop, rehearsals, duty, tip)
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

async function judge(shop: Shop, rehearsals: Rehearsals, duty: OfAttempt, tip: string): Promise<void> {
  const { attempt } = duty
  const lands = await rehearsals.commit(duty, tip)
  if (!lands.clean) {
    const { why, paths, shows } = lands
    await shop.submit('landing.refuse', { attempt: attempt.id, kind: 'conflict', why, paths, shows })
    return
  }
  const verdicts = await rehearsals.verdicts(duty, lands)
  await shop.submit('attempt.check', { attempt: attempt.id, tip, commit: lands.commit, tree: lands.tree, verdicts })
}

/** Only worked out ahead: when its turn comes on the same commit, the verdict is there already. What fails here is tried again then. */
export function rehearse(rehearsals: Rehearsals, duty: OfAttempt): Effort {
  const go = async (): Promise<void> => {
    const tip = await rehearsals.tipFor(duty)
    const lands = tip === undefined ? undefined : await rehearsals.commit(duty, tip)
    if (lands?.clean === true) await rehearsals.verdicts(duty, lands)
  }
  return { done: go().catch(() => undefined), stop: () => undefined }
}
