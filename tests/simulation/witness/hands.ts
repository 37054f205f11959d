// Holds every start of an attempt against what was promised of accounts, budgets and work that is gone on with.
import type { Facts } from '../../../src/core/facts.ts'
import type { State } from '../../../src/core/state.ts'
import type { Witness } from '../witness.ts'
import type { Read } from './book.ts'

/** The witness's own account, from the facts alone. */
export class Purses {
  readonly #bars = new Map<string, number>()
  readonly #used = new Map<string, number>()
  readonly #limits = new Map<string, number>()
  readonly #past = new Set<string>()
  readonly #closed = new Set<string>()
  readonly #commits = new Map<string, string | undefined>()

  take({ type, data, at }: Read): void {
    if (type === 'account.barred') {
      const { account, until } = data as Facts['account.barred']
      this.#bars.set(account, until ?? Number.POSITIVE_INFINITY)
    }
    if (type === 'account.freed') this.#bars.delete((data as Facts['account.freed']).account)
    if (type === 'attempt.used') this.#use(data as Facts['attempt.used'])
    if (type === 'attempt.ended') this.#end(data as Facts['attempt.ended'])
    if (type === 'item.closed') this.#closed.add((data as Facts['item.closed']).id)
    if (type === 'item.reopened') this.#reopen((data as Facts['item.reopened']).id)
    if (type === 'attempt.late') this.#late(data as Facts['attempt.late'])
    if (type === 'budget.set') {
      const { id, limits } = data as Facts['budget.set']
      this.#limits.set(id, limits.tokens ?? Number.POSITIVE_INFINITY)
    }
    void at
  }

  #reopen(item: string): void {
    this.#closed.delete(item)
    for (const attempt of this.#commits.keys()) if (attempt.startsWith(`${item}/`)) this.#past.add(attempt)
  }

  /** What is told of when its item is over, or was over since, draws on no budget any more. */
  #late(data: Facts['attempt.late']): void {
    if (!this.#past.has(data.attempt) && !this.#closed.has(data.attempt.slice(0, data.attempt.indexOf('/'))))
      this.#use(data)
  }

  #use({ attempt, used }: { attempt: string; used?: Facts['attempt.used']['used'] }): void {
    const tokens = used === undefined ? 0 : used.tokensIn + used.tokensOut
    this.#used.set(attempt, Math.max(tokens, this.#used.get(attempt) ?? 0))
  }

  #end(data: Facts['attempt.ended']): void {
    this.#use(data)
    this.#commits.set(data.attempt, data.commit)
  }

  judge(witness: Witness, state: State, data: Facts['attempt.started'], at: number): void {
    // Whoever works outside asks nothing of an account, and spends nothing that is counted here.
    if (data.outside !== undefined) return
    const item = data.step.slice(0, data.step.indexOf('/'))
    const policy = state.workspaces.get(state.items.get(item)?.workspace ?? '')?.policy
    const account = policy?.agents.find((one) => one.name === data.agent)?.account ?? data.agent
    const until = this.#bars.get(account)
    if (until !== undefined && until > at)
      witness.breaks('barred', `${data.attempt} is given to ${data.agent}, whose account is barred until ${until}`)
    const limit = this.#limits.get(item) ?? policy?.budgets.item?.tokens
    const spent = [...this.#used].filter(([id]) => id.startsWith(`${item}/`)).reduce((sum, [, one]) => sum + one, 0)
    if (limit !== undefined && spent >= limit * 0.9)
      witness.breaks('budget', `${data.attempt} starts although ${spent} of ${limit} tokens of ${item} are spent`)
    const { mends } = data
    if (mends === undefined) return
    if (!mends.attempt.startsWith(`${data.step}/`) || this.#commits.get(mends.attempt) === undefined)
      witness.breaks('exclusive', `${data.attempt} goes on from ${mends.attempt}, which left nothing`)
  }
}
