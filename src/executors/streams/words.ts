// The last that an agent said of its work, kept small.
import { type Update, updateLettersAtMost } from '../../core/nouns/update.ts'
import { bounded } from '../acp/unknown.ts'

const summaryLetters = 4000
const keptLetters = 16_384

export class LastWords {
  #text = ''

  add(text: string): void {
    this.#text = (this.#text + text).slice(-keptLetters)
  }

  /** What came before a tool was used says what was going to be done. */
  forget(): void {
    this.#text = ''
  }

  summary(): string | undefined {
    const text = this.#text.trim()
    return text === '' ? undefined : bounded(text, summaryLetters)
  }
}

/** A long text as several updates. */
export function pieces(kind: 'message' | 'thought', text: string): Update[] {
  const all: Update[] = []
  for (let at = 0; at < text.length; at += updateLettersAtMost)
    all.push({ kind, text: text.slice(at, at + updateLettersAtMost) })
  return all
}
