// Speaks the protocol with an agent that runs: shakes hands, opens its session, chooses its settings, and gives it the step.
import type { ClientConnection, ClientContext, RequestPermissionRequest } from '@agentclientprotocol/sdk/unstable'
import type { Outcome } from '../../core/nouns/attempt.ts'
import type { Question } from '../../core/nouns/question.ts'
import type { Assignment, Report } from '../../core/ports.ts'
import { turn } from '../../core/prompt.ts'
import { failed } from '../outcomes.ts'
import type { Setting } from '../programs/index.ts'
import type { Time } from '../starting.ts'
import type { Hearing } from './hearing.ts'
import type { Launch } from './launch.ts'
import type { Questions } from './questions.ts'
import { choose, type Offered, offeredBy } from './settings.ts'
import { fields } from './unknown.ts'
import type { Usage } from './usage.ts'
import type { Wire } from './wire.ts'

type Sdk = typeof import('@agentclientprotocol/sdk/unstable')

export interface Talk {
  readonly sdk: Sdk
  readonly wire: Wire
  readonly assignment: Assignment
  readonly launch: Launch
  readonly hearing: Hearing
  readonly questions: Questions
  readonly usage: Usage
  readonly time: Time
  readonly startMs: number
  readonly version: string
  tell(report: Report): Promise<void>
  ms(): number
  /** A person is asked; until it settles no time passes for the agent. */
  waiting<T>(answer: Promise<T>): Promise<T>
}

const lateMs = 150

/** Thrown when the agent cannot be worked with, with the outcome that says so. */
export class Unfit extends Error {
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super(outcome.why)
    this.name = 'Unfit'
    this.outcome = outcome
  }
}

export class Conversation {
  readonly #talk: Talk
  readonly #connection: ClientConnection
  readonly #agent: ClientContext
  session: string | undefined
  /** What it is about just now, for the sentence that says where it failed. */
  doing = 'as it started'
  #prompted = false
  #goesOn = false

  constructor(talk: Talk) {
    this.#talk = talk
    const app = talk.sdk
      .client({ name: 'baton' })
      .onRequest('session/request_permission', ({ params, signal }) => this.#permit(params, signal))
    this.#connection = app.connect(talk.wire.stream)
    this.#agent = this.#connection.agent
  }

  /** Gives the step to the agent and waits for the end of its turn; the stop reason as it came. */
  async work(): Promise<unknown> {
    const { assignment, usage, time, tell, ms } = this.#talk
    const offers = await this.#shakeHands()
    const session = await this.#open(offers)
    usage.begin()
    this.doing = 'as it worked'
    this.#prompted = true
    const prompt = [{ type: 'text' as const, text: turn(assignment, this.#goesOn) }]
    const answer = await this.#agent.request('session/prompt', { sessionId: session, prompt })
    this.#prompted = false
    // Some tell what they used just after their answer.
    await new Promise<void>((done) => void time.after(lateMs, done))
    const { stopReason } = fields(answer)
    usage.answer(fields(answer))
    await tell({ kind: 'used', used: usage.used(ms()) })
    return stopReason
  }

  /** Asks it to end its turn; there is no turn before there is a session. */
  async cancel(): Promise<void> {
    if (this.session === undefined || !this.#prompted) return
    await this.#agent.notify('session/cancel', { sessionId: this.session }).catch(() => undefined)
  }

  close(): void {
    this.#connection.close()
  }

  async #shakeHands(): Promise<{ loads: boolean; http: boolean }> {
    const answer = await this.#timely(
      this.#agent.request('initialize', {
        protocolVersion: this.#talk.sdk.PROTOCOL_VERSION,
        clientCapabilities: {},
        clientInfo: { name: 'baton', version: this.#talk.version },
      }),
    )
    const { protocolVersion, agentCapabilities } = fields(answer)
    if (protocolVersion !== this.#talk.sdk.PROTOCOL_VERSION) {
      const why = `${this.#talk.assignment.agent.name} speaks version ${String(protocolVersion)} of the agent client protocol, and Baton version ${this.#talk.sdk.PROTOCOL_VERSION}. Use a version of it that speaks this one.`
      throw new Unfit(failed('crashed', why))
    }
    const can = fields(agentCapabilities)
    return { loads: can.loadSession === true, http: fields(can.mcpCapabilities).http === true }
  }

  async #open({ loads, http }: { loads: boolean; http: boolean }): Promise<string> {
    this.doing = 'as it opened a session'
    const { assignment, launch } = this.#talk
    const takes = launch.tools && http
    if (assignment.tools.length > 0 && !takes)
      await this.#notice("It takes no tools from outside: it works without Baton's own.")
    const mcpServers = (takes ? assignment.tools : []).map(({ name, url, token }) => ({
      type: 'http' as const,
      name,
      url,
      headers: [{ name: 'Authorization', value: `Bearer ${token}` }],
    }))
    const order = { cwd: launch.folder, mcpServers, ...(launch.meta === undefined ? {} : { _meta: launch.meta }) }
    const resumed = loads && launch.resumes ? await this.#resume(order) : undefined
    const answer = resumed ?? (await this.#timely(this.#agent.request('session/new', order)))
    this.#goesOn = resumed !== undefined
    const session = resumed === undefined ? fields(answer).sessionId : assignment.resume
    if (typeof session !== 'string' || session === '') {
      throw new Unfit(failed('bad-output', `${assignment.agent.name} opened a session without a name.`))
    }
    this.session = session
    await this.#talk.hearing.set(fields(answer).configOptions)
    await this.#settle(session, offeredBy(answer))
    const title = `${assignment.item}/${assignment.step.key}`
    if (launch.titles) await this.#try(this.#agent.request('session/set_title', { sessionId: session, title }))
    return session
  }

  /** A session that cannot be taken up again is no reason to fail: the prompt says everything. */
  async #resume(order: { cwd: string; mcpServers: [] | object[] }): Promise<unknown> {
    const { assignment, hearing } = this.#talk
    if (assignment.resume === undefined) return undefined
    hearing.muted = true
    try {
      return (await this.#timely(this.#agent.request('session/load', { ...order, sessionId: assignment.resume }))) ?? {}
    } catch (error) {
      if (error instanceof Unfit) throw error
      await this.#notice('Its session could not be taken up again: it begins a new one.')
      return undefined
    } finally {
      hearing.muted = false
    }
  }

  async #settle(session: string, offered: Offered): Promise<void> {
    const { launch, assignment } = this.#talk
    for (const setting of launch.settings) {
      const chosen = choose(offered, setting)
      if (chosen?.kind === 'already') continue
      const own = Object.hasOwn(assignment.agent.options ?? {}, setting.option)
      if (chosen !== undefined) await this.#set(session, setting, chosen)
      else if (own)
        await this.#notice(`It has no ${setting.option} "${setting.values.join('" or "')}": it works as it is.`)
    }
  }

  /** What it may leave undone. */
  async #try(answer: Promise<unknown>): Promise<void> {
    try {
      await this.#timely(answer)
    } catch (error) {
      if (error instanceof Unfit) throw error
    }
  }

  async #set(session: string, setting: Setting, chosen: Exclude<ReturnType<typeof choose>, undefined>): Promise<void> {
    try {
      if (chosen.kind === 'mode') {
        await this.#timely(this.#agent.request('session/set_mode', { sessionId: session, modeId: chosen.id }))
      } else if (chosen.kind === 'option') {
        const { id: configId, value } = chosen
        const order = typeof value === 'boolean' ? { type: 'boolean' as const, value } : { value }
        const answer = await this.#timely(
          this.#agent.request('session/set_config_option', { sessionId: session, configId, ...order }),
        )
        await this.#talk.hearing.set(fields(answer).configOptions)
      }
    } catch (error) {
      if (error instanceof Unfit) throw error
      await this.#notice(
        `Its ${setting.option} could not be set to "${setting.values.join('" or "')}": it works as it is.`,
      )
    }
  }

  async #permit(params: RequestPermissionRequest, gone: AbortSignal) {
    const { hearing, questions, tell, waiting } = this.#talk
    const known = hearing.known(params.toolCall?.toolCallId)
    await hearing.asked(params.toolCall)
    const ask = (question: Question) => tell({ kind: 'asked', question })
    return { outcome: await waiting(questions.ask({ request: fields(params), known, gone, tell: ask })) }
  }

  #notice(text: string): Promise<void> {
    return this.#talk.tell({ kind: 'told', update: { kind: 'notice', text: `${text}\n` } })
  }

  async #timely<T>(answer: Promise<T>): Promise<T> {
    const { time, startMs, assignment } = this.#talk
    const doing = this.doing
    let calm: (() => void) | undefined
    const late = new Promise<never>((_, fail) => {
      calm = time.after(startMs, () => {
        const why = `${assignment.agent.name} did not answer within ${Math.round(startMs / 1000)} s ${doing}. Read its transcript: baton log`
        fail(new Unfit(failed('stalled', why)))
      })
    })
    try {
      return await Promise.race([answer, late])
    } finally {
      calm?.()
    }
  }
}
