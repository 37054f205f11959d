// Works on one attempt: a clone, an agent in it, what it says and asks, and the tree it leaves.
import type { Duty } from '../../core/duties.ts'
import type { AgentProfile } from '../../core/nouns/agent.ts'
import { nothingUsed, type Outcome, ownWords, type Used } from '../../core/nouns/attempt.ts'
import type { ModelSpec } from '../../core/nouns/model.ts'
import type { Role } from '../../core/nouns/role.ts'
import { agentFor, onlyReads, roleFor } from '../../core/policy.ts'
import type { Assignment, Clone, Executor, Report, Run } from '../../core/ports.ts'
import { feedback, type Prompt } from '../../core/prompt.ts'
import { ownAccount } from '../../core/routing/agents.ts'
import { scrub } from '../../core/text/secrets.ts'
import type { Effort } from '../dispatch.ts'
import { isWant, patiently } from '../work/patience.ts'
import { cloneName, digest, messageOf, type Shop } from '../work/shop.ts'
import { type Handed, handedTo } from './handed.ts'
import { sameAs } from './inputs.ts'
import { promptFor } from './prompting.ts'
import { Questions } from './questions.ts'
import { judged, keep, type Taken } from './result.ts'
import { type Start, startOf } from './start.ts'
import { Using } from './using.ts'
import { Voices } from './voices.ts'

type OfAttempt = Extract<Duty, { attempt: unknown }>
type Ended = Extract<Report, { kind: 'ended' }>

/** Who works, and with what. */
interface Cast {
  readonly executor: Executor
  readonly agent: AgentProfile
  readonly model: ModelSpec | undefined
  readonly role: Role
  readonly readsOnly: boolean
  readonly prompt: Prompt
  readonly feedback: string
}

const summaryLettersAtMost = 8000

/**
 * Invariants. 1: the claim is on the disk before this begins. 2: the agent's processes have ended before its folder is read.
 * 3: exactly one end is reported, whatever happens; the fence decides whether it still counts.
 */
export class AttemptEffort implements Effort {
  readonly done: Promise<void>
  readonly #shop: Shop
  readonly #duty: OfAttempt
  readonly #voices: Voices
  #run: Run | undefined
  #questions: Questions | undefined
  #stopped: string | undefined

  constructor(shop: Shop, duty: OfAttempt) {
    this.#shop = shop
    this.#duty = duty
    const { clock, secrets, transcripts } = shop.parts
    this.#voices = new Voices({
      secrets,
      now: () => clock.now(),
      write: (parts) => this.#patiently(() => transcripts.append(duty.attempt.id, parts)),
    })
    this.done = this.#go().catch((error) =>
      this.#report({ kind: 'ended', outcome: troubled(error), used: nothingUsed }, {}),
    )
  }

  stop(why: string): void {
    this.#stopped ??= why
    void this.#run?.stop(why)
  }

  seen(): void {
    this.#questions?.look()
  }

  async #go(): Promise<void> {
    const { item, step, attempt } = this.#duty
    const clones = this.#shop.clones(item)
    await this.#clearTheWay()
    const start = await this.#patiently(() => startOf(this.#shop, item, step, attempt))
    const order = {
      name: cloneName(attempt.id),
      repository: item.workspace,
      base: start.commit,
      ...this.#shop.setUp(item),
    }
    const clone = await this.#patiently(() => clones.make(order))
    try {
      const ended = await this.#listen(clone, start)
      const taken = await this.#collect(clone, start, ended.outcome)
      await this.#report({ ...ended, outcome: taken.outcome }, taken.said)
    } finally {
      await clone.rest()
    }
  }

  /**
   * The record of the try before has ended, but a cancelled agent may still be stopping, or have outlived a crash.
   * A try that began had its own way cleared; one that did not may have failed at just that.
   */
  async #clearTheWay(): Promise<void> {
    const { step, attempt } = this.#duty
    for (let at = step.attempts.indexOf(attempt) - 1; at >= 0; at--) {
      const before = step.attempts[at]
      if (before === undefined) continue
      await this.#shop.parts.spawner.sweep(before.id)
      if (before.beganAt !== undefined) return
    }
  }

  #patiently<T>(act: () => Promise<T>): Promise<T> {
    return patiently(this.#shop.parts.clock, act, () => this.#stopped !== undefined)
  }

  async #listen(clone: Clone, start: Start): Promise<Ended> {
    const over = (outcome: Outcome, used: Used = nothingUsed): Ended => ({ kind: 'ended', outcome, used })
    if (this.#stopped !== undefined) return over(stopped(this.#stopped))
    const { item, step } = this.#duty
    const handed = await this.#patiently(() => handedTo(this.#shop, item, step))
    if (typeof handed === 'string') return over({ kind: 'failed', reason: 'no-handoff', why: handed })
    const cast = await this.#cast(start, handed)
    if (typeof cast === 'string') return over({ kind: 'failed', reason: 'sandbox-missing', why: cast })
    const missing = await this.#missing(cast)
    if (missing !== undefined) return over(missing)
    const using = this.#using(cast)
    const run = await this.#start(cast, clone, start)
    if (run === undefined) return over(stopped(this.#stopped ?? ''))
    this.#run = run
    // What nobody can listen to is ended: its processes must be gone before anything is said of it.
    const ended = await this.#hear(run, cast, using, clone).catch(async (error: unknown) => {
      await run.stop(messageOf(error))
      throw error
    })
    const used = using.last(ended?.used ?? nothingUsed)
    if (this.#stopped !== undefined) return over(stopped(this.#stopped), used)
    return ended === undefined
      ? over({ kind: 'failed', reason: 'defect', why: 'the executor ended without saying how' }, used)
      : { ...ended, used }
  }

  /** Who was given the step is in the record; what else is needed is looked up now. */
  async #cast(start: Start, handed: Handed): Promise<Cast | string> {
    const { item, step, attempt } = this.#duty
    const workspace = this.#shop.workspace(item)
    const agent = agentFor(workspace, step, this.#shop.terms(item, step), attempt.agent)
    const executor = this.#shop.parts.executors.find((one) => one.name === attempt.executor)
    if (agent === undefined || executor === undefined)
      return `no executor "${attempt.executor}" for the agent "${attempt.agent}"`
    const role = roleFor(workspace.policy, step.spec)
    const model = workspace.policy.models.find((one) => one.name === agent.model)
    const prompt = await this.#patiently(() => promptFor(this.#shop, { item, step, attempt, role, model, handed }))
    const readsOnly = agent.readsOnly === true || onlyReads(workspace.policy, step.spec)
    return { executor, agent, model, role, readsOnly, prompt, feedback: this.#feedback(start) }
  }

  /** Looked for as it is needed: an agent that is not there is barred once, and the step is given to another or waits. */
  async #missing({ executor, agent }: Cast): Promise<Outcome | undefined> {
    const { ok, why } = (await executor.available?.(agent)) ?? { ok: true, why: '' }
    if (ok) return undefined
    await this.#shop.submit('account.bar', { account: ownAccount(agent.name), kind: 'missing', why })
    return { kind: 'failed', reason: 'lost', why }
  }

  #feedback({ marked }: Start): string {
    const { step } = this.#duty
    const why = `It does not merge with what landed since it was made: ${step.attempts.at(-2)?.outcome?.why ?? ''}`
    const where = marked.length === 0 ? '' : `\nGit's marks stand in: ${marked.slice(0, 50).join(', ')}`
    return `${feedback(step.attempts, why)}${where}`
  }

  #using({ agent, model }: Cast): Using {
    const { item, attempt } = this.#duty
    const { budgets } = this.#shop.workspace(item).policy
    const watched = Object.keys(budgets).length > 0 || agent.limits !== undefined || this.#shop.state.budgets.size > 0
    return new Using(this.#shop, attempt, agent.price ?? model?.price, watched)
  }

  async #hear(run: Run, cast: Cast, using: Using, clone: Clone): Promise<Ended | undefined> {
    const { attempt } = this.#duty
    const { agent, role, readsOnly } = cast
    const note = (text: string): Promise<void> => this.#voices.note(text)
    this.#questions = new Questions({ shop: this.#shop, attempt, agent, role, run, readsOnly, note })
    const deaf = this.#shop.hearing.listen(attempt.id, async (update) => {
      await this.#voices.hear({ kind: 'told', update })
      await this.#voices.written()
    })
    let ended: Ended | undefined
    try {
      for await (const report of run.reports) {
        if (report.kind === 'began') await this.#begin(clone, cast, report)
        else if (report.kind === 'ended') ended = report
        else if (report.kind === 'used') await using.hear(report.used)
        else if (report.kind === 'asked') await this.#questions.ask(report.question)
        else await this.#voices.hear(report)
      }
    } finally {
      await deaf()
    }
    await this.#voices.flush()
    return ended
  }

  async #holds(start: Start, path: string): Promise<boolean> {
    const repository = this.#shop.repository(this.#duty.item)
    if ((await repository.readFile(start.commit, path)) !== null) return true
    return (await repository.list(start.commit, path)).length > 0
  }

  async #start(cast: Cast, clone: Clone, start: Start): Promise<Run | undefined> {
    const { item, step, attempt } = this.#duty
    const { agent, role, model, prompt } = cast
    const { agentDoor } = this.#shop.parts
    const limits = { ...this.#shop.workspace(item).policy.budgets.attempt, ...agent.limits }
    const before = step.attempts.find((one) => one.id === attempt.mends?.attempt)
    const resume = before?.agent === attempt.agent ? before.session : undefined
    const timeoutMs = Math.min(agent.timeoutMs, limits.ms ?? Number.MAX_SAFE_INTEGER)
    const home = await this.#home(cast.executor)
    const wants = cast.executor.takesTools !== false && role.tools.length > 0
    const tools = agentDoor !== undefined && wants ? [await agentDoor.admit(attempt.id)] : []
    if (this.#stopped !== undefined) return undefined
    const assignment: Assignment = {
      attempt: attempt.id,
      fence: attempt.fence,
      item: item.id,
      step: step.spec,
      agent,
      folder: clone.folder,
      base: attempt.base,
      prompt: prompt.text,
      stable: prompt.stable,
      feedback: cast.feedback,
      isolation: this.#shop.workspace(item).isolation ?? 'basic',
      timeoutMs,
      silenceMs: agent.silenceMs ?? 0,
      limits,
      role,
      readsOnly: cast.readsOnly,
      tools,
      holds: (path) => this.#holds(start, path),
      ...(model === undefined ? {} : { model }),
      ...(home === undefined ? {} : { home }),
      ...(resume === undefined ? {} : { resume }),
    }
    return cast.executor.start(assignment)
  }

  /** One for each step and agent: a session that is gone on with needs what the one before left there. */
  #home(executor: Executor): Promise<string | undefined> {
    const { step, attempt } = this.#duty
    if (executor.keepsHome !== true) return Promise.resolve(undefined)
    return this.#shop.parts.agentHomes?.make(cloneName(`${step.id}/${attempt.agent}`)) ?? Promise.resolve(undefined)
  }

  /** A claim that was lost meanwhile is noticed here at the latest: then the agent is stopped. */
  async #begin(clone: Clone, cast: Cast, report: Extract<Report, { kind: 'began' }>): Promise<void> {
    const { item, step, attempt } = this.#duty
    const { checks } = this.#shop.terms(item, step)
    const isolation = this.#shop.workspace(item).isolation ?? 'basic'
    const from = (base: string) =>
      digest(JSON.stringify([step.spec, base, cast.agent, checks, isolation, cast.feedback]))
    const inputs = from(attempt.base)
    const { pid, session } = report
    const said = {
      attempt: attempt.id,
      fence: attempt.fence,
      clone: clone.kind,
      isolation,
      inputs,
      ...(pid === undefined ? {} : { pid }),
      ...(session === undefined ? {} : { session }),
    }
    const answer = await this.#shop.submit('attempt.begin', said, sameAs(step, from))
    if (!answer.ok) this.stop(answer.refusal.why)
  }

  /** Takes the tree, whatever the outcome was: a failed attempt's work can still be looked at. */
  async #collect(clone: Clone, start: Start, outcome: Outcome): Promise<{ outcome: Outcome; said: Taken }> {
    const { item, step, attempt } = this.#duty
    if (onlyReads(this.#shop.workspace(item).policy, step.spec)) return { outcome, said: {} }
    const made = { item, step, attempt, start }
    try {
      const said = await this.#patiently(async () => keep(this.#shop, made, await clone.collect()))
      return { outcome: await judged(this.#shop, made, outcome, said), said }
    } catch (error) {
      if (outcome.kind !== 'succeeded') return { outcome, said: {} }
      const why = `its result could not be taken: ${messageOf(error)}`
      return {
        outcome: {
          kind: 'failed',
          reason: isWant(error) ? 'overloaded' : 'bad-output',
          why: `${why} (${item.id}, ${step.spec.key}, attempt ${attempt.number})`,
        },
        said: {},
      }
    }
  }

  /** An end is told whatever becomes of the words. */
  async #seal(): Promise<{ transcript: string; trouble: string }> {
    if (!this.#voices.spoke) return { transcript: '', trouble: '' }
    try {
      await this.#voices.written()
      const seal = () => this.#shop.parts.transcripts.seal(this.#duty.attempt.id)
      return { transcript: await this.#patiently(seal), trouble: '' }
    } catch (error) {
      return { transcript: '', trouble: `Its transcript could not be sealed: ${messageOf(error)}` }
    }
  }

  async #summary(said: string | undefined): Promise<{ summary?: string; trouble: string }> {
    if (said === undefined || said.trim() === '') return { trouble: '' }
    const clean = scrub(said.slice(0, summaryLettersAtMost).toWellFormed(), this.#shop.parts.secrets)
    const bytes = new TextEncoder().encode(ownWords(this.#duty.attempt.id, clean))
    try {
      return { summary: await this.#patiently(() => this.#shop.parts.store.put(bytes)), trouble: '' }
    } catch (error) {
      return { trouble: `Its summary could not be kept: ${messageOf(error)}` }
    }
  }

  async #report({ outcome, used, session, summary }: Ended, taken: Taken): Promise<void> {
    const { attempt } = this.#duty
    this.#shop.parts.agentDoor?.dismiss(attempt.id)
    const { transcript, ...sealed } = await this.#seal()
    const said = await this.#summary(summary)
    const trouble = [sealed.trouble, said.trouble].filter((one) => one !== '').join(' ')
    await this.#shop.submit('attempt.end', {
      attempt: attempt.id,
      fence: attempt.fence,
      outcome: trouble === '' ? outcome : { ...outcome, why: `${outcome.why} ${trouble}` },
      used,
      ...taken,
      ...(transcript === '' ? {} : { transcript }),
      ...(session === undefined ? {} : { session }),
      ...(said.summary === undefined ? {} : { summary: said.summary }),
    })
  }
}

function troubled(error: unknown): Outcome {
  return { kind: 'failed', reason: isWant(error) ? 'overloaded' : 'crashed', why: messageOf(error) }
}

/** Stopped by the house, not by the agent: the try is not its fault. */
function stopped(why: string): Outcome {
  return { kind: 'stopped', reason: 'lost', why }
}
