// Does what a model calls for, one call at a time, and tells it as every agent's tools are told.
import { type Update, updateLettersAtMost } from '../../core/nouns/update.ts'
import { clip } from '../../core/text/neutral.ts'
import { scrub } from '../../core/text/secrets.ts'
import { cut, type HandCall } from '../hands/words.ts'
import { toolName } from '../naming.ts'
import { nudges } from '../talk/instructions.ts'
import type { BatonTools } from '../tools/baton-tools.ts'
import { type Given, parsed, readFields } from '../tools/fields.ts'
import { Permits } from '../tools/permission.ts'
import { type Tool, titleOf } from '../tools/toolbox.ts'
import type { Ground } from './ground.ts'
import { HandsGone } from './link.ts'

export interface Done {
  readonly ok: boolean
  readonly text: string
  /** What it was, in a few words. */
  readonly brief: string
}

const argumentLettersAtMost = 2 * 1024 * 1024
const questionsAtMost = 10
const lookMs = 40_000
const graceMs = 15_000
const aliveMs = 5_000
const longestRunMs = 30 * 60_000
const hiddenMark = /\[removed: [^\]\n]{1,40}\]/

export class Deeds {
  readonly #ground: Ground
  readonly #tools: readonly Tool[]
  readonly #baton: BatonTools
  readonly #most: number
  readonly permits: Permits
  #count = 0
  /** How often the hands looked, and how often they changed something. */
  looks = 0
  changes = 0
  #hid = false

  constructor(ground: Ground, tools: readonly Tool[], baton: BatonTools, most: number) {
    const { agent, role } = ground.assignment
    this.#ground = ground
    this.#tools = tools
    this.#baton = baton
    this.#most = most
    this.permits = new Permits(ground.questions, agent.permissions, role.permissions)
  }

  async do(name: string, text: string): Promise<Done> {
    this.#count += 1
    const id = `t${this.#count}`
    const tool = this.#tools.find((one) => one.name === name)
    const value = text.length > argumentLettersAtMost ? undefined : parsed(text)
    if (value === undefined) {
      const why =
        text.length > argumentLettersAtMost
          ? 'Its arguments are too large. Write large files in several edits.'
          : `Its arguments are no JSON object: ${JSON.stringify(clip(text, 200))}. Give them again, whole.`
      return this.#refused(id, name, why)
    }
    if (tool === undefined) return this.#foreign(id, name, value)
    const read = readFields(tool.fields, value)
    return read.ok ? this.#use(id, tool, read.given) : this.#refused(id, name, read.why)
  }

  async #refused(id: string, name: string, why: string): Promise<Done> {
    const shown = clip(name, 60)
    await this.#tell({ kind: 'tool', id, name: toolName('model', 'other', shown), title: shown, tool: 'other' })
    return this.#finish(id, { ok: false, text: why, brief: `${shown} (not done)` })
  }

  async #use(id: string, tool: Tool, given: Given): Promise<Done> {
    const title = titleOf(tool, given)
    const input = bounded(tool.kind === 'execute' ? title : JSON.stringify(given))
    const paths = typeof given.path === 'string' && given.path !== '.' ? [clip(given.path, 1_000)] : []
    const head = { name: toolName('model', tool.kind, tool.name), title, tool: tool.kind, input, paths }
    await this.#tell({ kind: 'tool', id, ...head, status: 'pending' })
    const done = await this.#perform(id, tool, given, title)
    return this.#finish(id, { ...done, brief: `${tool.name}: ${clip(title, 120)}${done.ok ? '' : ' (failed)'}` })
  }

  async #perform(id: string, tool: Tool, given: Given, title: string): Promise<Omit<Done, 'brief'>> {
    if (tool.name === 'plan') return this.#plan(given)
    if (tool.name === 'ask') return this.#ask(given)
    if (tool.hand === undefined) return { ok: false, text: 'This tool does nothing.' }
    const writes = [given.text, given.new].some((text) => typeof text === 'string' && hiddenMark.test(text))
    if (this.#hid && tool.kind === 'edit' && writes) return { ok: false, text: nudges.hidden }
    const ruling = await this.permits.may({ kind: tool.kind, title, shows: JSON.stringify(given) })
    if (!ruling.ok) return { ok: false, text: ruling.why }
    await this.#tell({ kind: 'tool', id, status: 'running' })
    const asked = Math.max(1, Number(given.seconds ?? 0)) * 1000
    const ms = Math.min(longestRunMs, asked, this.#ground.assignment.timeoutMs)
    const call = { ...tool.hand(given), most: this.#most, ms } as HandCall
    const done = await this.#handed(call, tool.kind === 'execute' ? ms + graceMs : lookMs)
    if (tool.changes && done.ok) this.changes += 1
    if (!tool.changes) this.looks += 1
    return done
  }

  /** While the hands are at work nobody is silent; how long they may take is bounded by itself. */
  async #handed(call: HandCall, atMostMs: number): Promise<Omit<Done, 'brief'>> {
    const { hands, ending, watch, time } = this.#ground
    let calm: () => void = () => undefined
    const alive = (): void => {
      watch.heard()
      calm = time.after(aliveMs, alive)
    }
    alive()
    try {
      const { ok, text, note } = await ending.race(hands.call(call, atMostMs))
      if (note !== undefined) await this.#tell({ kind: 'notice', text: `${note}\n` })
      return { ok, text: this.#seen(text) }
    } catch (error) {
      if (!(error instanceof HandsGone)) throw error
      return { ok: false, text: `${error.message} Whatever ran was ended; new hands will be started. Do it otherwise.` }
    } finally {
      calm()
    }
  }

  /** No secret goes to a model, wherever it may run. */
  #seen(text: string): string {
    const clean = scrub(text, this.#ground.secrets)
    if (clean !== text) this.#hid = true
    return clean
  }

  async #plan(given: Given): Promise<Omit<Done, 'brief'>> {
    const lines = Array.isArray(given.steps) ? (given.steps as readonly string[]) : []
    if (lines.length === 0) return { ok: false, text: 'The plan is empty.' }
    await this.#tell({ kind: 'plan', entries: lines.map(entryOf) })
    return { ok: true, text: 'Noted.' }
  }

  async #ask(given: Given): Promise<Omit<Done, 'brief'>> {
    const { questions } = this.#ground
    if (questions.asked >= questionsAtMost) return { ok: false, text: 'You have asked often enough. Decide yourself.' }
    const labels = Array.isArray(given.options) ? (given.options as readonly string[]) : []
    const options = labels.slice(0, 10).map((label, index) => ({
      id: `o${index + 1}`,
      kind: 'other' as const,
      label: clip(label, 200),
    }))
    const answer = await questions.ask({ about: 'question', asks: clip(String(given.question), 4_000), options })
    if (answer === undefined)
      return { ok: false, text: 'Nobody will answer. Decide yourself, and say in the end what you took for granted.' }
    return { ok: true, text: this.#seen(options.find(({ id }) => id === answer)?.label ?? answer) }
  }

  /** A tool of Baton's own: it needs no permission, for it reaches nothing but this attempt. */
  async #foreign(id: string, name: string, given: Readonly<Record<string, unknown>>): Promise<Done> {
    if (!this.#baton.specs.some((spec) => spec.name === name)) {
      const names = [...this.#tools, ...this.#baton.specs].map((each) => each.name)
      return this.#refused(id, name, `There is no tool of this name. There are: ${names.join(', ')}.`)
    }
    const input = bounded(JSON.stringify(given))
    const head = { name: toolName('baton', 'other', name), title: name, tool: 'other' as const, input }
    await this.#tell({ kind: 'tool', id, ...head, status: 'running' })
    // What a tool of Baton's waits for is no silence of the agent's.
    this.#ground.watch.pause()
    try {
      const done = await this.#baton.call(name, given)
      return await this.#finish(id, { ok: done.ok, text: this.#seen(done.text), brief: name })
    } finally {
      this.#ground.watch.resume()
    }
  }

  async #finish(id: string, done: Done): Promise<Done> {
    await this.#tell({ kind: 'tool', id, status: done.ok ? 'done' : 'failed', output: bounded(done.text) })
    return done
  }

  #tell(update: Update): Promise<void> {
    this.#ground.watch.heard()
    return this.#ground.push({ kind: 'told', update })
  }
}

function bounded(text: string): string {
  return text.length > updateLettersAtMost ? `${cut(text, updateLettersAtMost - 1)}…` : text
}

function entryOf(line: string): { readonly text: string; readonly status: 'pending' | 'doing' | 'done' } {
  const [, mark = ' ', text = ''] = /^\s*(?:[-*]\s*)?(?:\[([ xX~])\]\s*)?([\s\S]*)$/.exec(line) ?? []
  return { text: clip(text.trim(), 500), status: mark === '~' ? 'doing' : mark === ' ' ? 'pending' : 'done' }
}
