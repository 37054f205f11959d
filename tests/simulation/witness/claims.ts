// Holds claims from outside to what was promised: one claimer, who alone ends it, and of whom nothing but what they made is taken.
import type { Facts } from '../../../src/core/facts.ts'
import { tickFile } from '../boxes.ts'
import { outsiders, owner } from '../outsiders.ts'
import type { Witness } from '../witness.ts'
import type { Work } from '../work.ts'
import type { Read } from './book.ts'

interface Own {
  readonly agent: string
  readonly base: string
  /** All that was handed in for it, taken or not. */
  readonly works: Work[]
  ended: Facts['attempt.ended'] | undefined
}

/** Invariant: worked out from the facts and from what the outsiders did, without the house's fold. */
export class Claims {
  readonly #witness: Witness
  readonly #own = new Map<string, Own>()
  /** Given back by the fact before: the one after must let its step wait again. */
  #returned: { readonly attempt: string; readonly released: boolean } | undefined

  constructor(witness: Witness) {
    this.#witness = witness
  }

  has(attempt: string): boolean {
    return this.#own.has(attempt)
  }

  take({ type, data, by, because }: Read): void {
    if (this.#returned !== undefined) this.#waitsAgain(type, data)
    if (type === 'attempt.started') this.#start(data as Facts['attempt.started'], by)
    if (type === 'attempt.began' && this.has((data as Facts['attempt.began']).attempt))
      this.#breaks(`an agent begins ${(data as Facts['attempt.began']).attempt}, which is claimed outside`)
    if (type === 'attempt.ended') this.#end(data as Facts['attempt.ended'], by, because)
  }

  #breaks(how: string): void {
    this.#witness.breaks('claimed', how)
  }

  #start({ attempt, agent, base, outside, executor }: Facts['attempt.started'], by: string): void {
    if ((outside === undefined) !== (executor !== 'outside')) this.#breaks(`${attempt} is half outside`)
    if (outside === undefined) return
    if (outsiders[agent] !== by || outside.displayName !== by)
      this.#breaks(`the record says that ${by} claims ${attempt} as ${agent}`)
    if (this.#witness.world.plot.policy.outside === 'forbid')
      this.#breaks(`${attempt} is claimed where that is forbidden`)
    this.#own.set(attempt, { agent, base, works: [], ended: undefined })
  }

  /** By whoever has it, or by somebody who rules; else it was stopped, and nothing is said of how it went. */
  #end(data: Facts['attempt.ended'], by: string, because: string): void {
    const own = this.#own.get(data.attempt)
    if (own === undefined) return
    own.ended = data
    const { kind } = data.outcome
    const said = because === 'attempt.complete' || because === 'attempt.release'
    if (said && by !== outsiders[own.agent] && by !== owner)
      this.#breaks(`${by} ends ${data.attempt} by ${because}, and ${own.agent} has it`)
    const stopped = kind === 'stopped' && because !== 'attempt.complete' && data.outcome.reason === 'cancelled'
    if (kind === 'stopped' ? !stopped : because !== 'attempt.complete')
      this.#breaks(`${data.attempt} is ${kind} because of ${because}: ${data.outcome.why}`)
    if (because === 'attempt.release') this.#returned = { attempt: data.attempt, released: false }
    if (kind === 'succeeded' && data.commit !== undefined) this.#judgeResult(data.attempt, own.works)
  }

  #waitsAgain(type: string, data: unknown): void {
    const { attempt, released } = this.#returned ?? { attempt: '', released: false }
    if (type === 'claim.released' && !released) {
      this.#returned = { attempt, released: true }
      return
    }
    if (type.startsWith('gate.')) return
    this.#returned = undefined
    const { counted, step } = data as Partial<Facts['step.requeued']>
    if (type !== 'step.requeued' || counted !== false || !attempt.startsWith(`${step}/`))
      this.#breaks(`${attempt} is given back, and what follows is ${type} ${JSON.stringify(data)}`)
  }

  told(attempt: string, by: string, executor: string): void {
    const has = this.#own.get(attempt)?.agent
    if (has !== by || executor !== by) this.#breaks(`${by} is told to have ${attempt}, which ${has} has`)
  }

  handedIn(attempt: string, work: Work): void {
    this.#own.get(attempt)?.works.push(work)
  }

  /** They were told that it ended. */
  over(attempt: string, how: string): void {
    if (this.#own.get(attempt)?.ended === undefined) this.#breaks(`${attempt} is ${how}, and no fact says so`)
  }

  /** They were told that this is the result: then it is what the record names. */
  taken(attempt: string, work: Work): void {
    const ended = this.#own.get(attempt)?.ended
    if (ended?.outcome.kind !== 'succeeded') this.#breaks(`${attempt} is taken, and no fact says so`)
    else if (ended.commit !== undefined) this.#judgeResult(attempt, [work])
  }

  /** What is taken is what one of these made of its base, but for the plan's file: nothing less, and nothing more. */
  #judgeResult(attempt: string, works: readonly Work[]): void {
    const own = this.#own.get(attempt)
    const commit = own?.ended?.commit
    if (own === undefined || commit === undefined) return
    const known = [...works]
    this.#witness.later(async () => {
      const found = await this.#picture(own.base, commit)
      if (found.has(tickFile)) this.#breaks(`${attempt} changes ${tickFile}, which is Baton's`)
      for (const work of known) {
        if (work.from === undefined) continue
        if (await this.#isOf(found, own.base, work)) return
      }
      this.#breaks(`${attempt} has ${[...found.keys()].join(', ')} for its result, and nobody handed that in`)
    })
  }

  /** All of it, with what the base holds besides: of what grew elsewhere, what a merge gives. */
  async #isOf(found: ReadonlyMap<string, string>, base: string, work: Work): Promise<boolean> {
    const merged = await this.#witness.world.repository.merge(base, work.commit)
    if (!merged.clean) return false
    const whole = await this.#picture(base, merged.tree)
    whole.delete(tickFile)
    return whole.size === found.size && [...found].every(([path, what]) => whole.get(path) === what)
  }

  async #picture(from: string, to: string): Promise<Map<string, string>> {
    const changes = await this.#witness.world.repository.diff(from, to)
    return new Map(changes.map((one) => [one.path, one.kind === 'deleted' ? '' : `${one.mode} ${one.oid}`]))
  }
}
