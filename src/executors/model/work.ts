// The work of the built-in agent: the model says what to do, the hands do it, and the model is told, until it is done or cannot go on.
import type { Outcome, Used } from '../../core/nouns/attempt.ts'
import type { ToolCall, ToolSpec } from '../../core/ports.ts'
import { turn } from '../../core/prompt.ts'
import { clip } from '../../core/text/neutral.ts'
import { failed } from '../outcomes.ts'
import { Conversation } from '../talk/conversation.ts'
import { History } from '../talk/history.ts'
import { instructions, type Manner, nudges } from '../talk/instructions.ts'
import { type Circling, Repeats } from '../talk/repeats.ts'
import { keep, recall } from '../talk/sessions.ts'
import type { Turn } from '../talk/turn.ts'
import { readWorded, strayCalls, wordedTools } from '../talk/worded.ts'
import { type BatonTools, batonTools } from '../tools/baton-tools.ts'
import { parsed } from '../tools/fields.ts'
import { lookers, readers, specOf, type Tool, workers } from '../tools/toolbox.ts'
import { Deeds, type Done } from './deeds.ts'
import { type Ground, notice, speak } from './ground.ts'
import { Ledger } from './ledger.ts'

export interface Worked {
  readonly outcome: Outcome
  readonly summary: string
}

const turnsAtMost = 300
const callsAtMost = 16
const patience = 3
const looksLeast = 3
const looksMost = 5
const summaryLetters = 4_000
const argumentLettersAtMost = 1_000_000

const toolsOf: Readonly<Record<Manner, readonly Tool[]>> = { work: workers, look: readers, explore: lookers }

/** What a model says that it wants done; without an id it was said in words, and is answered in words. */
interface Wish {
  readonly id: string | undefined
  readonly name: string
  readonly arguments: string
}

type Next = { readonly go: 'on' } | { readonly go: 'end'; readonly worked: Worked }
const on: Next = { go: 'on' }

export class Work {
  readonly #order: Ground
  readonly #tools: readonly Tool[]
  readonly #repeats = new Repeats()
  readonly #nudged = new Map<keyof typeof nudges | 'unread', number>()
  readonly #ledger: Ledger
  #stray = false
  #unkept = false

  constructor(order: Ground) {
    this.#order = order
    this.#ledger = new Ledger(order)
    this.#tools = toolsOf[order.manner]
  }

  get used(): Used {
    return this.#ledger.used
  }

  async run(): Promise<Worked> {
    const { manner, assignment, ending } = this.#order
    const own = this.#tools.map((tool) => tool.name)
    const baton = await batonTools(manner === 'explore' ? [] : assignment.tools, own, ending)
    try {
      for (const trouble of baton.troubles) await notice(this.#order, trouble)
      return await this.#with(baton)
    } finally {
      await baton.close()
    }
  }

  async #with(baton: BatonTools): Promise<Worked> {
    const { manner, spec } = this.#order
    const specs = [...this.#tools.map(specOf), ...baton.specs]
    const talk = new Conversation(this.#order, specs, await this.#opening(specs))
    await this.#order.push({ kind: 'told', update: { kind: 'setting', name: 'model', value: spec.name } })
    if (manner === 'explore') await this.#tellPlan('doing', 'pending')
    return this.#turns(talk, new Deeds(this.#order, this.#tools, baton, talk.resultLetters))
  }

  /** What was kept of the session to go on with, or a new beginning; then what is to be done. */
  async #opening(specs: readonly ToolSpec[]): Promise<History> {
    const { assignment, manner, spec } = this.#order
    const { resume, home } = assignment
    const history = await this.#recalled(resume, home)
    const goesOn = history.entries.length > 0
    if (!goesOn) {
      const words = spec.tools === 'json' ? `${instructions(manner)}\n\n${wordedTools(specs)}` : instructions(manner)
      history.open('system', words)
    }
    history.open('user', turn(assignment, goesOn))
    return history
  }

  async #recalled(resume: string | undefined, home: string | undefined): Promise<History> {
    if (resume === undefined || home === undefined) return new History()
    const recalled = await recall(home, resume)
    if (recalled.ok) return new History(recalled.entries)
    await notice(this.#order, `${recalled.why} It begins anew.`)
    return new History()
  }

  async #turns(talk: Conversation, deeds: Deeds): Promise<Worked> {
    for (let count = 0; count < turnsAtMost; count += 1) {
      this.#order.ending.check()
      const turn = await talk.ask((used) => this.#ledger.add(used))
      const { over } = this.#ledger
      const next = await this.#heed(turn, talk, deeds)
      await this.#keep(talk)
      if (next.go === 'end') return next.worked
      if (over !== undefined) return { outcome: over, summary: clip(turn.text, summaryLetters) }
    }
    const why = `It asked its model ${turnsAtMost} times and was not done. Make the step smaller.`
    return { outcome: failed('stalled', why), summary: '' }
  }

  async #heed(turn: Turn, talk: Conversation, deeds: Deeds): Promise<Next> {
    if (turn.finish === 'filtered')
      return ended(failed('bad-output', "The model's server held its answer back. Try another model."), turn.text)
    if (this.#order.spec.tools === 'json') return this.#heedWords(turn, talk, deeds)
    const calls = cleaned(turn.calls)
    if (calls.length > 0) {
      talk.history.answered(turn.text, calls.map(whole))
      return this.#perform(calls, talk, deeds)
    }
    const stray = strayCalls(turn.text, talk.names)
    talk.history.answered(turn.text, [])
    if (stray.length === 0) return this.#final(turn, talk, deeds)
    if (!this.#stray)
      await notice(this.#order, 'The server gave a call of a tool as words; it was taken for what it is.')
    this.#stray = true
    return this.#perform(
      stray.map((call) => ({ ...call, id: undefined })),
      talk,
      deeds,
    )
  }

  async #heedWords(turn: Turn, talk: Conversation, deeds: Deeds): Promise<Next> {
    talk.history.answered(turn.text, [])
    const reading = readWorded(turn.text, talk.names)
    const said = reading.kind === 'broken' ? turn.text : reading.say
    if (said !== '') await speak(this.#order, 'message', `${said}\n`)
    if (reading.kind === 'call') {
      this.#nudged.delete('unread')
      return this.#perform([{ ...reading.call, id: undefined }], talk, deeds)
    }
    if (reading.kind === 'done') return this.#final({ ...turn, text: reading.say, finish: 'stop' }, talk, deeds)
    if (talk.closed && turn.text.trim() !== '') return this.#final(turn, talk, deeds)
    const why = turn.finish === 'length' ? nudges.cut : reading.why
    if (this.#counted('unread') > patience)
      return ended(failed('bad-output', `The model does not answer as it is asked to: ${reading.why}`), turn.text)
    talk.history.say(`${why} Answer with exactly one JSON object.`)
    return on
  }

  /** An answer without a call: the end, unless there is a reason to ask on. */
  async #final(turn: Turn, talk: Conversation, deeds: Deeds): Promise<Next> {
    const nudge = this.#nudgeFor(turn, talk, deeds)
    if (nudge !== undefined) {
      if (this.#counted(nudge) > patience)
        return ended(
          failed('bad-output', `The model gives no answer that can be used, asked ${patience} times.`),
          turn.text,
        )
      talk.history.say(nudges[nudge])
      return on
    }
    const { denied } = deeds.permits
    if (denied.length > 0 && deeds.looks + deeds.changes === 0)
      return ended(failed('refused-tool', `It was not allowed to do what it asked for: ${denied.join(' ')}`), turn.text)
    if (this.#order.manner === 'explore') await this.#tellPlan('done', 'done')
    return ended({ kind: 'succeeded', why: 'The model says that it is done.' }, turn.text)
  }

  #nudgeFor(turn: Turn, talk: Conversation, deeds: Deeds): keyof typeof nudges | undefined {
    if (turn.finish === 'length') return 'cut'
    if (turn.text.trim() === '') return 'empty'
    const once = (nudge: keyof typeof nudges): boolean => !this.#nudged.has(nudge)
    const { manner } = this.#order
    if (manner === 'explore' && deeds.looks < looksLeast && !talk.closed && once('few')) return 'few'
    if (manner === 'work' && deeds.changes === 0 && once('unchanged')) return 'unchanged'
    return undefined
  }

  async #perform(wishes: readonly Wish[], talk: Conversation, deeds: Deeds): Promise<Next> {
    let stuck: string | undefined
    for (const [index, wish] of wishes.entries()) {
      const done = stuck === undefined ? await this.#one(wish, index, deeds) : notDone(wish, 'It was broken off.')
      const circling = this.#circling(wish, done)
      if (circling.how === 'stuck') stuck ??= `It goes in circles: ${done.brief}. ${circling.why}`
      if (circling.how === 'warned') await notice(this.#order, circling.why)
      const warning =
        circling.how === 'fine'
          ? ''
          : `\n[${circling.why} Do something else, or finish and say what stands in the way.]`
      const head = wish.id === undefined ? `[${wish.name}]\n` : ''
      talk.history.result(wish.id, `${head}${done.text}${warning}`, done.brief)
    }
    if (stuck !== undefined) return ended(failed('stalled', stuck), '')
    if (this.#order.manner === 'explore' && deeds.looks >= looksMost && !talk.closed) {
      talk.closed = true
      talk.history.say(nudges.enough)
    }
    return on
  }

  #circling({ name, arguments: given }: Wish, done: Done): Circling {
    return this.#repeats.add(`${name} ${given}`, `${name} ${given} ${timeless(done)}`)
  }

  async #one(wish: Wish, index: number, deeds: Deeds): Promise<Done> {
    if (index >= callsAtMost) return notDone(wish, 'Too many calls at once: this one was not done.')
    const spent = this.#order.manner === 'explore' && deeds.looks >= looksMost && wish.name !== 'plan'
    return spent ? notDone(wish, nudges.enough) : deeds.do(wish.name, wish.arguments)
  }

  #counted(nudge: keyof typeof nudges | 'unread'): number {
    const times = (this.#nudged.get(nudge) ?? 0) + 1
    this.#nudged.set(nudge, times)
    return times
  }

  async #keep(talk: Conversation): Promise<void> {
    const { session, assignment } = this.#order
    if (session === undefined || assignment.home === undefined) return
    try {
      await keep(assignment.home, session, talk.history.entries)
    } catch (error) {
      if (this.#unkept) return
      this.#unkept = true
      await notice(
        this.#order,
        `Its conversation cannot be kept, so no later attempt can go on with it: ${String(error)}`,
      )
    }
  }

  #tellPlan(look: 'doing' | 'done', sum: 'pending' | 'done'): Promise<void> {
    const entries = [
      { text: 'Look at what tells most', status: look },
      { text: 'Sum up what was found', status: sum },
    ]
    return this.#order.push({ kind: 'told', update: { kind: 'plan', entries } })
  }
}

function ended(outcome: Outcome, text: string): Next {
  return { go: 'end', worked: { outcome, summary: clip(text.trim(), summaryLetters) } }
}

function notDone({ name }: Wish, text: string): Done {
  return { ok: false, text, brief: `${clip(name, 60)} (not done)` }
}

/** How long a command took differs each time, and is no difference. */
function timeless({ ok, text }: Done): string {
  return `${ok} ${text.replace(/\(\d+\.\d s\)/, '')}`
}

const plainName = /^[A-Za-z0-9_-]{1,64}$/
const plainId = /^[\w.:-]{1,128}$/

/** Calls as any server takes them back: with ids of their own, plain names, and arguments that are JSON; the model is told of the rest. */
function cleaned(calls: readonly ToolCall[]): (ToolCall & Wish)[] {
  const seen = new Set<string>()
  return calls.map((call, index) => {
    const id = plainId.test(call.id) && !seen.has(call.id) ? call.id : `call-${index}-${seen.size}`
    seen.add(id)
    return { id, name: plainName.test(call.name) ? call.name : 'unknown', arguments: call.arguments }
  })
}

/** Servers read what is sent to them again: what is no JSON, or endless, is sent as nothing. */
function whole(call: ToolCall): ToolCall {
  const fits = call.arguments.length <= argumentLettersAtMost && parsed(call.arguments) !== undefined
  return fits ? call : { ...call, arguments: '{}' }
}
