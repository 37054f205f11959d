// Reads answers of the Responses wire, streamed and whole alike; a call counts once its item is done.
import { faultInside, type Hearing } from '../failures/fault.ts'
import { type Fields, fieldsOf, listOf, textOf } from '../reading.ts'
import { Trouble } from '../trouble.ts'
import { Calls } from './calls.ts'
import type { Ending, Reader, Spoken, Tokens } from './reader.ts'
import { Speech } from './speech.ts'
import { tokensOf } from './tokens.ts'

export class ResponsesAnswer implements Reader {
  readonly #hearing: Hearing
  readonly #speech = new Speech()
  readonly #calls: Calls
  readonly #items = new Set<string>()
  #status: string | undefined
  #why = ''
  #refused = false
  #said = false
  #thought = false
  tokens: Tokens | undefined

  constructor(callsAtMost: number, hearing: Hearing) {
    this.#calls = new Calls(callsAtMost)
    this.#hearing = hearing
  }

  get finished(): boolean {
    return this.#status !== undefined
  }

  take(payload: unknown, name: string): readonly Spoken[] {
    const event = fieldsOf(payload)
    if (event === undefined) return []
    const type = textOf(event.type) ?? name
    const response = fieldsOf(event.response) ?? (event.object === 'response' ? event : undefined)
    const fault = faultInside(response?.error ? response : event, type, this.#hearing)
    if (fault !== undefined) throw new Trouble(fault)
    const delta = textOf(event.delta) ?? ''
    if (type === 'response.output_text.delta') return this.#say(delta)
    if (type === 'response.refusal.delta') return this.#refuse(delta)
    if (type === 'response.reasoning_text.delta' || type === 'response.reasoning_summary_text.delta')
      return this.#think(delta)
    if (type === 'response.reasoning_summary_part.added' && this.#thought) return this.#think('\n\n')
    if (type === 'response.output_item.done') return this.#item(fieldsOf(event.item) ?? {}, true)
    return response === undefined ? [] : this.#end(response)
  }

  rest(): readonly Spoken[] {
    return this.#speech.rest()
  }

  end(): Ending {
    if (this.#status === undefined || this.#status === 'cancelled') {
      const why = 'its answer broke off: it never said that it was finished'
      throw new Trouble({ reason: 'network', why, again: true })
    }
    if (this.#status === 'incomplete')
      return { finish: this.#why === 'content_filter' ? 'filtered' : 'length', calls: [] }
    const calls = this.#calls.whole()
    if (calls.length > 0) return { finish: 'calls', calls }
    return { finish: this.#refused ? 'filtered' : 'stop', calls }
  }

  /** The whole answer, as it stands when it is over: what was streamed before is in it again. */
  #end(response: Fields): Spoken[] {
    const status = textOf(response.status)
    if (status !== 'completed' && status !== 'incomplete' && status !== 'cancelled' && status !== 'failed') return []
    if (status === 'failed')
      throw new Trouble({ reason: 'overloaded', why: 'it says that its answer failed, and not why', again: true })
    this.#status = status
    this.#why = textOf(fieldsOf(response.incomplete_details)?.reason) ?? ''
    this.tokens = tokensOf(response.usage) ?? this.tokens
    const [said, thought] = [this.#said, this.#thought]
    return listOf(response.output).flatMap((item) => {
      const fields = fieldsOf(item) ?? {}
      const known = (fields.type === 'message' && said) || (fields.type === 'reasoning' && thought)
      return known ? [] : this.#item(fields, false)
    })
  }

  /** An item of the answer; its words only where they did not come before. */
  #item(item: Fields, streamed: boolean): Spoken[] {
    if (item.type === 'function_call') {
      const id = textOf(item.call_id) ?? textOf(item.id) ?? ''
      const known = id === '' ? JSON.stringify([item.name, item.arguments]) : id
      if (!this.#items.has(known)) this.#calls.take({ index: this.#items.size, id, function: item })
      this.#items.add(known)
      return []
    }
    if (streamed) return []
    const parts = [...listOf(item.summary), ...listOf(item.content)].map((part) => fieldsOf(part) ?? {})
    return parts.flatMap((part) => {
      if (item.type === 'reasoning') return this.#think(textOf(part.text) ?? '')
      if (item.type !== 'message') return []
      return part.type === 'refusal' ? this.#refuse(textOf(part.refusal) ?? '') : this.#say(textOf(part.text) ?? '')
    })
  }

  #say(text: string): Spoken[] {
    this.#said ||= text !== ''
    return this.#speech.say(text)
  }

  #refuse(text: string): Spoken[] {
    this.#refused = true
    return this.#say(text)
  }

  #think(text: string): Spoken[] {
    this.#thought ||= text !== ''
    return this.#speech.think(text)
  }
}
