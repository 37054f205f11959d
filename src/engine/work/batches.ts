// Runs the checks once for what waits in a lane together: on the last of the chain of commits that would land, and on half of it when they fail.
import { batchAtMost, batchFrom, sharedChecks, still } from '../../core/batches.ts'
import type { Verdict } from '../../core/nouns/check.ts'
import { attemptOf } from '../../core/state.ts'
import { check } from './checking.ts'
import type { Lands, Work } from './landing-commit.ts'
import { isWant } from './patience.ts'
import type { Rehearsals } from './rehearsals.ts'
import type { Shop } from './shop.ts'

/** One result, and what it lands as behind those before it. */
export interface Link {
  readonly work: Work
  readonly lands: Lands
}

/** One result alone, whatever the checks say; or several, which pass together. */
export interface Judged {
  readonly links: readonly Link[]
  readonly verdicts: readonly Verdict[]
}

interface Run {
  /** What was run, as one text. */
  readonly checks: string
  /** Each attempt that it judges, with the commit that it has in this chain. */
  readonly commits: ReadonlyMap<string, string>
  /** Never rejects. */
  ended: Promise<void>
  /** Undefined until it has ended. */
  said?: 'passed' | 'failed' | 'broke'
  verdicts: readonly Verdict[]
}

type Next =
  | { readonly do: 'land'; readonly count: number; readonly verdicts: readonly Verdict[] }
  | { readonly do: 'wait'; readonly ended: Promise<void> }
  | { readonly do: 'check'; readonly count: number }
  | { readonly do: 'alone' }

const mostKept = 256

/**
 * Invariant: several land only by a verdict on the very commit that the branch goes to, given for all of them. What fails is worth nothing
 * but a hint where to look next: who breaks it is found, and judged alone on its own commit.
 */
export class Batches {
  readonly #shop: Shop
  readonly #rehearsals: Rehearsals
  /** By commit; kept in memory only. */
  readonly #runs = new Map<string, Run>()
  /** Check lists that failed for several which they pass one by one: they judge more than the tree. */
  readonly #alone = new Set<string>()

  constructor(shop: Shop, rehearsals: Rehearsals) {
    this.#shop = shop
    this.#rehearsals = rehearsals
  }

  /** For the first of a lane, which lands cleanly. Undefined when nobody waits for it any more. */
  async judge(work: Work, tip: string, over: () => boolean): Promise<Judged | undefined> {
    while (!over()) {
      const links = await this.#chain(work, tip)
      const [first] = links
      if (first === undefined) return undefined
      const next = this.#next(links)
      if (next.do === 'land') return { links: links.slice(0, next.count), verdicts: next.verdicts }
      if (next.do === 'wait') await next.ended
      else {
        const own = next.do === 'alone' ? this.#rehearsals.known(work, first.lands) : undefined
        if (own !== undefined) return this.#judgedAlone(first, await own)
        await this.#shop.checking.through(() => this.#turn(work, tip))
      }
    }
    return undefined
  }

  /** Decided when its turn has come: whoever joined the line until then is judged with it. */
  async #turn(work: Work, tip: string): Promise<void> {
    const links = await this.#chain(work, tip)
    const [first] = links
    const next = this.#next(links)
    if (first === undefined) return
    if (next.do === 'check') await this.#check(links.slice(0, next.count))
    else if (next.do === 'alone') await this.#rehearsals.verdicts(work, first.lands)
  }

  #judgedAlone(first: Link, verdicts: readonly Verdict[]): Judged {
    const together = this.#runOn(first)
    if (together?.said === 'failed' && verdicts.every((one) => one.passed)) this.#alone.add(together.checks)
    return { links: [first], verdicts }
  }

  /**
   * Works out ahead what will be asked. Who is checked is decided when a check may begin: the first of the lane of whom nothing is known, nor will
   * be by itself, with all behind it that may be judged with it.
   */
  async rehearse(work: Work): Promise<void> {
    await this.#rehearsals.tipFor(work)
    await this.#shop.checking.through(async () => {
      for (;;) {
        const first = await this.#unspoken(work)
        if (first === undefined) return
        const links = await this.#chain(first.work, first.lands.tip)
        // Somebody else has begun meanwhile.
        if (!this.#isKnown(first)) return this.#ahead(first, links)
      }
    })
  }

  async #ahead(first: Link, links: readonly Link[]): Promise<void> {
    const runs = [this.#runs.get(first.lands.tip), ...links.map((one) => this.#runOn(one))]
    // The way there is known to break: who breaks it is found in its turn.
    if (runs.some((run) => run !== undefined && !stands(run))) return
    const taken = links.findIndex((one, at) => at > 0 && this.#isKnown(one))
    const free = taken < 0 ? links : links.slice(0, taken)
    if (free.length < batchFrom) await this.#rehearsals.verdicts(first.work, first.lands)
    else this.#leave(await this.#check(free))
  }

  /** Whether what the checks say of it as it lands here is known, or will be by itself. */
  #isKnown(link: Link): boolean {
    return this.#rehearsals.known(link.work, link.lands) !== undefined || this.#spokenFor(link) !== undefined
  }

  /** What broke by itself says nothing of the work: whoever needs to know tries it himself. */
  #leave(commit: string | undefined): void {
    if (commit !== undefined && this.#runs.get(commit)?.said === 'broke') this.#runs.delete(commit)
  }

  /** The first of the lane, up to this one, of whom nothing is known. */
  async #unspoken(work: Work): Promise<Link | undefined> {
    const { item, attempt } = work
    let tip = item.tip
    for (const id of [...item.lane]) {
      const one = id === attempt.id ? work : attemptOf(this.#shop.state, id)
      const lands = one === undefined ? undefined : await this.#rehearsals.commit(one, tip)
      if (one === undefined || lands?.clean !== true) return undefined
      const link = { work: one, lands }
      if (one.step.phase === 'verifying' && !this.#isKnown(link)) return link
      if (id === attempt.id) return undefined
      tip = lands.commit
    }
    return undefined
  }

  /** A run that has passed, or may yet, and judges this result as it lands here. */
  #spokenFor({ work, lands }: Link): Run | undefined {
    for (const run of this.#runs.values())
      if (stands(run) && run.commits.get(work.attempt.id) === lands.commit) return run
    return undefined
  }

  /** This one, and those behind it that may land in one move with it. */
  async #chain(work: Work, tip: string): Promise<Link[]> {
    const { state } = this.#shop
    const { item } = work
    const lands = await this.#rehearsals.commit(work, tip)
    if (!lands.clean) return []
    const links: Link[] = [{ work, lands }]
    const list = sharedChecks(state, item, work.step)
    const place = item.lane.indexOf(work.attempt.id)
    if (list === undefined || this.#alone.has(list) || place < 0 || still(state, item) || lands.commit === tip)
      return links
    for (const id of item.lane.slice(place + 1, place + batchAtMost)) {
      const next = attemptOf(state, id)
      if (next === undefined || sharedChecks(state, item, next.step) !== list) break
      const link = await this.#behind(next, links[links.length - 1]?.lands.commit ?? tip)
      if (link === undefined) break
      links.push(link)
    }
    return links
  }

  /** What cannot be worked out of those behind, or lands nothing, is no reason to keep the first from landing. */
  async #behind(work: Work, tip: string): Promise<Link | undefined> {
    const lands = await this.#rehearsals.commit(work, tip).catch(() => undefined)
    return lands?.clean === true && lands.commit !== tip ? { work, lands } : undefined
  }

  /** The longest passing piece lands; what comes before a failing one is halved; whoever is left alone is judged alone. */
  #next(links: readonly Link[]): Next {
    const [first] = links
    if (first === undefined) return { do: 'alone' }
    const all = links.map((one) => this.#runOn(one))
    const failing = all.findIndex((run, at) => at > 0 && run !== undefined && !stands(run))
    const runs = failing < 0 ? all : all.slice(0, failing)
    const speaksFor = (run: Run | undefined, { work, lands }: Link): boolean =>
      run?.commits.get(work.attempt.id) === lands.commit
    for (let at = runs.length - 1; at > 0; at--) {
      const run = runs[at]
      const whole = links.slice(0, at + 1).every((one) => speaksFor(run, one))
      if (run?.said === 'passed' && whole) return { do: 'land', count: at + 1, verdicts: run.verdicts }
    }
    if (this.#rehearsals.known(first.work, first.lands) !== undefined) return { do: 'alone' }
    const under = runs.find((run, at) => at > 0 && run?.said === undefined && speaksFor(run, first))
    if (under !== undefined) return { do: 'wait', ended: under.ended }
    // Those that a rehearsal speaks for already wait for what it says.
    const taken = links.findIndex((one, at) => at > 0 && this.#spokenFor(one) !== undefined)
    const free = taken < 0 ? links.length : taken
    const count = failing < 0 ? free : Math.min(free, Math.floor((failing + 1) / 2))
    return count < (failing < 0 ? batchFrom : 2) ? { do: 'alone' } : { do: 'check', count }
  }

  #runOn({ work, lands }: Link): Run | undefined {
    const run = this.#runs.get(lands.commit)
    return run?.checks === sharedChecks(this.#shop.state, work.item, work.step) ? run : undefined
  }

  /** Rejects only when this machine cannot check just now; then nothing is known. */
  async #check(links: readonly Link[]): Promise<string | undefined> {
    const last = links[links.length - 1]
    const checks = last === undefined ? undefined : sharedChecks(this.#shop.state, last.work.item, last.work.step)
    if (last === undefined || checks === undefined) return undefined
    const { commit } = last.lands
    const keys = links.map(({ work }) => work.step.spec.key)
    const under = this.#runs.get(commit)
    if (under !== undefined && under.said === undefined) {
      await under.ended
      return commit
    }
    const commits = new Map(links.map(({ work, lands }) => [work.attempt.id, lands.commit]))
    const run: Run = { checks, commits, verdicts: [], ended: Promise.resolve() }
    this.#keep(commit, run)
    const running = check(this.#shop, last.work, commit, keys).then(
      (verdicts) => {
        run.verdicts = verdicts
        run.said = verdicts.length > 0 && verdicts.every((one) => one.passed) ? 'passed' : 'failed'
      },
      (error: unknown) => {
        run.said = 'broke'
        if (!isWant(error)) return
        this.#runs.delete(commit)
        throw error
      },
    )
    run.ended = running.catch(() => undefined)
    await running
    return commit
  }

  #keep(commit: string, run: Run): void {
    this.#runs.delete(commit)
    this.#runs.set(commit, run)
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= mostKept) break
      this.#runs.delete(oldest)
    }
  }
}

/** Whether it is under way, or passed. */
function stands({ said }: Run): boolean {
  return said === undefined || said === 'passed'
}
