// One world from one seed: its disk, repository, agents, person and weather, and the lives of the house in it.
import type { Item } from '../../src/core/nouns/item.ts'
import { runOf, stepOf } from '../../src/core/state.ts'
import { why } from '../../src/core/why.ts'
import { createHouse } from '../../src/engine/open.ts'
import type { Snapshots, Transcripts } from '../../src/engine/parts.ts'
import { Chance, type MemoryFolders, type SimulatedWorld, simulatedWorld } from '../../src/presets/simulated.ts'
import { Agents } from './agents.ts'
import { boxesOf } from './boxes.ts'
import { Disk } from './disk.ts'
import { lead } from './lead.ts'
import { Life } from './life.ts'
import { type Claim, outside } from './outsiders.ts'
import { act, setUp } from './person.ts'
import { claimed, crowded, led, type Mode, type Plot, plotOf, pool } from './plot.ts'
import { vandalize } from './vandals.ts'
import { brew, commitTo } from './weather.ts'
import { Witness } from './witness.ts'

export class World implements SimulatedWorld {
  readonly seed: number
  readonly mode: Mode
  readonly chance: Chance
  /** Of the lead and of the record's strangers alone. */
  readonly luck: Chance
  /** Of those who work outside alone. */
  readonly outer: Chance
  /** What those outside believe to have. */
  readonly claims: Claim[] = []
  readonly plot: Plot
  readonly clock: SimulatedWorld['clock']
  readonly store: SimulatedWorld['store']
  readonly repository: SimulatedWorld['repository']
  readonly folders: MemoryFolders
  readonly transcripts: Transcripts
  readonly disk: Disk
  readonly agents: Agents
  readonly witness: Witness
  readonly story: string[] = []
  readonly snapshots: { of(life: Life): Snapshots } | undefined
  life: Life | undefined
  crashesLeft: number
  /** No fault happens any more. */
  healed = false
  /** So little room is left that nothing new should begin. */
  nearlyFull = false
  /** What becomes of whoever writes to the record's ref. */
  recordIs: 'free' | 'held' | 'denied' = 'free'
  /** Where the record's ref has been. */
  readonly recordWas: string[] = []
  /** Nobody opens the house again. */
  over = false
  lives = 0
  readonly #finished = new Set<string>()
  readonly #helped = new Map<string, number>()
  /** Branches on which somebody threw work away on purpose. */
  readonly harmed = new Set<string>()
  #steps = 100

  constructor(seed: number, mode: Mode) {
    this.seed = seed
    this.mode = mode
    this.chance = new Chance(seed * 2 + (mode === 'safety' ? 0 : 1))
    const plot = plotOf(this.chance, mode, seed)
    const crowd = new Chance(seed + 1e6)
    this.luck = new Chance(seed * 29 + (mode === 'safety' ? 11 : 12))
    this.outer = new Chance(seed * 37 + (mode === 'safety' ? 5 : 6))
    this.plot = claimed(this.outer, led(this.luck, mode, crowd.is(0.3) ? crowded(crowd, plot) : plot))
    const files: Record<string, string> = { 'tasks.md': boxesOf(this.plot.items) }
    for (const path of pool) files[path] = `${path}\n`
    const raw = simulatedWorld({ seed: this.chance.from(1, 1e9), files })
    this.clock = raw.clock
    this.repository = raw.repository
    this.folders = raw.folders
    this.transcripts = raw.transcripts
    this.disk = new Disk(this)
    this.store = this.disk.raw
    this.agents = new Agents(this)
    this.witness = new Witness(this)
    this.crashesLeft = this.plot.knobs.crashes
    this.snapshots = this.chance.is(0.6) ? keptSnapshots(this) : undefined
  }

  tell(text: string): void {
    this.story.push(`${(this.clock.monotonic() / 1000).toFixed(3)}s ${text}`)
  }

  begin(): void {
    this.open()
    brew(this)
    lead(this)
    outside(this)
    vandalize(this)
    this.#restless()
  }

  /** A new life, unless one is under way. */
  open(): void {
    if (this.over || (this.life?.alive === true && !this.life.outrun)) return
    const life = new Life(this, ++this.lives)
    this.life = life
    this.tell(`life ${life.number} begins`)
    createHouse(life.parts()).then(
      (house) => {
        life.house = house
        this.tell(`life ${life.number} is open`)
        this.witness.opens(life, this.agents.alive())
        if (house.readOnly === undefined && this.disk.torn)
          this.witness.breaks('chain', `life ${life.number} opens for writing behind a torn entry`)
        if (life.alive) void setUp(this, life)
        if (house.readOnly !== undefined) this.#failed(life, house.readOnly)
      },
      (error: unknown) => this.#failed(life, String(error)),
    )
  }

  #failed(life: Life, how: string): void {
    this.tell(`life ${life.number} could not open: ${how}`)
    if (this.disk.torn && saysTorn(how)) this.disk.restore()
    else if (!excused(how)) this.witness.breaks('sound', `the house cannot be opened: ${how}`)
    life.crash('it could not open')
  }

  /** Called by a life that has just ended, of its own or by force. */
  died(life: Life, where: string): void {
    this.tell(`life ${life.number} ends: ${where}`)
    if (!this.healed) this.crashesLeft -= 1
    this.agents.orphan(life)
    if (this.life === life) this.clock.after(this.chance.from(10, 60_000), () => this.open())
  }

  /** Another house on the same journal, while the first one still lives. */
  twin(): void {
    const first = this.life
    if (first?.house === undefined || !first.alive) return
    this.tell(`a twin of life ${first.number} is started`)
    this.life = undefined
    first.replaced = true
    this.open()
    this.#retire(first)
  }

  /** Sooner or later a house that cannot write any more is closed, by hand or by force. */
  #retire(life: Life): void {
    this.clock.after(this.chance.from(1000, 300_000), () => {
      if (!life.alive) return
      if (this.chance.is(0.5)) return life.crash('a person ended it')
      void this.close(life, 'stop').then(() => life.crash('it was closed'))
    })
  }

  async close(life: Life, how: 'stop' | 'drain'): Promise<void> {
    this.tell(`life ${life.number} is closed (${how})`)
    life.closing = true
    life.closedAt = this.witness.state.seq
    await life.house?.close(how)
    const left = this.agents.alive().filter((one) => one.life === life)
    if (left.length > 0) this.witness.breaks('closed', `${left[0]?.assignment.attempt} lives on after close`)
  }

  /** A house that has stopped writing is replaced; whoever runs it sees that it says so. */
  tend(): void {
    const { life } = this
    const trouble = life?.house?.readOnly
    if (life?.alive !== true || life.closing || trouble === undefined || resumes(trouble)) return
    this.tell(`life ${life.number} is in trouble: ${trouble}`)
    if (!excused(trouble)) this.witness.breaks('sound', trouble)
    life.closing = true
    this.clock.after(this.chance.from(10, 30_000), () => life.crash('it was ended, as it could not write'))
  }

  meddled(ref: string, to: string | null): void {
    this.harmed.add(ref)
    this.tell(`somebody moves ${ref} to ${to}`)
    this.witness.stranger(ref, to)
  }

  /** Somebody commits just as the house is about to move the branch. */
  async intrude(ref: string): Promise<void> {
    if (this.healed || !ref.startsWith('refs/heads/') || !this.chance.is(this.plot.knobs.strangers * 0.1)) return
    await commitTo(this, ref)
  }

  nextStep(): number {
    this.#steps += 1
    return this.#steps
  }

  /** Each end of work is brought about once. */
  mayFinish(what: string, item: string): boolean {
    const first = !this.#finished.has(`${what} ${item}`)
    this.#finished.add(`${what} ${item}`)
    return first
  }

  countHelp(item: string): number {
    const round = (this.#helped.get(item) ?? 0) + 1
    this.#helped.set(item, round)
    return round
  }

  #restless(): void {
    const gap = Math.ceil(200_000 * (1.05 - this.plot.knobs.restless))
    const once = (): void => {
      if (this.healed) return
      const { life } = this
      if (life?.alive === true && life.house !== undefined) void act(this, life)
      this.#curious()
      this.clock.after(this.chance.from(1, gap), once)
    }
    this.clock.after(1000, once)
  }

  /** Asks why of some step, as a person would. */
  #curious(): void {
    const { state } = this.witness
    const items = [...state.items.values()].filter((item) => item.steps.length > 0)
    if (items.length === 0) return
    const step = this.chance.pick(this.chance.pick(items).steps)
    this.asks(step.id)
  }

  asks(step: string): string {
    const lived = this.life?.house?.state
    const state = lived !== undefined && stepOf(lived, step) !== undefined ? lived : this.witness.state
    try {
      const hold = why(state, step, this.clock.now())
      if (hold === undefined || hold.why === '' || hold.until === '')
        this.witness.breaks('why', `nothing is said of ${step}: ${JSON.stringify(hold)}`)
      return hold === undefined ? '' : `${hold.why} → ${hold.until}`
    } catch (error) {
      this.witness.breaks('why', `asked of ${step}: ${error instanceof Error ? error.stack : error}`)
      return ''
    }
  }

  /** A run waits for whoever has one of its steps outside, and says for whom. */
  #saysWhoHas({ steps }: Item): boolean {
    return steps.some(({ id, phase, attempts }) => {
      const last = attempts.at(-1)
      return phase === 'running' && last?.outside !== undefined && this.asks(id).includes(last.agent)
    })
  }

  /** Runs that have not ended and wait for nobody. */
  stuck(): string[] {
    const { state } = this.witness
    const found: string[] = []
    for (const item of state.items.values()) {
      const run = runOf(state, item)
      if (run === undefined || run.phase === 'ended' || run.phase === 'paused') continue
      const gate = [...state.gates.values()].some(
        (one) => one.item === item.id && one.phase === 'open' && one.kind !== 'release',
      )
      const blocker = [...state.blockers.values()].some((one) => one.item === item.id && one.endAt === undefined)
      if (gate || blocker || (state.workspaces.get(item.workspace)?.desired ?? 0) === 0) continue
      if (this.#saysWhoHas(item)) continue
      const open = item.steps.filter((step) => step.wanted && !['done', 'skipped'].includes(step.phase))
      const says = open.map((step) => `${step.id} ${step.phase}: ${this.asks(step.id)}`)
      if (says.some((one) => /shares the lock|Nearly nothing is left of|Its agent cannot be used/.test(one))) continue
      found.push(`${run.id} of ${item.id} is ${run.phase}: ${says.join(' | ')}`)
    }
    return found
  }
}

/** Trouble that the weather brought; anything else is the house's own. */
function excused(why: string): boolean {
  return /Input\/output error|no room on the disk|holds the file|medium could not be read|Another writer|head is \d+, not|could not be opened|journal is closed/.test(
    why,
  )
}

/** A store without transactions was torn: the house must say which entry is no entry, and what a person can do. */
function saysTorn(why: string): boolean {
  return /^Entry \d+ is malformed.*opened read-only: audit it, and restore a backup/.test(why)
}

function resumes(why: string): boolean {
  return /then resume/.test(why)
}

/** Snapshots that are sometimes old and sometimes torn. */
function keptSnapshots(world: World): { of(life: Life): Snapshots } {
  const kept: string[] = []
  return {
    of: (life) => ({
      load: () =>
        life.guard('load', async () => {
          const text = kept.at(world.chance.is(0.3) && kept.length > 1 ? -2 : -1)
          return text !== undefined && world.chance.is(0.1) ? text.slice(0, world.chance.from(0, text.length)) : text
        }),
      save: (text) =>
        life.guard('save', async () => {
          kept.push(text)
        }),
    }),
  }
}
