// Text as it may be handed on: whole letters only, and thoughts that a model puts before its answer told apart from it.
import type { Spoken } from './reader.ts'

const opens = '<think>'
const closes = '</think>'

type Part = 'before' | 'thinking' | 'after' | 'saying'

/** Half of a letter waits for its other half. */
export class Letters {
  #half = ''

  take(text: string): string {
    const all = this.#half === '' ? text : this.#half + text
    const last = all.charCodeAt(all.length - 1)
    const cut = last >= 0xd800 && last <= 0xdbff
    this.#half = cut ? all.slice(-1) : ''
    return (cut ? all.slice(0, -1) : all).toWellFormed()
  }

  rest(): string {
    const rest = this.#half.toWellFormed()
    this.#half = ''
    return rest
  }
}

export class Speech {
  readonly #said = new Letters()
  readonly #thought = new Letters()
  #part: Part = 'before'
  #held = ''

  think(text: string): Spoken[] {
    return spoken('thought', this.#thought.take(text))
  }

  say(given: string): Spoken[] {
    const text = this.#said.take(given)
    return this.#part === 'saying' ? spoken('text', text) : this.#look(this.#held + text)
  }

  rest(): Spoken[] {
    const held = this.#held + this.#said.rest()
    this.#held = ''
    const kind = this.#part === 'thinking' ? 'thought' : 'text'
    return [...spoken('thought', this.#thought.rest()), ...spoken(kind, held)]
  }

  #look(text: string): Spoken[] {
    this.#held = ''
    if (this.#part === 'thinking') return this.#thinking(text)
    const begun = text.trimStart()
    if (this.#part === 'after' && begun === '') return []
    if (this.#part === 'before' && opens.startsWith(begun.slice(0, opens.length))) {
      if (begun.length < opens.length) {
        this.#held = text
        return []
      }
      this.#part = 'thinking'
      return this.#thinking(begun.slice(opens.length).trimStart())
    }
    const after = this.#part === 'after'
    this.#part = 'saying'
    return spoken('text', after ? begun : text)
  }

  #thinking(text: string): Spoken[] {
    const end = text.indexOf(closes)
    if (end >= 0) {
      this.#part = 'after'
      return [...spoken('thought', text.slice(0, end).trimEnd()), ...this.#look(text.slice(end + closes.length))]
    }
    const kept = beginning(text)
    this.#held = text.slice(text.length - kept)
    return spoken('thought', text.slice(0, text.length - kept))
  }
}

/** How many letters at the end could be the beginning of the closing mark. */
function beginning(text: string): number {
  for (let length = Math.min(closes.length - 1, text.length); length > 0; length -= 1)
    if (closes.startsWith(text.slice(-length))) return length
  return 0
}

const spoken = (kind: Spoken['kind'], text: string): Spoken[] => (text === '' ? [] : [{ kind, text }])
