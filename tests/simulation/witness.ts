// Sees all that happens outside the house and all that is written, and says when a promise is broken.
import { evolve } from '../../src/core/evolve/index.ts'
import type { Facts } from '../../src/core/facts.ts'
import type { Verdict } from '../../src/core/nouns/check.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'
import type { StepTerms } from '../../src/core/policy.ts'
import type { Answer } from '../../src/core/ports/house.ts'
import type { Assignment, CheckOrder, Row } from '../../src/core/ports.ts'
import { attemptOf, emptyState, type State } from '../../src/core/state.ts'
import { noHash } from '../../src/engine/journal/entry.ts'
import type { Agent } from './agents.ts'
import type { Life } from './life.ts'
import type { Broken, PromiseName } from './promises.ts'
import { Book, type Read } from './witness/book.ts'
import { Claims } from './witness/claims.ts'
import { Purses } from './witness/hands.ts'
import { judgeAdoption, judgeIntegration, judgeLandingDone, judgeLandingOrder, termsAt } from './witness/landing.ts'
import { Papers, recordRef } from './witness/papers.ts'
import { compareStates } from './witness/replay.ts'
import { Rethought } from './witness/rethought.ts'
import { Rulings } from './witness/rulings.ts'
import { judgeStart } from './witness/starting.ts'
import type { World } from './world.ts'

export const ghostly = 'a ghost says so'

/** Invariant: it stands outside the store and the house; what it knows of the house it has from the facts on the disk. */
export class Witness {
  readonly world: World
  readonly book = new Book()
  /** The journal on the disk, folded as it is written. */
  readonly state = emptyState()
  broken: Broken | undefined
  readonly #rethought = new Rethought()
  readonly #purses = new Purses()
  readonly papers = new Papers(this)
  readonly rulings = new Rulings(this)
  readonly claims = new Claims(this)
  /** Begun by a life that could not know yet that it was replaced: the lock forbids such a life, its fence keeps what it does out. */
  readonly #unheard = new Set<string>()
  readonly #started = new Set<string>()
  readonly #passed = new Map<string, boolean>()
  readonly #moves = new Set<string>()
  /** Where each ref must be, by all that the house and strangers did. */
  readonly refs = new Map<string, string>()
  readonly #later: (() => Promise<void>)[] = []
  readonly facts: Read[] = []
  readonly #texts: string[] = []
  #last = noHash
  acknowledgements = 0

  constructor(world: World) {
    this.world = world
  }

  /** How the journal on the disk must end. */
  get last(): string {
    return this.#last
  }

  breaks(promise: PromiseName, how: string): void {
    this.broken ??= { promise, how: `${how} (at entry ${this.state.seq})` }
  }

  later(look: () => Promise<void>): void {
    this.#later.push(look)
  }

  get mustLook(): boolean {
    return this.#later.length > 0
  }

  async look(): Promise<void> {
    for (const look of this.#later.splice(0)) await look()
  }

  contains(newer: string, older: string, why: string): void {
    this.later(async () => {
      if (!(await this.world.repository.isAncestor(older, newer))) this.breaks('contains', `${why}: ${older}`)
    })
  }

  /** Rows that the disk has taken; the audit at the end holds each against its hash, and against its one spelling. */
  written(life: Life, rows: readonly Row[]): void {
    if (life.outrun) this.breaks('fenced', `life ${life.number} writes ${rows[0]?.seq} after its place was taken`)
    for (const row of rows) {
      const entry = JSON.parse(row.text) as Entry
      if (row.seq !== this.state.seq + 1 || entry.seq !== row.seq)
        this.breaks('fenced', `row ${row.seq} follows on ${this.state.seq}`)
      if (entry.prev !== this.#last) this.breaks('chain', `entry ${row.seq} is not linked to the one before`)
      this.#last = row.hash
      this.#texts.push(row.text)
      this.#read(entry)
    }
    if (life.house !== undefined && life.house.state.seq === this.state.seq && this.world.chance.is(0.01))
      compareStates(this, `life ${life.number} lived through it`, life.house.state, this.state)
  }

  #read(entry: Read): void {
    this.facts.push(entry)
    try {
      this.#rethought.judge(this, this.state, entry)
      this.#before(entry)
      const kept = entry.type === 'attempt.late' ? this.#picture(entry) : ''
      evolve(this.state, entry)
      this.papers.take(this.book, entry)
      this.rulings.take(entry)
      this.claims.take(entry)
      this.book.take(entry)
      this.#purses.take(entry)
      if (entry.type === 'branch.adopted') judgeAdoption(this, entry.data as Facts['branch.adopted'])
      if (kept !== '' && kept !== this.#picture(entry)) this.breaks('late', `entry ${entry.seq} changed the attempt`)
    } catch (error) {
      this.breaks('replay', `entry ${entry.seq} cannot be read: ${error instanceof Error ? error.stack : error}`)
    }
  }

  #picture(entry: Read): string {
    const found = attemptOf(this.state, (entry.data as Facts['attempt.late']).attempt)
    // What it cost was spent all the same.
    return JSON.stringify([found?.step.phase, { ...found?.attempt, used: undefined }])
  }

  #before(entry: Read): void {
    const { data, type } = entry
    if (type === 'attempt.started') {
      judgeStart(this, this.state, data as Facts['attempt.started'], entry)
      this.#purses.judge(this, this.state, data as Facts['attempt.started'], entry.at)
    }
    if (type === 'attempt.ended') this.#judgeEnd(data as Facts['attempt.ended'])
    if (type === 'claim.released') this.#judgeRelease(data as Facts['claim.released'])
    if (type === 'landing.ordered') judgeLandingOrder(this, this.state, data as Facts['landing.ordered'])
    if (type === 'landing.done') judgeLandingDone(this, this.state, data as Facts['landing.done'])
    if (type === 'integration.ordered') judgeIntegration(this, this.state, data as Facts['integration.ordered'])
  }

  #judgeEnd(data: Facts['attempt.ended']): void {
    if (this.book.attempt(data.attempt).ended) this.breaks('terminal', `${data.attempt} ends a second time`)
    if (data.outcome.why.includes(ghostly)) this.breaks('late', `${data.attempt} is ended by a ghost`)
    if (
      data.outcome.kind === 'lost' &&
      this.world.agents.alive().some((one) => one.assignment.attempt === data.attempt)
    )
      this.breaks('exclusive', `${data.attempt} is said to be lost while its agent lives`)
  }

  #judgeRelease(data: Facts['claim.released']): void {
    if (this.book.attempt(data.attempt).released) this.breaks('terminal', `${data.attempt} is released twice`)
  }

  acknowledged(what: string, answer: Extract<Answer, { ok: true }>): void {
    this.acknowledgements += 1
    if (answer.seq > this.state.seq)
      this.breaks('durable', `${what} is acknowledged up to ${answer.seq}, the disk reaches ${this.state.seq}`)
    for (const one of answer.facts)
      if (!this.#holds(one))
        this.breaks('durable', `${what} is acknowledged with entry ${one.seq}, which the disk does not hold`)
  }

  #holds(one: Entry): boolean {
    const said = JSON.stringify(one)
    return said === this.#texts[one.seq - 1] || said === JSON.stringify(this.facts[one.seq - 1])
  }

  starts(life: Life, assignment: Assignment, alive: readonly Agent[]): void {
    const { attempt, fence } = assignment
    const step = attempt.slice(0, attempt.lastIndexOf('/'))
    if (this.#started.has(attempt)) this.breaks('exclusive', `an agent is started on ${attempt} a second time`)
    this.#started.add(attempt)
    const own = this.book.attempts.get(attempt)
    if (own === undefined) {
      this.breaks('ordered', `an agent is started on ${attempt}, which no fact starts`)
      return
    }
    if (own.outside) this.breaks('claimed', `an agent is started on ${attempt}, which is claimed outside`)
    if (own.fence !== fence) this.breaks('ordered', `an agent is started on ${attempt} with the fence ${fence}`)
    const unheard = life.replaced && !life.outrun
    if (unheard) this.#unheard.add(attempt)
    if (own.ended && !unheard)
      this.breaks('ordered', `an agent is started on ${attempt}, which has ended (life ${life.number})`)
    const here = alive.filter((one) => one.assignment.attempt.startsWith(`${step}/`))
    const other = unheard ? undefined : here.find((one) => !this.#unheard.has(one.assignment.attempt))
    if (other !== undefined)
      this.breaks('exclusive', `${attempt} starts while an agent works on ${other.assignment.attempt}`)
    if (fence > life.closedAt) this.breaks('closed', `${attempt} starts in a house that is closing`)
  }

  /** Whoever opens the house ends what an earlier life, of which nobody is left, could not end any more. */
  opens(life: Life, alive: readonly Agent[]): void {
    if (life.sweeps === 'none' || life.house?.readOnly !== undefined) return
    const stray = alive.find((one) => !one.life.alive)
    if (stray !== undefined && life.alive)
      this.breaks('closed', `${stray.assignment.attempt} of a life that has ended lives on in life ${life.number}`)
  }

  collects(clone: string, alive: readonly Agent[]): void {
    const attempt = clone.replaceAll('~', '/')
    if (alive.some((one) => one.assignment.attempt === attempt))
      this.breaks('ordered', `the folder of ${attempt} is read while its agent lives`)
  }

  discards(clone: string): void {
    const attempt = this.book.attempts.get(clone.replaceAll('~', '/'))
    if (attempt === undefined) return
    const found = attemptOf(this.state, attempt.id)
    // What was done outside had no clone here.
    if (found !== undefined && found.attempt.clone !== 'gone' && !attempt.outside)
      this.breaks('ordered', `the clone of ${attempt.id} is removed before a fact says so`)
  }

  judged(order: CheckOrder, verdict: Verdict): void {
    const said = (who: string): unknown => this.#passed.set(`${who} ${order.commit} ${verdict.check}`, verdict.passed)
    if (order.batch === undefined) return void said(order.attempt)
    const { item } = this.book.attempt(order.attempt)
    for (const key of order.batch) {
      const last = this.book.ofStep(`${item}/${key}`).at(-1)
      if (last !== undefined) said(`${last.id} among others`)
    }
  }

  passed(attempt: string, commit: string, check: string): boolean {
    return this.#passed.get(`${attempt} ${commit} ${check}`) === true
  }

  hasMoved(ref: string, commit: string): boolean {
    return this.#moves.has(`${ref} ${commit}`)
  }

  /** The house has moved, made or (null) deleted a ref. */
  moved(life: Life, ref: string, from: string | null, to: string | null): void {
    if (to === null) this.refs.delete(ref)
    else this.refs.set(ref, to)
    if (to !== null) this.#moves.add(`${ref} ${to}`)
    if (from === to) return
    if (ref.startsWith('refs/baton/attempts/')) this.#movedPin(ref, from, to)
    if (ref === recordRef && to !== null) this.papers.moved(from, to)
    if (!ref.startsWith('refs/heads/')) return
    for (const item of this.state.items.values()) {
      const { landing, integration } = item
      const ordered = landing?.ref === ref && landing.commit === to ? landing : undefined
      const merged = integration?.ref === ref && integration.commit === to ? integration : undefined
      if (ordered === undefined && merged === undefined) continue
      if (from !== (ordered ?? merged)?.expected && !(from === null && item.unborn))
        this.breaks('branches', `life ${life.number} moves ${ref} from ${from}, where somebody else had put it`)
      return
    }
    if (to !== null && this.rulings.orders(ref, to)) this.#movedBack(life, ref, from)
    else
      this.breaks(
        'branches',
        `life ${life.number} moves ${ref} from ${from} to ${to}, and no fact on the disk orders it`,
      )
  }

  #movedBack(life: Life, ref: string, from: string | null): void {
    const due = [...this.state.closed.values()].map(({ reversion }) => reversion?.ordered)
    if (!due.some((one) => one?.ref === ref && one.expected === from))
      this.breaks('branches', `life ${life.number} takes back from ${ref} at ${from}, where somebody else had put it`)
  }

  #movedPin(ref: string, from: string | null, to: string | null): void {
    const attempt = this.book.attempts.get(ref.slice('refs/baton/attempts/'.length))
    if (attempt?.commit !== undefined && attempt.landed === undefined && to !== attempt.commit)
      this.breaks('lost', `the pin of ${attempt.id} goes from ${from} to ${to} before it landed`)
  }

  stranger(ref: string, to: string | null): void {
    if (to === null) this.refs.delete(ref)
    else this.refs.set(ref, to)
    this.world.repository.foreign(ref, to)
  }

  /** Somebody threw away on purpose what had landed on this item's branch. */
  isHarmed(item: string): boolean {
    return this.world.harmed.has(`refs/heads/${this.book.item(item).branch}`)
  }

  terms(state: State, step: string): StepTerms | undefined {
    return termsAt(state, step)
  }
}
