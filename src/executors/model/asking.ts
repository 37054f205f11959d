// The questions of the built-in agent that wait for an answer; no time passes for it meanwhile.
import type { Question } from '../../core/nouns/question.ts'
import type { Report } from '../../core/ports.ts'
import type { Watch } from '../watch.ts'
import type { Ending } from './ending.ts'

const answerLettersAtMost = 16_000

export interface Asking {
  readonly ending: Ending
  readonly watch: Pick<Watch, 'pause' | 'resume'>
  push(report: Report): Promise<void>
}

export class Questions {
  readonly #asking: Asking
  readonly #open = new Map<string, (answer: string | undefined) => void>()
  #asked = 0

  constructor(asking: Asking) {
    this.#asking = asking
  }

  get asked(): number {
    return this.#asked
  }

  /** The answer; undefined when nobody will give one. */
  async ask(question: Omit<Question, 'id'>): Promise<string | undefined> {
    this.#asked += 1
    const id = `q${this.#asked}`
    const given = new Promise<string | undefined>((done) => void this.#open.set(id, done))
    this.#asking.watch.pause()
    try {
      await this.#asking.push({ kind: 'asked', question: { id, ...question } })
      return (await this.#asking.ending.race(given))?.slice(0, answerLettersAtMost)
    } finally {
      this.#open.delete(id)
      this.#asking.watch.resume()
    }
  }

  /** Unknown and second answers change nothing. */
  answer(id: string, answer: string | undefined): void {
    this.#open.get(id)?.(answer)
    this.#open.delete(id)
  }
}
