// Questions of an agent that wait for an answer: each bound to its own request, bounded, and withdrawn when nobody will answer.
import type { Question } from '../../core/nouns/question.ts'
import { type Answered, allows, answered, type KnownCall, questionOf } from './permission.ts'
import type { Fields } from './unknown.ts'

const openAtMost = 32
const deniedAtMost = 20

interface Open {
  readonly question: Question
  settle(given: Answered): void
}

export interface Asking {
  readonly request: Fields
  readonly known: KnownCall
  /** Says that the agent wants no answer any more. */
  readonly gone: AbortSignal
  tell(question: Question): Promise<void>
}

export class Questions {
  readonly #open = new Map<string, Open>()
  #asked = 0
  #closed = false
  /** What it was not allowed to do. */
  readonly denied: string[] = []

  /** The answer to a request for permission, once there is one; `tell` brings the question to whoever may answer. */
  async ask({ request, known, gone, tell }: Asking): Promise<Answered> {
    if (this.#closed || gone.aborted || this.#open.size >= openAtMost) return { outcome: 'cancelled' }
    this.#asked += 1
    const question = questionOf(`q${this.#asked}`, request, known)
    const given = new Promise<Answered>((settle) => {
      this.#open.set(question.id, { question, settle })
    })
    gone.addEventListener('abort', () => this.answer(question.id, undefined), { once: true })
    await tell(question)
    return given
  }

  /** Unknown and second answers change nothing. */
  answer(id: string, answer: string | undefined): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    this.#open.delete(id)
    const given = answered(open.question, answer)
    if (!allows(open.question, given) && this.denied.length < deniedAtMost) this.denied.push(open.question.asks)
    open.settle(given)
  }

  /** Every open question is withdrawn, and none is asked any more: an agent that is cancelled waits for that. */
  close(): void {
    this.#closed = true
    for (const { settle } of this.#open.values()) settle({ outcome: 'cancelled' })
    this.#open.clear()
  }
}
