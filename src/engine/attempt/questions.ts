// Answers what an agent asks: by policy where it says yes or no, else by the person who answers its gate.

import type { AgentProfile } from '../../core/nouns/agent.ts'
import { type Attempt, ownWords } from '../../core/nouns/attempt.ts'
import { optionFor, type Permissions, permitted, type Question } from '../../core/nouns/question.ts'
import type { Role } from '../../core/nouns/role.ts'
import type { Run } from '../../core/ports.ts'
import { scrub } from '../../core/text/secrets.ts'
import { messageOf, type Shop } from '../work/shop.ts'

export interface Asked {
  readonly shop: Shop
  readonly attempt: Attempt
  readonly agent: AgentProfile
  readonly role: Role
  readonly run: Run
  readonly readsOnly: boolean
  note(text: string): Promise<void>
}

const writing: Permissions = { edit: 'deny', delete: 'deny', move: 'deny', execute: 'ask' }

export class Questions {
  readonly #of: Asked
  /** By gate: what the agent waits for, and the words that answer it. */
  readonly #open = new Map<string, { readonly question: Question; readonly words: ReadonlyMap<string, string> }>()

  constructor(of: Asked) {
    this.#of = of
  }

  /** Never throws: a question that cannot be put to anybody is withdrawn, and the agent is told so. */
  async ask(question: Question): Promise<void> {
    try {
      const verdict = question.about === 'permission' ? this.#verdict(question) : 'ask'
      if (verdict !== 'ask') await this.#settle(question, verdict)
      else await this.#put(question)
    } catch (error) {
      await this.#of.note(`A question could not be put (${messageOf(error)}): ${question.asks}\n`)
      this.#of.run.answer(question.id, undefined)
    }
  }

  #verdict(question: Question): 'allow' | 'ask' | 'deny' {
    const { agent, role, readsOnly } = this.#of
    const tool = question.tool ?? 'other'
    const own = { ...(role.permissions ?? {}), ...(agent.permissions ?? {}) }
    const permissions = Object.keys(own).length === 0 ? undefined : own
    if (readsOnly && writing[tool] !== undefined) return permissions?.[tool] ?? writing[tool]
    return permitted(permissions, tool)
  }

  async #settle(question: Question, verdict: 'allow' | 'deny'): Promise<void> {
    const option = optionFor(question, verdict)
    await this.#of.note(
      `${verdict === 'allow' ? 'Allowed' : 'Refused'} by policy (${question.tool ?? 'other'}): ${question.asks}\n`,
    )
    // An agent that offers no such answer is asked of a person where policy says yes, and gets none where it says no.
    if (option === undefined && verdict === 'allow') return this.#put(question)
    this.#of.run.answer(question.id, option)
  }

  async #put(question: Question): Promise<void> {
    const { shop, attempt } = this.#of
    const { store, secrets } = shop.parts
    const shows =
      question.shows === undefined
        ? undefined
        : await store.put(new TextEncoder().encode(ownWords(attempt.id, scrub(question.shows, secrets))))
    const words = wordsOf(question)
    const answer = await shop.submit('attempt.ask', {
      attempt: attempt.id,
      about: question.about,
      asks: scrub(question.asks, secrets).slice(0, 2000).toWellFormed(),
      options: [...words.keys()],
      ...(shows === undefined ? {} : { shows }),
    })
    const opened = answer.ok ? answer.facts.find((one) => one.type === 'gate.opened') : undefined
    if (opened === undefined) return this.#of.run.answer(question.id, undefined)
    this.#open.set((opened.data as { gate: string }).gate, { question, words })
    this.look()
  }

  /** Called whenever the item has changed: what was answered meanwhile goes to the agent. */
  look(): void {
    for (const [id, { question, words }] of this.#open) {
      const gate = this.#of.shop.state.gates.get(id)
      if (gate?.phase === 'open') continue
      this.#open.delete(id)
      const said = gate?.phase === 'answered' ? gate.reviews.at(-1)?.answer : undefined
      this.#of.run.answer(question.id, said === undefined ? undefined : (words.get(said) ?? said))
    }
  }
}

/** What a person types, each once, and the option that it stands for: of a permission its kind, which is the same for every agent. */
function wordsOf({ about, options }: Question): ReadonlyMap<string, string> {
  const words = new Map<string, string>()
  for (const { id, kind, label } of options) {
    const word = about === 'permission' && kind !== 'other' ? kind : label.slice(0, 200).toWellFormed()
    if (word !== '' && !words.has(word)) words.set(word, id)
  }
  return words
}
