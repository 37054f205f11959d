// Works on one attempt: a clone, an agent in it, what it says, and the tree it leaves.

import type { Duty } from '../../core/duties.ts'
import type { Outcome, Used } from '../../core/nouns/attempt.ts'
import { nothingUsed } from '../../core/nouns/attempt.ts'
import { isPlanFile } from '../../core/nouns/item.ts'
import { covers, roleOf, scriptsOf } from '../../core/policy.ts'
import type { Assignment, Clone, Collected, Report, Repository, Run } from '../../core/ports.ts'
import { feedback, prompt } from '../../core/prompt.ts'
import { scrubber } from '../../core/text/secrets.ts'
import type { Effort } from '../dispatch.ts'
import { isWant, patiently } from './patience.ts'
import { attemptRef, cloneName, digest, messageOf, type Shop } from './shop.ts'

type OfAttempt = Extract<Duty, { attempt: unknown }>

/**
 * Invariants. 1: the claim is on the disk before this begins. 2: the agent's processes have ended before its folder is read.
 * 3: exactly one end is reported, whatever happens; the fence decides whether it still counts.
 */
export class AttemptEffort implements Effort {
  readonly done: Promise<void>
  readonly #shop: Shop
  readonly #duty: OfAttempt
  #run: Run | undefined
  #stopped: string | undefined
  #spoke = false

  constructor(shop: Shop, duty: OfAttempt) {
    this.#shop = shop
    this.#duty = duty
    this.done = this.#go().catch((error) =>
      this.#report(
        { kind: 'failed', reason: isWant(error) ? 'overloaded' : 'crashed', why: messageOf(error) },
        nothingUsed,
      ),
    )
  }

  stop(why: string): void {
    this.#stopped ??= why
    void this.#run?.stop(why)
  }

  async #go(): Promise<void> {
    const { item, attempt } = this.#duty
    const clones = this.#shop.clones(item)
    const order = {
      name: cloneName(attempt.id),
      repository: item.workspace,
      base: attempt.base,
      ...this.#shop.setUp(item),
    }
    await this.#clearTheWay()
    const clone = await this.#patiently(() => clones.make(order))
    try {
      const ended = await this.#listen(clone)
      const taken = await this.#collect(clone, ended.outcome)
      await this.#report(taken.outcome, ended.used, taken.said)
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
    for (let at = attempt.number - 2; at >= 0; at--) {
      const before = step.attempts[at]
      if (before === undefined) continue
      await this.#shop.parts.spawner.sweep(before.id)
      if (before.beganAt !== undefined) return
    }
  }

  #patiently<T>(act: () => Promise<T>): Promise<T> {
    return patiently(this.#shop.parts.clock, act, () => this.#stopped !== undefined)
  }

  async #listen(clone: Clone): Promise<{ outcome: Outcome; used: Used }> {
    if (this.#stopped !== undefined) return { outcome: stopped(this.#stopped), used: nothingUsed }
    const run = this.#start(clone)
    if (typeof run === 'string')
      return { outcome: { kind: 'failed', reason: 'sandbox-missing', why: run }, used: nothingUsed }
    this.#run = run
    // What nobody can listen to is ended: its processes must be gone before anything is said of it.
    const ended = await this.#hear(run, clone).catch(async (error: unknown) => {
      await run.stop(messageOf(error))
      throw error
    })
    if (this.#stopped !== undefined) return { outcome: stopped(this.#stopped), used: ended?.used ?? nothingUsed }
    return (
      ended ?? {
        outcome: { kind: 'failed', reason: 'defect', why: 'the executor ended without saying how' },
        used: nothingUsed,
      }
    )
  }

  async #hear(run: Run, clone: Clone): Promise<Extract<Report, { kind: 'ended' }> | undefined> {
    const clean = scrubber(this.#shop.parts.secrets)
    let ended: Extract<Report, { kind: 'ended' }> | undefined
    for await (const report of run.reports) {
      if (report.kind === 'began') await this.#begin(clone, report)
      if (report.kind === 'ended') ended = report
      if (report.kind === 'said') await this.#keepWords(report.from, clean.push(report.text))
    }
    await this.#keepWords('out', clean.flush())
    return ended
  }

  async #keepWords(from: Said['from'], text: string): Promise<void> {
    if (text === '') return
    const { transcripts, clock } = this.#shop.parts
    this.#spoke = true
    await this.#patiently(() => transcripts.append(this.#duty.attempt.id, [{ at: clock.now(), from, text }]))
  }

  #start(clone: Clone): Run | string {
    const { item, step, attempt } = this.#duty
    const terms = this.#shop.terms(item, step)
    const agent = terms.agent
    const executor = this.#shop.parts.executors.find((one) => one.name === attempt.executor)
    if (agent === undefined || executor === undefined)
      return `no executor "${attempt.executor}" for the agent "${attempt.agent}"`
    const assignment: Assignment = {
      attempt: attempt.id,
      fence: attempt.fence,
      item: item.id,
      step: step.spec,
      agent,
      folder: clone.folder,
      base: attempt.base,
      prompt: prompt(item, step, terms.checks),
      stable: 0,
      silenceMs: agent.silenceMs ?? 0,
      limits: agent.limits ?? {},
      role: roleOf(this.#shop.workspace(item).policy, step.spec.role),
      readsOnly: step.spec.readsOnly === true,
      tools: [],
      feedback: feedback(step.attempts),
      isolation: this.#shop.workspace(item).isolation ?? 'basic',
      timeoutMs: terms.timeoutMs,
    }
    return executor.start(assignment)
  }

  /** A claim that was lost meanwhile is noticed here at the latest: then the agent is stopped. */
  async #begin(clone: Clone, report: Extract<Report, { kind: 'began' }>): Promise<void> {
    const { item, step, attempt } = this.#duty
    const terms = this.#shop.terms(item, step)
    const isolation = this.#shop.workspace(item).isolation ?? 'basic'
    const inputs = digest(
      JSON.stringify([step.spec, attempt.base, terms.agent ?? null, terms.checks, isolation, feedback(step.attempts)]),
    )
    const { pid, session } = report
    const answer = await this.#shop.submit('attempt.begin', {
      attempt: attempt.id,
      fence: attempt.fence,
      clone: clone.kind,
      isolation,
      inputs,
      ...(pid === undefined ? {} : { pid }),
      ...(session === undefined ? {} : { session }),
    })
    if (!answer.ok) this.stop(answer.refusal.why)
  }

  /** Takes the tree, whatever the outcome was: a failed attempt's work can still be looked at. */
  async #collect(clone: Clone, outcome: Outcome): Promise<{ outcome: Outcome; said: Taken }> {
    const { item, step, attempt } = this.#duty
    if (step.spec.readsOnly === true) return { outcome, said: {} }
    try {
      return { outcome, said: await this.#patiently(async () => this.#keep(await clone.collect())) }
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

  async #keep(collected: Collected): Promise<Taken> {
    const { item, step, attempt } = this.#duty
    const repository = this.#shop.repository(item)
    const kept = collected.changes.filter(({ path }) => !isPlanFile(item, path))
    const base = await repository.treeOf(attempt.base)
    const tree =
      kept.length === collected.changes.length ? collected.tree : await repository.writeTree(attempt.base, kept)
    const leftOut = collected.leftOut.slice(0, 100)
    if (tree === base) return { tree, changed: false, leftOut }
    const { policy, path: root } = this.#shop.workspace(item)
    const protect = [...policy.protect, 'baton.yaml']
    const scripts = new Set(scriptsOf(policy, root))
    const paths = kept
      .map((change) => change.path)
      .filter((path) => scripts.has(path) || protect.some((one) => covers(one, path)))
      .filter((path) => !step.spec.writes.includes(path))
    const commit = await repository.commit({
      tree,
      parents: [attempt.base],
      message: `${step.spec.key}: ${step.spec.title}\n\nBaton-Attempt: ${attempt.id}\nBaton-Agent: ${attempt.agent}\n`,
      authorName: `${attempt.agent} (Baton)`,
      authorEmail: 'agent@baton.invalid',
      at: attempt.startedAt,
    })
    await pin(repository, attemptRef(attempt.id), commit)
    return {
      tree,
      commit,
      changed: true,
      leftOut,
      ...(paths.length === 0 ? {} : { protectedPaths: paths.slice(0, 100) }),
    }
  }

  /** An end is told whatever becomes of the words. */
  async #seal(): Promise<{ transcript: string; trouble: string }> {
    if (!this.#spoke) return { transcript: '', trouble: '' }
    try {
      const seal = () => this.#shop.parts.transcripts.seal(this.#duty.attempt.id)
      return { transcript: await this.#patiently(seal), trouble: '' }
    } catch (error) {
      return { transcript: '', trouble: `Its transcript could not be sealed: ${messageOf(error)}` }
    }
  }

  async #report(outcome: Outcome, used: Used, taken: Taken = {}): Promise<void> {
    const { attempt } = this.#duty
    const { transcript, trouble } = await this.#seal()
    await this.#shop.submit('attempt.end', {
      attempt: attempt.id,
      fence: attempt.fence,
      outcome: trouble === '' ? outcome : { ...outcome, why: `${outcome.why} ${trouble}` },
      used,
      ...taken,
      ...(transcript === '' ? {} : { transcript }),
    })
  }
}

/** Nobody has pinned this attempt before, unless a crash came between pinning and saying so. */
async function pin(repository: Repository, ref: string, commit: string): Promise<void> {
  const why = "baton: an attempt's result"
  const moved = await repository.moveRef(ref, commit, null, why)
  if (moved.kind === 'elsewhere' && moved.at !== commit) await repository.moveRef(ref, commit, moved.at, why)
}

type Said = Extract<Report, { kind: 'said' }>

interface Taken {
  readonly tree?: string
  readonly commit?: string
  readonly changed?: boolean
  readonly protectedPaths?: readonly string[]
  readonly leftOut?: readonly { path: string; why: string }[]
}

/** Stopped by the house, not by the agent: the try is not its fault. */
function stopped(why: string): Outcome {
  return { kind: 'stopped', reason: 'lost', why }
}
