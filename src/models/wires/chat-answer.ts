// Reads answers of chat completions, streamed and whole alike.
import { faultInside, type Hearing } from '../failures/fault.ts'
import { type Fields, fieldsOf, listOf, textOf } from '../reading.ts'
import { over } from '../transport/payloads.ts'
import { Trouble } from '../trouble.ts'
import { Calls } from './calls.ts'
import type { Ending, Reader, Spoken, Tokens } from './reader.ts'
import { Speech } from './speech.ts'
import { tokensOf } from './tokens.ts'

export class ChatAnswer implements Reader {
  readonly #hearing: Hearing
  readonly #speech = new Speech()
  readonly #calls: Calls
  #finish: string | undefined
  #refused = false
  tokens: Tokens | undefined

  constructor(callsAtMost: number, hearing: Hearing) {
    this.#calls = new Calls(callsAtMost)
    this.#hearing = hearing
  }

  /** Only the end of the stream says so: what was used may come after the reason to finish. */
  get finished(): boolean {
    return false
  }

  take(payload: unknown, name: string): readonly Spoken[] {
    const fault = faultInside(payload, name, this.#hearing)
    if (fault !== undefined) throw new Trouble(fault)
    if (payload === over) this.#finish ??= 'stop'
    const answer = fieldsOf(payload)
    if (answer === undefined) return []
    const usage = answer.usage ?? fieldsOf(answer.x_groq)?.usage
    if (usage !== undefined && usage !== null) this.tokens = tokensOf(usage) ?? this.tokens
    const choice = firstOf(answer.choices)
    if (choice === undefined) return []
    const said = this.#message(fieldsOf(choice.delta) ?? fieldsOf(choice.message) ?? {})
    const finish = textOf(choice.finish_reason)
    // A second reason to finish changes nothing, except that one is worse than the other.
    if (finish !== undefined && finish !== '' && (this.#finish === undefined || cut(finish))) this.#finish = finish
    return said
  }

  rest(): readonly Spoken[] {
    return this.#speech.rest()
  }

  end(): Ending {
    const finish = this.#finish
    if (finish === undefined) {
      const why = 'its answer broke off: it never said that it was finished'
      throw new Trouble({ reason: 'network', why, again: true })
    }
    if (cut(finish)) return { finish: finish === 'length' ? 'length' : 'filtered', calls: [] }
    const calls = this.#calls.whole()
    if (calls.length > 0) return { finish: 'calls', calls }
    return { finish: this.#refused ? 'filtered' : 'stop', calls }
  }

  #message(told: Fields): readonly Spoken[] {
    // Nearly all pieces hold words and nothing else.
    if (typeof told.content === 'string' && wordsAlone(told)) return this.#speech.say(told.content)
    const said: Spoken[] = []
    const thought = textOf(told.reasoning) || textOf(told.reasoning_content)
    if (thought) said.push(...this.#speech.think(thought))
    const text = contentOf(told.content)
    if (text !== '') said.push(...this.#speech.say(text))
    const refusal = textOf(told.refusal)
    if (refusal) {
      this.#refused = true
      said.push(...this.#speech.say(refusal))
    }
    for (const piece of listOf(told.tool_calls)) this.#calls.take(piece)
    if (fieldsOf(told.function_call) !== undefined) this.#calls.take({ index: 0, function: told.function_call })
    return said
  }
}

/** Only one answer was asked for. */
function firstOf(choices: unknown): Fields | undefined {
  for (const one of listOf(choices)) {
    const choice = fieldsOf(one)
    if (choice !== undefined && (choice.index ?? 0) === 0) return choice
  }
  return undefined
}

const wordsAlone = (told: Fields): boolean =>
  told.reasoning === undefined &&
  told.reasoning_content === undefined &&
  told.tool_calls === undefined &&
  told.function_call === undefined &&
  told.refusal === undefined

/** What was being written then is not whole. */
const cut = (finish: string): boolean => finish === 'length' || finish === 'content_filter'

function contentOf(content: unknown): string {
  if (typeof content === 'string') return content
  return listOf(content)
    .map((part) => textOf(fieldsOf(part)?.text) ?? '')
    .join('')
}
