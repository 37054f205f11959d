// What would land and what the checks say of it, worked out before its turn; kept in memory, thrown away at will, never recorded.
import type { Verdict } from '../../core/nouns/check.ts'
import { attemptOf } from '../../core/state.ts'
import { check, checksOf } from './checking.ts'
import { type Conflicts, type Lands, landingCommit, type Work } from './landing-commit.ts'
import type { Shop } from './shop.ts'

interface Kept<T> {
  readonly on: string
  readonly result: Promise<T>
}

const mostKept = 256

/**
 * Invariant: a verdict is kept under the commit it was given on, and used only if that very commit is what would land now.
 * So a guess that turns out wrong costs time and nothing else.
 */
export class Rehearsals {
  readonly #shop: Shop
  readonly #commits = new Map<string, Kept<Lands | Conflicts>>()
  readonly #verdicts = new Map<string, Kept<readonly Verdict[]>>()

  constructor(shop: Shop) {
    this.#shop = shop
  }

  /** What this attempt would land as on `tip`. */
  commit(work: Work, tip: string): Promise<Lands | Conflicts> {
    return keep(this.#commits, work.attempt.id, tip, () => landingCommit(this.#shop, work, tip))
  }

  /** What the checks say of a commit, for whoever was let through to run them. */
  verdicts(work: Work, lands: Lands): Promise<readonly Verdict[]> {
    const run = (): Promise<readonly Verdict[]> => check(this.#shop, work, lands.commit)
    return this.known(work, lands) ?? keep(this.#verdicts, work.attempt.id, lands.commit, run)
  }

  /** The same, when it is known, or soon will be, without running anything more. */
  known(work: Work, lands: Lands): Promise<readonly Verdict[]> | undefined {
    const { id, checked } = work.attempt
    if (checked?.passed === true && checked.on === undefined && checked.commit === lands.commit)
      return Promise.resolve(checked.verdicts)
    if (checksOf(this.#shop, work).length === 0) return Promise.resolve([])
    return keptOn(this.#verdicts, id, lands.commit)
  }

  /** The tip that this attempt would land on if everything before it in the lane lands; undefined when that cannot be said. */
  async tipFor(work: Work): Promise<string | undefined> {
    const { item, attempt } = work
    let tip = item.tip
    for (const id of [...item.lane]) {
      if (id === attempt.id) return tip
      const before = attemptOf(this.#shop.state, id)
      if (before === undefined) return undefined
      const lands = await this.commit(before, tip)
      if (!lands.clean) return undefined
      tip = lands.commit
    }
    return undefined
  }

  forget(attempt: string): void {
    this.#commits.delete(attempt)
    this.#verdicts.delete(attempt)
  }
}

function keptOn<T>(kept: Map<string, Kept<T>>, attempt: string, on: string): Promise<T> | undefined {
  const known = kept.get(attempt)
  if (known?.on === on) return known.result
  return undefined
}

function keep<T>(kept: Map<string, Kept<T>>, attempt: string, on: string, make: () => Promise<T>): Promise<T> {
  const known = keptOn(kept, attempt, on)
  if (known !== undefined) return known
  const fresh: Kept<T> = { on, result: make() }
  kept.delete(attempt)
  kept.set(attempt, fresh)
  fresh.result.catch(() => {
    if (kept.get(attempt) === fresh) kept.delete(attempt)
  })
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break
    kept.delete(oldest)
  }
  return fresh.result
}
