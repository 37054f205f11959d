// The scripted executor: plays a written part instead of an agent, for tests, demos and the simulation.
import { type FailureReason, nothingUsed, type Outcome, type Used } from '../core/nouns/attempt.ts'
import type { Question } from '../core/nouns/question.ts'
import type { Update } from '../core/nouns/update.ts'
import type { Assignment, Clock, Executor, Report, Run } from '../core/ports.ts'
import { quoted } from '../core/text/neutral.ts'
import { Channel } from './channel.ts'

/** One thing an agent does. After the last one it succeeds, unless it said how it ends. */
export type Act =
  | { readonly do: 'say'; readonly text: string; readonly from?: 'out' | 'err' | 'agent' | 'tool' }
  | { readonly do: 'write'; readonly path: string; readonly text: string }
  | { readonly do: 'delete'; readonly path: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'use'; readonly used: Partial<Used> }
  | { readonly do: 'tell'; readonly update: Update }
  /** Waits for the answer, and says it: `answered: …`. */
  | { readonly do: 'ask'; readonly question: Question }
  /** Where it could be gone on with, and what it says of its work, told with its end. */
  | { readonly do: 'leave'; readonly session?: string; readonly summary?: string }
  | { readonly do: 'succeed'; readonly why?: string }
  | { readonly do: 'fail'; readonly reason: FailureReason; readonly why?: string; readonly until?: number }
  /** Does nothing more until it is stopped. */
  | { readonly do: 'hang' }
  /** Breaks the contract on purpose: says this whenever it comes, after the end too. */
  | { readonly do: 'report'; readonly report: Report }

/** What is done at this step and try; undefined: it just succeeds. */
export type Part = (assignment: Assignment, number: number) => readonly Act[] | undefined

export interface ScriptedOptions {
  readonly part: Part
  readonly clock: Pick<Clock, 'after' | 'monotonic'>
  /** Writes into the attempt's folder; null deletes. */
  readonly write: (folder: string, path: string, content: string | null) => Promise<void>
  readonly name?: string
}

/** A part written down: for each key what is done at the first try, the second, and so on; the last one repeats. `*` is every other key. */
export function partOf(tries: Readonly<Record<string, readonly (readonly Act[])[]>>): Part {
  return ({ step }, number) => {
    const own = Object.hasOwn(tries, step.key) ? tries[step.key] : tries['*']
    return own?.[Math.min(number, own.length) - 1]
  }
}

/** `<step>/<n>`; anything else counts as the first. */
function numberOf(attempt: string): number {
  const number = Number(attempt.slice(attempt.lastIndexOf('/') + 1))
  return Number.isInteger(number) && number > 0 ? number : 1
}

class ScriptedRun implements Run {
  readonly #channel = new Channel()
  readonly reports = this.#channel.reports()
  readonly #options: ScriptedOptions
  readonly #assignment: Assignment
  readonly #startedAt: number
  #used: Used = nothingUsed
  #stopped: string | undefined
  #over = false
  #wake: (() => void) | undefined
  readonly #asked = new Map<string, (answer: string | undefined) => void>()
  #left: { readonly session?: string; readonly summary?: string } = {}

  constructor(options: ScriptedOptions, assignment: Assignment) {
    this.#options = options
    this.#assignment = assignment
    this.#startedAt = options.clock.monotonic()
    void this.#live()
  }

  answer(question: string, answer: string | undefined): void {
    this.#asked.get(question)?.(answer)
    this.#asked.delete(question)
  }

  stop(why: string): Promise<void> {
    this.#stopped ??= why
    this.#wake?.()
    return Promise.resolve()
  }

  async #live(): Promise<void> {
    await this.#channel.push({ kind: 'began' })
    try {
      const acts = this.#options.part(this.#assignment, numberOf(this.#assignment.attempt)) ?? []
      for (const act of acts) {
        if (this.#stopped !== undefined && !this.#over) break
        await this.#play(act)
      }
    } catch (error) {
      await this.#end({
        kind: 'failed',
        reason: 'defect',
        why: `The part cannot be played: ${quoted(String(error), 300)}`,
      })
    }
    const stopped: Outcome | undefined =
      this.#stopped === undefined ? undefined : { kind: 'stopped', reason: 'cancelled', why: this.#stopped }
    await this.#end(stopped ?? { kind: 'succeeded', why: 'The part was played to its end.' })
    this.#channel.close()
  }

  async #play(act: Act): Promise<void> {
    const { folder } = this.#assignment
    if (act.do === 'say') return this.#channel.push({ kind: 'said', from: act.from ?? 'agent', text: act.text })
    if (act.do === 'write') return this.#options.write(folder, act.path, act.text)
    if (act.do === 'delete') return this.#options.write(folder, act.path, null)
    if (act.do === 'wait') return this.#rest(act.ms)
    if (act.do === 'hang') return this.#rest(undefined)
    if (act.do === 'report') return this.#channel.push(act.report)
    if (act.do === 'tell') return this.#channel.push({ kind: 'told', update: act.update })
    if (act.do === 'ask') return this.#ask(act.question)
    if (act.do === 'succeed') return this.#end({ kind: 'succeeded', why: act.why ?? 'It says that it is done.' })
    if (act.do === 'leave') {
      const { do: _, ...left } = act
      this.#left = { ...this.#left, ...left }
      return
    }
    if (act.do === 'use') {
      this.#used = { ...this.#used, ...act.used }
      return this.#channel.push({ kind: 'used', used: this.#used })
    }
    const why = act.why ?? `Its part says that it fails: ${act.reason}.`
    const until = act.until === undefined ? {} : { until: act.until }
    return this.#end({ kind: 'failed', reason: act.reason, why, ...until })
  }

  async #ask(question: Question): Promise<void> {
    const answered = new Promise<string | undefined>((done) => {
      this.#asked.set(question.id, done)
      this.#wake = () => done(undefined)
    })
    await this.#channel.push({ kind: 'asked', question })
    await this.#channel.push({ kind: 'said', from: 'agent', text: `answered: ${(await answered) ?? 'nothing'}\n` })
  }

  #rest(ms: number | undefined): Promise<void> {
    if (this.#stopped !== undefined) return Promise.resolve()
    return new Promise((done) => {
      const calm = ms === undefined ? undefined : this.#options.clock.after(ms, done)
      this.#wake = () => {
        calm?.()
        done()
      }
    })
  }

  /** Only the first end counts; a part that wants a second one reports it itself. */
  async #end(outcome: Outcome): Promise<void> {
    if (this.#over) return
    this.#over = true
    const ms = Math.max(0, Math.round(this.#options.clock.monotonic() - this.#startedAt))
    const used = { ...this.#used, ms: Math.max(ms, this.#used.ms) }
    await this.#channel.push({ kind: 'ended', outcome, used, ...this.#left })
  }
}

export function scriptedExecutor(options: ScriptedOptions): Executor {
  return {
    name: options.name ?? 'scripted',
    takesTools: false,
    start: (assignment) => new ScriptedRun(options, assignment),
  }
}
