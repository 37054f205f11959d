// The house in this process: the loop, the journal and the efforts put together behind what doors and methods see.
import type { Entry } from '../core/nouns/entry.ts'
import type { Update } from '../core/nouns/update.ts'
import type {
  Answer,
  Audit,
  CloneHeld,
  ConfigurationFound,
  DoctorLine,
  HandedOn,
  House,
  OutsideOrder,
  OutsideTaken,
  PlanFound,
  PlanFrom,
  Serving,
  TranscriptPage,
  Trial,
  Tried,
  Vitals,
} from '../core/ports/house.ts'
import { Refused } from '../core/refusals.ts'
import { attemptOf, closedItemOf, itemOf, type State, stepOf } from '../core/state.ts'
import { scrub } from '../core/text/secrets.ts'
import { type Wish, wish } from '../core/wishes.ts'
import { handedTo } from './attempt/handed.ts'
import { takeOutside } from './attempt/outside.ts'
import { Auditing, doctorsRecord } from './auditing.ts'
import { Crew } from './crew.ts'
import { Dispatch } from './dispatch.ts'
import type { Follower } from './following/follower.ts'
import { followers } from './following/index.ts'
import type { Journal } from './journal/journal.ts'
import { Keeping } from './keeping.ts'
import { Loop } from './loop.ts'
import type { HouseParts } from './parts.ts'
import { findPlan } from './plan-files.ts'
import { convertPlan, rewritePlan } from './plan-writing.ts'
import { Recorder } from './record/recorder.ts'
import { repairRecord } from './record/repair.ts'
import type { RecordParts } from './record/writing.ts'
import { atRest } from './rest.ts'
import { Signing } from './signing.ts'
import { pastState, snapshotText } from './snapshots.ts'
import { Trials, trialsOf } from './trials.ts'
import { type CommitTimes, Endings, vitalsOf } from './vitals.ts'
import { Waiting } from './waiting.ts'
import { Batches } from './work/batches.ts'
import { begin } from './work/index.ts'
import { Rehearsals } from './work/rehearsals.ts'
import { cloneName, Shop } from './work/shop.ts'
import { Turnstile } from './work/turnstile.ts'

const shortPage = 1000
const pageParts = 500
/** A start folds what the last snapshot does not hold; a large state costs more to write down, so it is written less often. */
const snapshotEvery = { atLeast: 1000, stepsAFact: 8 }

/** What opening has read, and the times of what will be written. */
export interface Read {
  readonly journal: Journal
  readonly state: State
  readonly commits: CommitTimes
}

export class LocalHouse implements House {
  readonly home: string
  readonly record: string
  readonly state: State
  readonly audit: Audit
  serving: Serving | undefined
  readonly #parts: HouseParts
  readonly #journal: Journal
  readonly #loop: Loop
  readonly #dispatch: Dispatch
  readonly #shop: Shop
  readonly #taking = new Turnstile(1)
  readonly #signing: Signing
  readonly #keeping: Keeping
  readonly #followers: readonly Follower[]
  readonly #record: RecordParts
  readonly #recorder: Recorder
  readonly #commits: CommitTimes
  readonly #endings = new Endings()
  readonly #trials: Trials
  readonly #waiting = new Waiting()
  readonly #crew: Crew
  readonly #told = new Set<(why: string) => void>()
  #waits = ''
  #snapshotAt: number
  #closing: Promise<void> | undefined

  constructor(parts: HouseParts, { journal, state, commits }: Read) {
    this.home = parts.home
    this.record = parts.origin ?? ''
    this.state = state
    this.#parts = parts
    this.#journal = journal
    this.#snapshotAt = state.seq
    this.#commits = commits
    this.#crew = new Crew(parts, state)
    this.#trials = new Trials(parts.clock, trialsOf(parts, journal))
    this.#loop = new Loop({
      ledger: journal,
      state,
      clock: parts.clock,
      hands: parts.hands,
      rested: () => this.#rested(),
      room: () => roomIn(parts),
      durable: (entries) => this.#durable(entries),
      broken: (why) => void this.#dispatch.shut('stop', why),
    })
    this.#shop = new Shop(parts, state, this.#loop)
    const rehearsals = new Rehearsals(this.#shop)
    const batches = new Batches(this.#shop, rehearsals)
    const { clock } = parts
    this.#dispatch = new Dispatch({
      state,
      clock,
      begin: (duty) => begin(this.#shop, rehearsals, batches, duty),
      changed: () => this.#waiting.look(),
    })
    const submit = (asked: Wish) => this.submit(asked)
    const { keys, origin, store, places = [] } = parts
    this.#signing = new Signing({ keys, origin, journal, state, submit, steady: () => this.steady() })
    const sign = () => this.#signing.sign()
    const resting = () => this.readOnly !== undefined
    this.#keeping = new Keeping({ places, resting, keys, origin, store, clock, sign, submit })
    this.#record = { state, store, clock, repository: parts.repository, submit }
    this.#recorder = new Recorder(this.#record)
    const writes = parts.hands && parts.recording === true
    const others = followers({ parts, state, shop: this.#shop, submit })
    this.#followers = writes ? [...others, this.#recorder] : others
    this.audit = new Auditing(parts, { journal, signing: this.#signing, keeping: this.#keeping, submit, state })
  }

  get readOnly(): string | undefined {
    return this.#loop.trouble || this.#journal.stopped?.message
  }

  now(): number {
    return this.#parts.clock.now()
  }

  submit(asked: Wish): Promise<Answer> {
    return this.#loop.submit(asked)
  }

  onWait(told: (why: string) => void): () => void {
    this.#told.add(told)
    if (this.#waits !== '') told(this.#waits)
    return () => void this.#told.delete(told)
  }

  /** Whoever has asked for something that cannot be written learns it now, and not when it can. */
  #rested(): void {
    const waits = this.#loop.stalled
    const same = (waits === '') === (this.#waits === '')
    this.#waits = waits
    if (!same) for (const told of [...this.#told]) told(waits)
    this.#waiting.look()
  }

  steady(): Promise<void> {
    return this.#loop.steady()
  }

  /** Says which key signs here. One that the record does not know is told by doctor and verify, and signs nothing. */
  async nameKey(): Promise<void> {
    if (this.#parts.keys === undefined || this.#signing.trouble !== undefined) return
    try {
      await this.#signing.publish()
    } catch (error) {
      // Work does not wait for a signature: whoever asks for one is told the same.
      if (!(error instanceof Refused)) throw error
    }
  }

  /** Takes up what an earlier epoch left: every duty that is still owed. */
  takeUp(): void {
    this.#dispatch.lookAtAll()
    for (const one of this.#followers) one.takeUp()
  }

  #durable(entries: readonly Entry[]): void {
    this.#endings.saw(entries)
    this.#dispatch.durable(entries)
    this.#keeping.saw(entries)
    for (const one of this.#followers) one.saw(entries)
    this.#waiting.look()
    if (this.#loop.pending === 0 && this.#snapshotDue()) void this.#snapshot()
  }

  #snapshotDue(): boolean {
    const since = this.state.seq - this.#snapshotAt
    if (since < snapshotEvery.atLeast) return false
    let steps = 0
    for (const item of this.state.items.values()) steps += item.steps.length
    return since >= steps / snapshotEvery.stepsAFact
  }

  async read(after: number, limit: number, stream?: string): Promise<readonly Entry[]> {
    // Whoever reads the whole record lets others go first between two pages.
    if (limit > shortPage) await new Promise<void>((go) => setImmediate(go))
    return this.#journal.read(after, limit, stream)
  }

  follow(after: number): AsyncIterable<Entry> {
    return this.#journal.follow(after)
  }

  stateAt(seq: number, stream?: string): Promise<State> {
    return pastState(this.#journal, seq, stream)
  }

  async transcript(attempt: string, from: number): Promise<TranscriptPage> {
    const page = await this.#parts.transcripts.read(attempt, from, pageParts)
    const ended = attemptOf(this.state, attempt)?.attempt.endedAt !== undefined
    return { ...page, done: ended && page.parts.length === 0 }
  }

  async words(digest: string): Promise<string | undefined> {
    const bytes = await this.#parts.store.get(digest)
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
  }

  repository(path: string) {
    return this.#parts.repository(path)
  }

  configuration(path: string): Promise<ConfigurationFound | undefined> {
    return this.#parts.configuration(path)
  }

  plan(path: string, workspace: string, format?: string, from?: PlanFrom): Promise<PlanFound> {
    return findPlan(this.#parts, { workspace, path, ...(format === undefined ? {} : { format }) }, from)
  }

  rewrite(order: Parameters<House['rewrite']>[0]) {
    return rewritePlan(this.#parts, order)
  }

  convert(order: Parameters<House['convert']>[0]) {
    return convertPlan(this.#parts, order)
  }

  probe() {
    return this.#parts.machine.probe()
  }

  cloneKinds(path: string) {
    return this.#parts.machine.cloneKinds(path)
  }

  async doctor(path: string | undefined): Promise<readonly DoctorLine[]> {
    const [machine, record] = [this.#parts.machine.doctor(path), doctorsRecord(this.#signing, this.#keeping)]
    return [...(await machine), ...(await this.#crew.doctor(path)), ...(await record)]
  }

  agents(path: string | undefined) {
    return this.#crew.agents(path)
  }

  models(path: string | undefined) {
    return this.#crew.models(path)
  }

  checkModel(name: string, path: string | undefined) {
    return this.#crew.check(name, path)
  }

  vitals(): Vitals {
    const [parts, journal, commits] = [this.#parts, this.#journal, this.#commits]
    return vitalsOf({ parts, journal, commits, endings: this.#endings, pending: this.#loop.pending })
  }

  tryOut(what: Trial, atMostMs: number): Promise<Tried | undefined> {
    return this.#trials.run(what, atMostMs)
  }

  async clones(): Promise<readonly CloneHeld[]> {
    const kinds = new Set([...this.state.workspaces.values()].map((one) => one.clones).filter((kind) => kind !== ''))
    const held: CloneHeld[] = []
    for (const kind of kinds) {
      for (const one of await this.#parts.clones(kind).held()) {
        const attempt = one.name.replaceAll('~', '/')
        held.push({ attempt, bytes: one.bytes, landed: attemptOf(this.state, attempt)?.attempt.landed !== undefined })
      }
    }
    return held
  }

  async discardClone(attempt: string): Promise<void> {
    const item = attemptOf(this.state, attempt)?.item ?? closedItemOf(this.state, attempt)
    if (item === undefined) throw new Error(`There is no attempt ${attempt}.`)
    await this.#shop.clones(item).discard(cloneName(attempt))
  }

  repairHandoffs(item: string) {
    return this.#recorder.inTurn(() => repairRecord(this.#record, this.#journal, item))
  }

  quiet(item?: string, atMostMs?: number): Promise<boolean> {
    // A disk that is full for a while ends nothing: what waits is written once there is room.
    const still = () => this.#loop.broken !== '' || (this.#loop.pending === 0 && this.#quietNow(item))
    return this.#waiting.within(this.#parts.clock, still, atMostMs)
  }

  until(come: (state: State) => boolean, atMostMs: number): Promise<boolean> {
    return this.#waiting.within(this.#parts.clock, () => come(this.state), atMostMs)
  }

  tell(attempt: string, update: Update): Promise<boolean> {
    return this.#shop.hearing.tell(attempt, update)
  }

  async handedTo(id: string): Promise<readonly HandedOn[] | string> {
    const [item, step] = [itemOf(this.state, id), stepOf(this.state, id)]
    if (item === undefined || step === undefined) return []
    const handed = await handedTo(this.#shop, item, step)
    if (typeof handed === 'string') return handed
    return [...handed].map(([index, says]) => ({ key: item.steps[index]?.spec.key ?? '', says }))
  }

  takeOutside<T>(order: OutsideOrder, record: (taken: OutsideTaken) => Promise<T>): Promise<T> {
    return this.#taking.through(async () => record(await takeOutside(this.#shop, order)))
  }

  clean(text: string): string {
    return scrub(text, this.#parts.secrets)
  }

  #quietNow(id: string | undefined): boolean {
    for (const item of this.state.items.values()) {
      if (id !== undefined && item.id !== id) continue
      if (this.#dispatch.busyOn(item.id) || !atRest(this.state, item, this.now())) return false
    }
    return true
  }

  async #snapshot(): Promise<void> {
    const { snapshots } = this.#parts
    if (snapshots === undefined || this.readOnly !== undefined || this.#loop.pending > 0) return
    this.#snapshotAt = this.state.seq
    await snapshots.save(snapshotText(this.#journal, this.state))
  }

  close(how: 'drain' | 'stop'): Promise<void> {
    // Whoever will not wait any longer for what a drain lets end may still say so.
    if (this.#closing !== undefined && how === 'stop') void this.#dispatch.shut('stop', 'Baton is closing')
    this.#closing ??= this.#shut(how)
    return this.#closing
  }

  async #shut(how: 'drain' | 'stop'): Promise<void> {
    this.#loop.launchNothing()
    for (const one of this.#followers) await one.close()
    await this.#dispatch.shut(how, 'Baton is closing')
    if (this.readOnly === undefined && this.#parts.hands) {
      if (this.#parts.recording === true) await this.#recorder.flush()
      await this.submit(wish('house.close', 'baton', { why: how }))
      await this.#loop.steady()
    }
    await this.#keeping.close()
    await this.#loop.steady()
    if (this.readOnly === undefined && this.#parts.hands) await this.#snapshot()
    await this.#journal.close()
    await this.#parts.close()
    this.#waiting.look()
  }
}

const megabytes = (bytes: number): string => `${Math.floor(bytes / 1_000_000)} MB`

function roomIn({ home, disk }: HouseParts): string {
  const { free, of } = disk()
  return `${megabytes(free)} of ${megabytes(of)} are free on the disk of ${home}; what waits is written and answered as soon as there is room.`
}
