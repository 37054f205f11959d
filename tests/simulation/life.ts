// One life of the house: its ports, guarded so that a dead house can do nothing more, and dying at every site.
import type { Answer } from '../../src/core/ports/house.ts'
import type { Checker, Clock, CloneMaker, Models, Repository } from '../../src/core/ports.ts'
import { ModelFailed, RepositoryTrouble } from '../../src/core/ports.ts'
import type { Wish } from '../../src/core/wishes.ts'
import type { LocalHouse } from '../../src/engine/house.ts'
import type { HouseParts } from '../../src/engine/parts.ts'
import { judgedChecks, memoryClones, simulatedParts } from '../../src/presets/simulated.ts'
import { boxes } from './boxes.ts'
import { bad } from './parts.ts'
import { recordRef } from './witness/papers.ts'
import type { World } from './world.ts'

/** A new one each time: whatever waits for one that is shared is kept for ever. */
const never = (): Promise<never> => new Promise<never>(() => {})

export class Life {
  readonly number: number
  alive = true
  /** Another house was opened on its record while it lives, which the lock forbids: it learns so when it writes next. */
  replaced = false
  /** Another life has written since, and it has learned so. */
  outrun = false
  /** Since when it is being closed. */
  closing = false
  /** How far the journal reached when it was asked to close. */
  closedAt = Number.POSITIVE_INFINITY
  /** Whether the sweep of its beginning came through, as far as there was one. */
  sweeps: 'all' | 'none' | undefined
  house: LocalHouse | undefined
  readonly #world: World
  timers = 0

  constructor(world: World, number: number) {
    this.#world = world
    this.number = number
  }

  /** A place at which it may die. */
  site(name: string): void {
    const world = this.#world
    if (!this.alive || world.healed || world.crashesLeft <= 0 || !world.chance.is(world.plot.knobs.crashSite)) return
    this.crash(name)
  }

  crash(where: string): void {
    if (!this.alive) return
    this.alive = false
    this.#world.died(this, where)
  }

  async guard<T>(site: string, work: () => Promise<T>): Promise<T> {
    const world = this.#world
    this.site(`before ${site}`)
    if (!this.alive) return never()
    if (world.chance.is(world.plot.knobs.slow))
      await new Promise<void>((resolve) => world.clock.after(world.chance.from(0, 30), resolve))
    if (!this.alive) return never()
    try {
      const result = await work()
      this.site(`after ${site}`)
      return this.alive ? result : never()
    } catch (error) {
      if (!this.alive) return never()
      throw error
    }
  }

  get clock(): Clock {
    const { clock } = this.#world
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      chance: (length) => clock.chance(length),
      after: (ms, then) => {
        this.timers += 1
        let over = false
        const once = (): void => {
          if (over) return
          over = true
          this.timers -= 1
        }
        const calm = clock.after(ms, () => {
          once()
          if (this.alive) then()
        })
        return () => {
          once()
          calm()
        }
      },
    }
  }

  parts(): HouseParts {
    const world = this.#world
    const parts = simulatedParts(world, {
      formats: [boxes],
      recording: true,
      ...(world.snapshots === undefined ? {} : { snapshots: world.snapshots.of(this) }),
      over: {
        clock: this.clock,
        disk: () => ({ free: world.nearlyFull ? 1e6 : 1e12, of: 2e12 }),
        later: (then) =>
          world.clock.later(() => {
            if (this.alive) then()
          }),
        store: world.disk.of(this),
        repository: this.#repository(),
        clones: this.#clones(),
        executors: [world.agents.executor(this)],
        checkers: this.#checkers(),
        spawner: {
          sweep: (marker) =>
            this.guard('sweep', async () => {
              const whole = marker === undefined
              if (whole) this.sweeps = 'none'
              const ill = !world.healed && world.chance.is(world.plot.knobs.clones * 4)
              if (ill || (whole && world.chance.is(0.5))) throw new Error('sweep failed.')
              if (whole) this.sweeps = 'all'
              return world.agents.sweep(marker)
            }),
        },
        transcripts: {
          ...world.transcripts,
          append: (attempt, parts) => this.guard('say', () => world.transcripts.append(attempt, parts)),
          seal: (attempt) => this.guard('seal', () => world.transcripts.seal(attempt)),
        },
      },
    })
    return { ...parts, models: this.#models() }
  }

  /** Weighs at random: at once, slowly, never, or not at all. */
  #models(): Models {
    const { chance, clock, healed } = this.#world
    const silent: Models['complete'] = async function* () {}
    const embed = (texts: readonly string[]): readonly Float32Array[] =>
      texts.map(() => Float32Array.of(chance.next(), chance.next(), chance.next()))
    return {
      complete: silent,
      list: async () => ({ dialect: 'openai', models: [] }),
      close: async () => {},
      embed: (_, texts) =>
        this.guard('embed', async () => {
          if (!healed && chance.is(0.1)) throw new ModelFailed('network', 'Nobody answers.')
          if (!healed && chance.is(0.05)) return never()
          await new Promise<void>((resolve) => clock.after(chance.from(0, 3000), resolve))
          return embed(texts)
        }),
    }
  }

  #repository(): Repository {
    const { repository: raw, witness, chance, plot } = this.#world
    const world = this.#world
    const risky = <T>(name: string, work: () => Promise<T>): Promise<T> =>
      this.guard(name, async () => {
        const ill = !world.healed && chance.is(plot.knobs.git)
        const trouble = (): Error => new RepositoryTrouble('git', `${name} failed.`, 'Try again.')
        if (ill && chance.is(0.5)) throw trouble()
        const result = await work()
        if (ill) throw trouble()
        return result
      })
    return {
      look: () => risky('look', () => raw.look()),
      tip: (ref) => risky('tip', () => raw.tip(ref)),
      refs: (prefix) => risky('refs', () => raw.refs(prefix)),
      isAncestor: (older, newer) => risky('isAncestor', () => raw.isAncestor(older, newer)),
      treeOf: (commit) => risky('treeOf', () => raw.treeOf(commit)),
      readFile: (at, path) => risky('readFile', () => raw.readFile(at, path)),
      list: (at, under) => risky('list', () => raw.list(at, under)),
      writeTree: (base, changes) => risky('writeTree', () => raw.writeTree(base, changes)),
      diff: (from, to) => risky('diff', () => raw.diff(from, to)),
      patch: (from, to, limit) => risky('patch', () => raw.patch(from, to, limit)),
      merge: (ours, theirs) => risky('merge', () => raw.merge(ours, theirs)),
      commit: (order) => risky('commit', () => raw.commit(order)),
      moveRef: (ref, to, expected, why) =>
        risky('moveRef', async () => {
          await world.intrude(ref)
          if (ref === recordRef && world.recordIs === 'held')
            return { kind: 'held', where: '/elsewhere', paths: [], why: 'somebody is at it' }
          if (ref === recordRef && world.recordIs === 'denied') throw new RepositoryTrouble('git', 'No.', 'Wait.')
          const before = await raw.tip(ref)
          const moved = await raw.moveRef(ref, to, expected, why)
          if (moved.kind === 'moved') witness.moved(this, ref, before, to)
          if (moved.kind === 'moved' && ref === recordRef) world.recordWas.push(to)
          return moved
        }),
      deleteRef: (ref, expected) =>
        risky('deleteRef', async () => {
          await raw.deleteRef(ref, expected)
          witness.moved(this, ref, expected, null)
        }),
    }
  }

  #clones(): CloneMaker {
    const world = this.#world
    const raw = memoryClones(world.folders)
    const risky = <T>(site: string, work: () => Promise<T>): Promise<T> =>
      this.guard(site, async () => {
        if (!world.healed && world.chance.is(world.plot.knobs.clones)) throw new Error(`${site} failed.`)
        return work()
      })
    const opened = (clone: Awaited<ReturnType<CloneMaker['make']>>): typeof clone => ({
      name: clone.name,
      kind: clone.kind,
      folder: clone.folder,
      collect: () => {
        world.witness.collects(clone.name, world.agents.alive())
        return risky('collect', () => clone.collect())
      },
      rest: () => this.guard('rest', () => clone.rest()),
      discard: () =>
        risky('discard', () => {
          world.witness.discards(clone.name)
          return clone.discard()
        }),
    })
    return {
      kind: raw.kind,
      make: (order) => risky('make', async () => opened(await raw.make(order))),
      reopen: (order) =>
        risky('reopen', async () => {
          const clone = await raw.reopen(order)
          return clone === undefined ? undefined : opened(clone)
        }),
      discard: (name) =>
        risky('discard', () => {
          if (!name.includes('check')) world.witness.discards(name)
          return raw.discard(name)
        }),
      held: () => this.guard('held', () => raw.held()),
      close: () => raw.close(),
    }
  }

  #checkers(): readonly Checker[] {
    const world = this.#world
    const judged = judgedChecks(world.folders, async ({ read }) =>
      (await read('out/bad.txt')) === bad ? 'it holds something bad' : undefined,
    )
    return judged.map((checker) => ({
      kind: checker.kind,
      run: (order) =>
        this.guard('check', async () => {
          const { checkMs } = world.plot.knobs
          if (checkMs > 0) await new Promise<void>((go) => world.clock.after(world.chance.from(0, checkMs), go))
          if (!this.alive) return never()
          const verdict = await checker.run(order)
          world.witness.judged(order, verdict)
          return verdict
        }),
    }))
  }

  /** Puts a wish; what is acknowledged is held against the disk. */
  async submit(wished: Wish): Promise<boolean> {
    return (await this.ask(wished))?.ok === true
  }

  /** Undefined when nobody is left to answer. */
  async ask(wished: Wish): Promise<Answer | undefined> {
    const { house } = this
    if (house === undefined || !this.alive) return undefined
    const answer = await house.submit(wished)
    if (!this.alive) return undefined
    if (answer.ok) this.#world.witness.acknowledged(wished.type, answer)
    return answer
  }
}
