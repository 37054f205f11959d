// Plays one seed to its end and says whether every promise was kept.

import { finish } from './lead.ts'
import { help } from './person.ts'
import type { Mode } from './plot.ts'
import type { Broken } from './promises.ts'
import { compareStates, judgeReplay } from './witness/replay.ts'
import { World } from './world.ts'

export interface Played {
  readonly seed: number
  readonly mode: Mode
  readonly broken: Broken | undefined
  readonly world: World
  readonly events: number
}

const mostEvents = 60_000

class Play {
  readonly world: World
  events = 0

  constructor(seed: number, mode: Mode) {
    this.world = new World(seed, mode)
  }

  get #broken(): boolean {
    return this.world.witness.broken !== undefined
  }

  /** Drives until this is so; false when a promise broke or nothing is left to happen. */
  async until(come: () => boolean): Promise<boolean> {
    const { clock, witness } = this.world
    while (!this.#broken && !come()) {
      const went = await clock.step()
      if (witness.mustLook) await witness.look()
      this.events += 1
      this.world.tend()
      this.#measure()
      if (this.events > mostEvents) witness.breaks('progress', 'it never comes to rest')
      if (!went) return come()
    }
    return !this.#broken
  }

  #measure(): void {
    const { world } = this
    const timers = world.life?.timers ?? 0
    const items = world.plot.items.length
    // Three is the most that was ever seen of a sound house.
    if (timers > 4 + 2 * items) world.witness.breaks('bounded', `${timers} timers wait for ${items} items`)
  }

  pass(ms: number): Promise<boolean> {
    let over = false
    this.world.clock.after(ms, () => {
      over = true
    })
    return this.until(() => over)
  }

  async settled(work: Promise<unknown>, what: string): Promise<boolean> {
    let over = false
    const mark = (): void => {
      over = true
    }
    work.then(mark, (error: unknown) => {
      this.world.witness.breaks('sound', `${what}: ${error instanceof Error ? error.stack : error}`)
    })
    const limit = this.world.clock.monotonic() + 30 * 86_400_000
    await this.until(() => over || this.world.clock.monotonic() > limit || this.world.life?.alive === false)
    if (!over && !this.#broken && this.world.life?.alive !== false)
      this.world.witness.breaks('progress', `${what} never ends`)
    return over
  }

  async go(): Promise<void> {
    const { world } = this
    world.begin()
    await this.pass(world.plot.knobs.chaosMs)
    if (this.#broken) return
    if (world.mode === 'liveness') await this.#finish()
    else world.crashesLeft = Math.min(world.crashesLeft, 0)
    if (!this.#broken) await this.#end()
  }

  /** No more faults: what can end must end, then a person helps, then everything must. */
  async #finish(): Promise<void> {
    const { world } = this
    world.healed = true
    world.clock.freeze(false)
    if (world.chance.is(0.3)) world.clock.jump(-world.chance.from(1000, 7_200_000))
    world.repository.dirty([])
    world.nearlyFull = false
    world.recordIs = 'free'
    world.tell('the weather clears')
    if (!(await this.until(() => world.life?.alive === true && world.life.house !== undefined))) return
    if (!(await this.#rest(async () => false))) return
    for (const stuck of world.stuck()) world.witness.breaks('progress', stuck)
    if (this.#broken) return
    world.tell('a person helps')
    await this.#rest(async () => (world.life === undefined ? false : help(world, world.life)))
    this.#allDone()
    if (world.plot.knobs.lead > 0.5) await this.#bringBack()
    await this.#mend()
    if (!this.#broken) await world.witness.papers.judge(true)
  }

  /** All of it is released, taken back, and done again. */
  async #bringBack(): Promise<void> {
    const { world } = this
    world.tell('a lead releases, takes back and begins anew')
    await this.#rest(async () => {
      const { life } = world
      return life === undefined ? false : (await finish(world, life)) || help(world, life)
    })
    this.#allDone()
  }

  /** A person writes back what strangers did to the record. */
  async #mend(): Promise<void> {
    const { life, plot } = this.world
    if (life?.house === undefined || plot.knobs.record <= 0) return
    for (const { id } of plot.items) {
      if (this.#broken) return
      await this.settled(life.house.repairHandoffs(id), `writing back the handoffs of ${id}`)
    }
  }

  /** Waits longer and longer until nothing happens any more. */
  async #rest(move: () => Promise<boolean>): Promise<boolean> {
    const { world } = this
    let seen = -1
    let gap = 1000
    for (let round = 0; gap < 8 * 86_400_000; round++) {
      if (round > 3000) world.witness.breaks('progress', 'a person helps and helps, and it is never done')
      if (this.#broken) return false
      let helped = false
      const moving = move().then((moved) => {
        helped = moved
      })
      await this.settled(moving, 'a wish of a person')
      gap = helped || world.witness.state.seq !== seen ? 1000 : gap * 2
      seen = world.witness.state.seq
      await this.pass(gap)
    }
    return !this.#broken
  }

  #allDone(): void {
    const { witness } = this.world
    if (this.#broken) return
    for (const item of witness.state.items.values())
      for (const step of item.steps)
        if (!step.retired && step.phase !== 'done' && step.phase !== 'skipped')
          witness.breaks('progress', `${step.id} is ${step.phase} after all help: ${this.world.asks(step.id)}`)
  }

  async #end(): Promise<void> {
    const { world } = this
    const { life, chance, witness } = world
    world.over = true
    if (life?.alive === true && life.house !== undefined && !life.closing) {
      await this.settled(life.house.steady(), 'becoming steady')
      if (!this.#broken && life.alive && life.house.state.seq === witness.state.seq)
        compareStates(witness, `life ${life.number} at its end`, life.house.state, witness.state)
      if (!this.#broken && life.alive && world.mode === 'liveness')
        await this.settled(life.house.quiet(), 'becoming quiet')
      if (!this.#broken && life.alive) await this.settled(world.close(life, chance.pick(['stop', 'drain'])), 'closing')
    }
    if (!this.#broken) await judgeReplay(witness)
    if (!this.#broken) await this.#judgeWork()
    if (!this.#broken) await this.#judgeRefs()
    if (!this.#broken) await this.#judgeRecord()
  }

  /** Every collected commit has landed, or is held by its ref. */
  async #judgeWork(): Promise<void> {
    const { witness, repository, harmed } = this.world
    for (const attempt of witness.book.attempts.values()) {
      if (attempt.ended !== attempt.released) witness.breaks('terminal', `${attempt.id} ended, and its claim did not`)
      if (attempt.commit === undefined) continue
      if (attempt.landed === undefined) {
        const pin = await repository.tip(`refs/baton/attempts/${attempt.id}`)
        if (pin !== attempt.commit) witness.breaks('lost', `${attempt.id} has not landed, and its ref is at ${pin}`)
      } else if (!harmed.has(`refs/heads/${attempt.branch}`)) {
        const tip = await repository.tip(`refs/heads/${attempt.branch}`)
        if (tip === null || !(await repository.isAncestor(attempt.landed, tip)))
          witness.breaks('lost', `${attempt.id} landed as ${attempt.landed}, and ${attempt.branch} does not contain it`)
      }
    }
  }

  /** In a calm world a house that was closed owes nothing. */
  async #judgeRecord(): Promise<void> {
    const { witness, life, mode, plot, healed } = this.world
    const { git, disk, record } = plot.knobs
    const calm = healed || (git === 0 && disk === 0 && record === 0)
    const closed = life?.closing === true && (life.house?.readOnly ?? '').startsWith('The journal is closed')
    witness.rulings.judge()
    if (mode === 'liveness') witness.rulings.judgeRest()
    await witness.papers.judge(calm && closed, life?.closedAt)
  }

  async #judgeRefs(): Promise<void> {
    const { witness, repository } = this.world
    for (const { ref, commit } of await repository.refs('refs/heads')) {
      const expected = witness.refs.get(ref)
      if (expected !== undefined && expected !== commit)
        witness.breaks('branches', `${ref} is at ${commit}, not ${expected}`)
    }
  }
}

export async function play(seed: number, mode: Mode): Promise<Played> {
  const one = new Play(seed, mode)
  try {
    await one.go()
  } catch (error) {
    one.world.witness.breaks('sound', `the simulation fell over: ${error instanceof Error ? error.stack : error}`)
  }
  return { seed, mode, broken: one.world.witness.broken, world: one.world, events: one.events }
}
