// One run of the built-in agent: its hands are started, its work is done, and however it ends, one end is told and nothing is left running.
import { nothingUsed, type Outcome } from '../../core/nouns/attempt.ts'
import {
  type Assignment,
  type Clock,
  ModelFailed,
  type Models,
  type Report,
  type Run,
  type Spawner,
} from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { Channel } from '../channel.ts'
import { couldNotStart, failed } from '../outcomes.ts'
import type { Manner } from '../talk/instructions.ts'
import { isSession } from '../talk/sessions.ts'
import { Watch } from '../watch.ts'
import { Questions } from './asking.ts'
import { Ending } from './ending.ts'
import type { Ground } from './ground.ts'
import { Hands } from './link.ts'
import { handsProgram, programOf } from './program.ts'
import { Work, type Worked } from './work.ts'

export interface ModelOptions {
  readonly spawner: Spawner
  /** What the machine gives every agent: PATH and the like, from an allow-list. No key of a model is among it. */
  readonly environment: Readonly<Record<string, string>>
  readonly models: Models
  readonly clock: Clock
  /** How the hands are started; absent: as they lie beside us. */
  readonly handsArgv?: readonly [string, ...string[]]
  readonly secrets?: readonly string[]
}

const outputCap = 4 * 1024 ** 3

class NoHands extends Error {}

export class ModelRun implements Run {
  readonly #channel = new Channel()
  readonly reports = this.#channel.reports()
  readonly #options: ModelOptions
  readonly #assignment: Assignment
  readonly #manner: Manner
  readonly #ending = new Ending()
  readonly #watch: Watch
  readonly #hands: Hands
  readonly #questions: Questions
  readonly #session: string | undefined
  readonly #startedAt: number
  #work: Work | undefined
  #begun = false

  constructor(options: ModelOptions, assignment: Assignment, explore: boolean) {
    this.#options = options
    this.#assignment = assignment
    this.#manner = explore ? 'explore' : looks(assignment) ? 'look' : 'work'
    this.#startedAt = options.clock.monotonic()
    this.#session = sessionOf(assignment, options.clock)
    this.#watch = this.#watching()
    this.#hands = this.#newHands()
    this.#questions = new Questions({
      ending: this.#ending,
      watch: this.#watch,
      push: (report) => this.#channel.push(report),
    })
    void this.#live()
  }

  answer(question: string, answer: string | undefined): void {
    this.#questions.answer(question, answer)
  }

  /** Settles when the hands and all that they started are gone. */
  async stop(why: string): Promise<void> {
    this.#ending.end({ kind: 'stopped', reason: 'cancelled', why })
    await this.#hands.stop().catch(() => undefined)
  }

  #watching(): Watch {
    const { timeoutMs, silenceMs } = this.#assignment
    const seconds = (ms: number): number => Math.round(ms / 1000)
    const late = `It was not done within ${seconds(timeoutMs)} s. Give the step more time in baton.yaml, or make it smaller.`
    const silent = `Nothing was heard of the model for ${seconds(silenceMs)} s. Look at its server.`
    return new Watch({
      time: this.#options.clock,
      timeoutMs,
      silenceMs,
      over: (what) => this.#ending.end(failed(what, what === 'timeout' ? late : silent)),
    })
  }

  #newHands(): Hands {
    const { spawner, clock, environment, handsArgv } = this.#options
    const { attempt, folder, isolation, agent } = this.#assignment
    const own = Object.entries(agent.env).filter(([name]) => !name.toUpperCase().startsWith('BATON_'))
    return new Hands({
      spawner,
      time: clock,
      stopped: () => this.#ending.outcome !== undefined,
      heard: () => this.#watch.heard(),
      order: () => {
        const program = handsArgv === undefined ? handsProgram() : programOf(handsArgv)
        return {
          argv: this.#manner === 'work' ? program.argv : [...program.argv, '--look'],
          folder,
          env: { ...environment, ...Object.fromEntries(own) },
          isolation,
          network: agent.network === 'all' && this.#manner === 'work' ? 'all' : 'none',
          readOnly: program.readOnly,
          marker: attempt,
          outputCap,
        }
      },
    })
  }

  async #live(): Promise<void> {
    let worked: Worked
    try {
      worked = await this.#try()
    } catch (error) {
      worked = { outcome: this.#ending.outcome ?? outcomeOf(error), summary: '' }
    }
    this.#watch.end()
    await this.#hands.stop().catch(() => undefined)
    await this.#begin({})
    await this.#channel.push({
      kind: 'ended',
      outcome: this.#ending.outcome ?? worked.outcome,
      used: { ...(this.#work?.used ?? nothingUsed), ms: this.#elapsed() },
      ...(this.#session === undefined ? {} : { session: this.#session }),
      ...(worked.summary === '' ? {} : { summary: worked.summary }),
    })
    this.#channel.close()
  }

  async #try(): Promise<Worked> {
    const { model, agent } = this.#assignment
    if (model === undefined) {
      const why = `The agent ${agent.name} has no model. Name one for it in baton.yaml, and describe it in model_registry.yaml.`
      return { outcome: failed('defect', why), summary: '' }
    }
    const pid = await this.#hands.open().catch((error: unknown) => {
      throw new NoHands('The hands could not be started.', { cause: error })
    })
    await this.#begin({ pid, ...(this.#session === undefined ? {} : { session: this.#session }) })
    const { models, clock, secrets = [] } = this.#options
    const ground: Ground = {
      assignment: this.#assignment,
      models,
      spec: model,
      manner: this.#manner,
      ending: this.#ending,
      watch: this.#watch,
      time: clock,
      questions: this.#questions,
      hands: this.#hands,
      secrets: [...secrets, ...this.#assignment.tools.map(({ token }) => token)],
      session: this.#session,
      elapsed: () => this.#elapsed(),
      push: (report) => this.#channel.push(report),
    }
    this.#work = new Work(ground)
    return this.#work.run()
  }

  #elapsed(): number {
    return Math.max(0, Math.round(this.#options.clock.monotonic() - this.#startedAt))
  }

  /** Also what never got as far as hands began, so that every reader sees the same two ends. */
  async #begin(as: Omit<Extract<Report, { kind: 'began' }>, 'kind'>): Promise<void> {
    if (this.#begun) return
    this.#begun = true
    await this.#channel.push({ kind: 'began', ...as })
  }
}

function looks({ readsOnly, agent, role }: Assignment): boolean {
  return readsOnly || agent.readsOnly === true || role.readsOnly === true
}

/** The one that it goes on with, a new one, or none where nothing is kept. */
function sessionOf({ home, resume }: Assignment, clock: Clock): string | undefined {
  if (home === undefined) return undefined
  return resume !== undefined && isSession(resume) ? resume : `baton-${clock.chance(16)}`
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof ModelFailed) {
    const { reason, message, until } = error
    return { kind: 'failed', reason, why: message, ...(until === undefined ? {} : { until }) }
  }
  if (error instanceof NoHands) return couldNotStart(error.cause, 'baton-hands')
  const message = error instanceof Error ? error.message : String(error)
  return failed('crashed', `The built-in agent failed: ${quoted(message, 400)}`)
}
