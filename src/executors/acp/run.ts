// One attempt by an agent that speaks the agent client protocol: from its start to the end of everything that it started.
import type { Outcome } from '../../core/nouns/attempt.ts'
import type { Assignment, Child, Clock, Report, Run } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { Channel } from '../channel.ts'
import { couldNotStart, failed } from '../outcomes.ts'
import { realTime, startPatiently } from '../starting.ts'
import { Watch } from '../watch.ts'
import { Conversation, Unfit } from './conversation.ts'
import { outcomeOfError, outcomeOfExit, outcomeOfStop, type Turn } from './ending.ts'
import { Hearing } from './hearing.ts'
import { type Launch, NotReady, prepare } from './launch.ts'
import type { AcpOptions } from './options.ts'
import { Questions } from './questions.ts'
import { Usage } from './usage.ts'
import { openWire } from './wire.ts'

const graceMs = 2000
const startMs = 120_000
/** After its turn an agent has nothing more to do than to keep its session. */
const leaveMs = 500

/** Invariants. 1: `began` is first and one `ended` last. 2: that is said when its whole tree is gone. */
export class AcpRun implements Run {
  readonly #channel = new Channel()
  readonly reports = this.#channel.reports()
  readonly #options: AcpOptions
  readonly #assignment: Assignment
  readonly #clock: Pick<Clock, 'after' | 'monotonic' | 'now'>
  readonly #usage = new Usage()
  readonly #questions = new Questions()
  readonly #hearing: Hearing
  readonly #startedAt: number
  #watch: Watch | undefined
  #child: Child | undefined
  #conversation: Conversation | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #stopped: string | undefined
  #over: 'timeout' | 'stalled' | undefined
  #ended: Promise<void> | undefined
  #held = 0
  #begun = false

  constructor(options: AcpOptions, assignment: Assignment) {
    this.#options = options
    this.#assignment = assignment
    this.#clock = options.clock ?? { ...realTime, now: () => Date.now() }
    this.#startedAt = this.#clock.monotonic()
    this.#hearing = new Hearing({
      program: assignment.agent.program ?? assignment.agent.name,
      usage: this.#usage,
      tell: (report) => this.#tell(report),
      heard: () => this.#watch?.heard(),
      ms: () => this.#ms(),
    })
    void this.#live()
  }

  answer(question: string, answer: string | undefined): void {
    this.#questions.answer(question, answer)
  }

  /** Settles when the whole tree is gone; while it is still being started, as soon as it has been. */
  async stop(why: string): Promise<void> {
    this.#stopped ??= why
    await this.#breakOff()
  }

  async #live(): Promise<void> {
    let outcome: Outcome
    try {
      outcome = await this.#prepared()
    } catch (error) {
      outcome = failed('defect', `The executor of the agent client protocol failed: ${quoted(String(error), 300)}`)
    }
    this.#watch?.end()
    await this.#begin({})
    const session = this.#conversation?.session
    const summary = this.#hearing.summary()
    await this.#channel.push({
      kind: 'ended',
      outcome: this.#ending() ?? outcome,
      used: this.#usage.used(this.#ms()),
      ...(session === undefined ? {} : { session }),
      ...(summary === undefined ? {} : { summary }),
    })
    this.#channel.close()
  }

  async #prepared(): Promise<Outcome> {
    let launch: Launch
    try {
      launch = await prepare(this.#options, this.#assignment)
    } catch (error) {
      if (error instanceof NotReady) return failed(error.reason, error.message)
      throw error
    }
    try {
      return await this.#run(launch)
    } finally {
      await launch.release()
    }
  }

  async #run(launch: Launch): Promise<Outcome> {
    const starting = { spawner: this.#options.spawner, time: this.#clock, stopped: () => this.#stopped !== undefined }
    let child: Child
    try {
      child = await startPatiently(starting, launch.order)
    } catch (error) {
      return couldNotStart(error, launch.order.argv[0])
    }
    this.#child = child
    await this.#begin({ pid: child.pid })
    if (this.#stopped !== undefined) await child.stop().catch(() => undefined)
    const { timeoutMs, silenceMs } = this.#assignment
    this.#watch = new Watch({
      time: this.#clock,
      timeoutMs,
      silenceMs,
      held: () => this.#held > 0,
      over: (what) => {
        this.#over = what
        void this.#breakOff()
      },
    })
    try {
      return await this.#converse(launch, child)
    } finally {
      await child.stop().catch(() => undefined)
    }
  }

  async #converse(launch: Launch, child: Child): Promise<Outcome> {
    this.#usage.knowsPrices = launch.vendors
    this.#hearing.expect(launch.trouble)
    const wire = openWire(child, this.#hearing)
    // Loaded with the first agent that needs it: a start of Baton does not.
    const sdk = await import('@agentclientprotocol/sdk/unstable')
    const conversation = new Conversation({
      sdk,
      wire,
      launch,
      assignment: this.#assignment,
      hearing: this.#hearing,
      questions: this.#questions,
      usage: this.#usage,
      time: this.#clock,
      startMs: this.#options.startMs ?? startMs,
      version: this.#options.version ?? '0',
      tell: (report) => this.#tell(report),
      ms: () => this.#ms(),
      waiting: (answer) => this.#waiting(answer),
    })
    this.#conversation = conversation
    const turn = conversation.work().then(
      (stop) => () => outcomeOfStop(stop, this.#soFar()),
      (error: unknown) => () => this.#failure(error, conversation.doing),
    )
    this.#turn = turn
    const outcome = await turn
    this.#watch?.end()
    this.#questions.close()
    const gone = child.ended
    child.closeInput()
    const left = await this.#atMost(gone, leaveMs)
    await child.stop().catch(() => undefined)
    await wire.read
    conversation.close()
    const ended = await gone
    const atOnce = outcome()
    // A connection that broke off tells less than how the process went.
    return atOnce ?? outcomeOfExit(left === undefined ? undefined : ended, conversation.doing, this.#soFar())
  }

  #failure(error: unknown, doing: string): Outcome | undefined {
    if (error instanceof Unfit) return error.outcome
    const answered = error instanceof Error && 'code' in error && typeof error.code === 'number'
    return answered ? outcomeOfError(error, doing, this.#soFar()) : undefined
  }

  #soFar(): Turn {
    const { worked, tail } = this.#hearing
    const trouble = this.#hearing.trouble()
    const agent = this.#assignment.agent.name
    return { agent, worked, tail, trouble, denied: this.#questions.denied, at: this.#clock.now() }
  }

  #ending(): Outcome | undefined {
    if (this.#stopped !== undefined) return { kind: 'stopped', reason: 'cancelled', why: this.#stopped }
    if (this.#over === undefined) return undefined
    const { agent, timeoutMs, silenceMs } = this.#assignment
    const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
    return this.#over === 'timeout'
      ? failed(
          'timeout',
          `${agent.name} did not end within ${seconds(timeoutMs)}. Give the step more time in baton.yaml, or make it smaller.`,
        )
      : failed('stalled', `Nothing was heard of ${agent.name} for ${seconds(silenceMs)}, so it was ended.`)
  }

  /** Politely first, so that the session can be kept; then everything that it started. */
  #breakOff(): Promise<void> {
    const child = this.#child
    if (child === undefined) return Promise.resolve()
    this.#ended ??= (async () => {
      this.#questions.close()
      await this.#conversation?.cancel()
      await this.#atMost(this.#turn, this.#options.graceMs ?? graceMs)
      await child.stop().catch(() => undefined)
    })()
    return this.#ended
  }

  #atMost<T>(awaited: Promise<T>, ms: number): Promise<T | undefined> {
    return new Promise((done) => {
      const calm = this.#clock.after(ms, () => done(undefined))
      void awaited.then((value) => {
        calm()
        done(value)
      })
    })
  }

  async #waiting<T>(answer: Promise<T>): Promise<T> {
    this.#watch?.pause()
    try {
      return await answer
    } finally {
      this.#watch?.resume()
    }
  }

  async #begin(as: { readonly pid?: number }): Promise<void> {
    if (this.#begun) return
    this.#begun = true
    await this.#channel.push({ kind: 'began', ...as })
  }

  async #tell(report: Report): Promise<void> {
    this.#held += 1
    await this.#channel.push(report)
    this.#held -= 1
  }

  #ms(): number {
    return Math.max(0, Math.round(this.#clock.monotonic() - this.#startedAt))
  }
}
