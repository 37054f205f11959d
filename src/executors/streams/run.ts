// One run of a program that writes its events as lines of JSON: started, listened to, watched, answered, and ended once.
import { nothingUsed, type Outcome } from '../../core/nouns/attempt.ts'
import type { Assignment, Child, Clock, Report, Run } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { type Launch, NotReady, prepare } from '../acp/launch.ts'
import type { AcpOptions } from '../acp/options.ts'
import { bounded, fields } from '../acp/unknown.ts'
import { Lines } from '../acp/wire.ts'
import { Channel } from '../channel.ts'
import { couldNotStart, failed } from '../outcomes.ts'
import type { Furnishing, Seat } from '../programs/index.ts'
import { realTime, startPatiently } from '../starting.ts'
import { Watch } from '../watch.ts'
import type { Dialogue, Effect } from './dialogue.ts'

/** How one program is spoken to in its own way. */
export interface Native {
  furnish(seat: Seat, resume: string | undefined): Furnishing
  /** Written to its standard input first; the input stays open when `converses`. */
  opening(assignment: Assignment, resume: string | undefined): string
  readonly converses: boolean
  dialogue(assignment: Assignment, resume: string | undefined): Dialogue
}

const tailLetters = 8192
const lingerMs = 15_000
const lostSession = /no rollout found|no conversation found|session .{0,80}not found/i

export class StreamRun implements Run {
  readonly #channel = new Channel()
  readonly reports = this.#channel.reports()
  readonly #options: AcpOptions
  readonly #assignment: Assignment
  readonly #native: Native
  readonly #clock: Pick<Clock, 'after' | 'monotonic' | 'now'>
  readonly #began: number
  #child: Child | undefined
  #watch: Watch | undefined
  #dialogue: Dialogue | undefined
  #stopped: string | undefined
  #over: 'timeout' | 'stalled' | undefined
  #begun = false
  #paused = false
  /** Being held back by a slow reader is no silence. */
  #held = 0
  #tail = ''

  constructor(options: AcpOptions, assignment: Assignment, native: Native) {
    this.#options = options
    this.#assignment = assignment
    this.#native = native
    this.#clock = options.clock ?? { ...realTime, now: () => Date.now() }
    this.#began = this.#clock.monotonic()
    void this.#live()
  }

  answer(question: string, answer: string | undefined): void {
    const effects = this.#dialogue?.answer(question, answer) ?? []
    for (const effect of effects) if (effect.do !== 'report') this.#send(effect)
    this.#rest()
    for (const effect of effects) if (effect.do === 'report') void this.#tell(effect.report)
  }

  /** Settles when the whole tree is gone; while it is still being started, as soon as it has been. */
  async stop(why: string): Promise<void> {
    this.#stopped ??= why
    await this.#child?.stop().catch(() => undefined)
  }

  async #live(): Promise<void> {
    let outcome: Outcome
    try {
      outcome = await this.#work()
    } catch (error) {
      outcome = failed(
        'defect',
        `The executor for ${this.#assignment.agent.name} failed: ${quoted(String(error), 300)}`,
      )
    }
    this.#watch?.end()
    await this.#begin()
    const ms = Math.max(0, Math.round(this.#clock.monotonic() - this.#began))
    const [session, summary] = [this.#dialogue?.session, this.#dialogue?.summary()]
    const used = this.#dialogue?.used(ms) ?? { ...nothingUsed, ms }
    await this.#channel.push({
      kind: 'ended',
      outcome,
      used,
      ...(session === undefined ? {} : { session }),
      ...(summary === undefined ? {} : { summary }),
    })
    this.#channel.close()
  }

  /** A session that is not there any more is begun anew: its work lies in the folder, and the prompt says what is wanted. */
  async #work(): Promise<Outcome> {
    const { resume } = this.#assignment
    const first = await this.#once(resume)
    const lost = resume !== undefined && first.kind === 'failed' && this.#dialogue?.started !== true
    if (!lost || this.#over !== undefined || !lostSession.test(this.#tail + first.why)) return first
    this.#tail = ''
    await this.#tell({
      kind: 'told',
      update: { kind: 'notice', text: `Its session ${quoted(resume)} is not there any more: a new one is begun.\n` },
    })
    return this.#once(undefined)
  }

  async #once(resume: string | undefined): Promise<Outcome> {
    let launch: Launch
    try {
      launch = await prepare(this.#options, this.#assignment, (seat) => this.#native.furnish(seat, resume))
    } catch (error) {
      if (error instanceof NotReady) return this.#ending() ?? failed(error.reason, error.message)
      throw error
    }
    try {
      const opening = Buffer.from(this.#native.opening(this.#assignment, resume))
      return await this.#runProgram(launch, opening, this.#native.dialogue(this.#assignment, resume))
    } finally {
      await launch.release()
    }
  }

  async #runProgram({ order }: Launch, opening: Uint8Array, dialogue: Dialogue): Promise<Outcome> {
    const stopped = (): boolean => this.#stopped !== undefined
    const { converses } = this.#native
    this.#dialogue = dialogue
    let child: Child
    try {
      if (stopped()) throw new Error('it was stopped before it could be started')
      const whole = converses ? order : { ...order, stdin: opening }
      child = await startPatiently({ spawner: this.#options.spawner, time: this.#clock, stopped }, whole)
    } catch (error) {
      return this.#ending() ?? couldNotStart(error, order.argv[0])
    }
    this.#child = child
    this.#keepWatch()
    if (converses) child.write(opening)
    if (stopped()) await child.stop().catch(() => undefined)
    await this.#listen(child, dialogue)
    const ended = await child.ended
    return this.#ending() ?? dialogue.outcome({ ended, tail: this.#tail, at: this.#clock.now() })
  }

  #keepWatch(): void {
    const { timeoutMs, silenceMs } = this.#assignment
    const over = (what: 'timeout' | 'stalled'): void => {
      this.#over = what
      void this.#child?.stop().catch(() => undefined)
    }
    this.#watch ??= new Watch({ time: this.#clock, timeoutMs, silenceMs, held: () => this.#held > 0, over })
  }

  #ending(): Outcome | undefined {
    const assignment = this.#assignment
    const called = assignment.agent.name
    if (this.#stopped !== undefined) return { kind: 'stopped', reason: 'cancelled', why: this.#stopped }
    if (this.#over === 'timeout') {
      const seconds = Math.round(assignment.timeoutMs / 1000)
      const why = `${called} did not end within ${seconds} s. Give the step more time in baton.yaml, or make it smaller.`
      return failed('timeout', why)
    }
    if (this.#over === undefined) return undefined
    return failed('stalled', `${called} said nothing for ${Math.round(assignment.silenceMs / 1000)} s and was ended.`)
  }

  async #listen(child: Child, dialogue: Dialogue): Promise<void> {
    const lines = new Lines()
    const errors = new TextDecoder()
    for await (const { from, bytes } of child.output) {
      this.#watch?.heard()
      if (from === 'err') await this.#overhear('err', errors.decode(bytes, { stream: true }), dialogue)
      else for (const line of lines.push(bytes)) await this.#line(line, dialogue)
      if (lines.leftOut > 0) {
        lines.leftOut = 0
        await this.#overhear('err', '[a line that was too long was left out]\n', dialogue)
      }
    }
    await this.#overhear('err', errors.decode(), dialogue)
    const rest = lines.take()
    if (rest !== undefined) await this.#line(rest, dialogue)
  }

  /** Half an event at the end of a stream is words, like anything else that is none. */
  async #line(line: string, dialogue: Dialogue): Promise<void> {
    const event = parsed(line)
    if (event === undefined) return this.#overhear('out', `${bounded(line)}\n`, dialogue)
    for (const effect of dialogue.hear(event)) {
      if (effect.do === 'report') await this.#tell(effect.report)
      else this.#send(effect)
    }
    if (dialogue.session !== undefined) await this.#begin()
    this.#rest()
  }

  async #overhear(from: 'out' | 'err', text: string, dialogue: Dialogue): Promise<void> {
    if (text === '') return
    this.#tail = (this.#tail + text).slice(-tailLetters)
    dialogue.overhear(text)
    await this.#tell({ kind: 'said', from, text })
  }

  async #tell(report: Report): Promise<void> {
    await this.#begin()
    this.#held += 1
    await this.#channel.push(report)
    this.#held -= 1
  }

  /** Also what never got as far as a process began, so that every reader sees the same two ends. */
  async #begin(): Promise<void> {
    if (this.#begun) return
    this.#begun = true
    const [pid, session] = [this.#child?.pid, this.#dialogue?.session]
    await this.#channel.push({
      kind: 'began',
      ...(pid === undefined ? {} : { pid }),
      ...(session === undefined ? {} : { session }),
    })
  }

  #send(effect: Exclude<Effect, { do: 'report' }>): void {
    const child = this.#child
    if (effect.do === 'write') {
      child?.write(Buffer.from(`${effect.line}\n`))
      return
    }
    child?.closeInput()
    // What it leaves running would hold the step up for nothing.
    const linger = this.#assignment.agent.subagents === true ? this.#assignment.timeoutMs : lingerMs
    this.#clock.after(this.#options.graceMs ?? linger, () => void child?.stop().catch(() => undefined))
  }

  /** While somebody is asked, the agent's time stands still. */
  #rest(): void {
    const asked = (this.#dialogue?.open ?? 0) > 0
    if (asked === this.#paused) return
    this.#paused = asked
    if (asked) this.#watch?.pause()
    else this.#watch?.resume()
  }
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.trimStart().startsWith('{')) return undefined
  try {
    const event = fields(JSON.parse(line))
    return typeof event.type === 'string' ? { ...event } : undefined
  } catch {
    // Programs print other things too; they are shown as they are.
    return undefined
  }
}
