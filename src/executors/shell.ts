// The shell executor: runs the command that trusted configuration gives an agent, and reports what it says and how it ends.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nothingUsed, type Outcome } from '../core/nouns/attempt.ts'
import type { Assignment, Child, Executor, Run, Spawner } from '../core/ports.ts'
import { quoted } from '../core/text/neutral.ts'
import { Channel } from './channel.ts'
import { couldNotStart, failed, howItEnded } from './outcomes.ts'
import { realTime, startPatiently, type Time } from './starting.ts'
import { isLong, surroundings } from './surroundings.ts'

export interface ShellOptions {
  readonly spawner: Spawner
  /** What the machine gives every agent: PATH and the like, from an allow-list. */
  readonly environment: Readonly<Record<string, string>>
  readonly clock?: Time
  /** Where prompts that are too long for a variable are laid down, outside every clone; without it they come by standard input only. */
  readonly promptFolder?: string
}

const tailLetters = 8192

class ShellRun implements Run {
  readonly #channel = new Channel()
  readonly reports = this.#channel.reports()
  readonly #options: ShellOptions
  readonly #assignment: Assignment
  readonly #time: Time
  #child: Child | undefined
  #stopped: string | undefined
  #late = false
  #begun = false
  #tail = ''

  constructor(options: ShellOptions, assignment: Assignment) {
    this.#options = options
    this.#assignment = assignment
    this.#time = options.clock ?? realTime
    void this.#live()
  }

  /** A command asks nothing that could be answered. */
  answer(): void {}

  /** Settles when the whole tree is gone; while it is still being started, as soon as it has been. */
  async stop(why: string): Promise<void> {
    this.#stopped ??= why
    await this.#child?.stop().catch(() => undefined)
  }

  async #live(): Promise<void> {
    const began = this.#time.monotonic()
    let outcome: Outcome
    try {
      outcome = await this.#work()
    } catch (error) {
      outcome = failed('defect', `The shell executor failed: ${quoted(String(error), 300)}`)
    }
    await this.#begin({})
    const ms = Math.max(0, Math.round(this.#time.monotonic() - began))
    await this.#channel.push({ kind: 'ended', outcome, used: { ...nothingUsed, ms } })
    this.#channel.close()
  }

  /** Also what never got as far as a process began, so that every reader sees the same two ends. */
  async #begin(as: { readonly pid?: number }): Promise<void> {
    if (this.#begun) return
    this.#begun = true
    await this.#channel.push({ kind: 'began', ...as })
  }

  async #work(): Promise<Outcome> {
    const [program, ...rest] = this.#assignment.agent.argv
    if (program === undefined || program === '') {
      return failed('defect', `The agent ${this.#assignment.agent.name} has no command. Give it one in baton.yaml.`)
    }
    const prompt = await this.#layDown()
    try {
      return await this.#runProgram([program, ...rest], prompt?.file)
    } finally {
      if (prompt) await rm(prompt.folder, { recursive: true, force: true })
    }
  }

  async #layDown(): Promise<{ folder: string; file: string } | undefined> {
    const { promptFolder } = this.#options
    if (promptFolder === undefined || !isLong(this.#assignment.prompt)) return undefined
    await mkdir(promptFolder, { recursive: true, mode: 0o700 })
    const folder = await mkdtemp(join(promptFolder, 'prompt-'))
    const file = join(folder, 'prompt.md')
    await writeFile(file, this.#assignment.prompt, { mode: 0o600 })
    return { folder, file }
  }

  async #runProgram(argv: [string, ...string[]], promptFile: string | undefined): Promise<Outcome> {
    const { attempt, folder, isolation, agent, prompt, timeoutMs } = this.#assignment
    const starting = { spawner: this.#options.spawner, time: this.#time, stopped: () => this.#stopped !== undefined }
    let child: Child
    try {
      child = await startPatiently(starting, {
        argv,
        folder,
        env: surroundings(this.#assignment, this.#options.environment, promptFile),
        isolation,
        network: agent.network,
        readOnly: promptFile === undefined ? [] : [promptFile],
        marker: attempt,
        stdin: Buffer.from(prompt),
      })
    } catch (error) {
      return this.#ending() ?? couldNotStart(error, argv[0])
    }
    this.#child = child
    const calm = this.#time.after(timeoutMs, () => {
      this.#late = true
      void child.stop().catch(() => undefined)
    })
    await this.#begin({ pid: child.pid })
    if (this.#stopped !== undefined) await child.stop().catch(() => undefined)
    await this.#listen(child)
    const ended = await child.ended
    calm()
    return this.#ending() ?? howItEnded(ended, argv[0], this.#tail)
  }

  #ending(): Outcome | undefined {
    if (this.#stopped !== undefined) return { kind: 'stopped', reason: 'cancelled', why: this.#stopped }
    if (!this.#late) return undefined
    const seconds = Math.round(this.#assignment.timeoutMs / 1000)
    return failed(
      'timeout',
      `The command did not end within ${seconds} s. Give the step more time in baton.yaml, or make it smaller.`,
    )
  }

  async #listen(child: Child): Promise<void> {
    const readers = { out: new TextDecoder(), err: new TextDecoder() }
    const say = async (from: 'out' | 'err', text: string): Promise<void> => {
      if (text === '') return
      this.#tail = (this.#tail + text).slice(-tailLetters)
      await this.#channel.push({ kind: 'said', from, text })
    }
    for await (const { from, bytes } of child.output) await say(from, readers[from].decode(bytes, { stream: true }))
    for (const from of ['out', 'err'] as const) await say(from, readers[from].decode())
  }
}

/** Nothing that a plan says becomes part of a command: a step's words reach it as variables and by standard input. */
export function shellExecutor(options: ShellOptions): Executor {
  return { name: 'shell', takesTools: false, start: (assignment) => new ShellRun(options, assignment) }
}
