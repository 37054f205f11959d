// Tool calls put together from the pieces of a stream; how servers number and name the pieces differs, and half a call is none.
import type { ToolCall } from '../../core/ports.ts'
import { type Fields, fieldsOf, parsed, textOf } from '../reading.ts'
import { Trouble } from '../trouble.ts'

interface Building {
  readonly place: unknown
  id: string
  name: string
  arguments: string[]
}

export class Calls {
  readonly #atMost: number
  readonly #calls: Building[] = []

  constructor(atMost: number) {
    this.#atMost = atMost
  }

  get any(): boolean {
    return this.#calls.length > 0
  }

  /** A piece as chat completions send it, or a whole call. */
  take(piece: unknown): void {
    const fields = fieldsOf(piece)
    if (fields === undefined) return
    const told = fieldsOf(fields.function) ?? fields
    const call = this.#find(fields.index, textOf(fields.id) ?? '', textOf(told.name) ?? '')
    const { name, args } = { name: textOf(told.name) ?? '', args: argumentsOf(told) }
    // Some servers repeat the name with every piece.
    if (name !== call.name && call.arguments.length === 0) call.name += name
    if (args !== '') call.arguments.push(args)
  }

  /** All of them, each with an id of its own, once the answer is over. */
  whole(): ToolCall[] {
    const ids = new Set<string>()
    return this.#calls
      .filter(({ name }) => name !== '')
      .map((call, at) => {
        let id = call.id === '' ? `call_${at + 1}` : call.id
        while (ids.has(id)) id = `${id}_${at + 1}`
        ids.add(id)
        const text = call.arguments.join('').toWellFormed().trim()
        return { id, name: call.name.toWellFormed(), arguments: text === '' ? '{}' : text }
      })
  }

  /** By its place; several servers give every call the same place, or none, and tell them apart by id or name alone. */
  #find(place: unknown, id: string, name: string): Building {
    const known = this.#calls.findLast((call) => (place === undefined ? true : call.place === place))
    const other = known !== undefined && begins(known, id, name, place === undefined)
    if (known !== undefined && !other) {
      if (known.id === '') known.id = id
      return known
    }
    if (this.#calls.length >= this.#atMost)
      throw new Trouble({
        reason: 'bad-output',
        why: `it calls more than ${this.#atMost} tools in one answer`,
        again: false,
      })
    const call = { place, id, name: '', arguments: [] }
    this.#calls.push(call)
    return call
  }
}

/** Whether this piece begins another call than the one that stands at its place. */
function begins(known: Building, id: string, name: string, placeless: boolean): boolean {
  if (id !== '' && known.id !== '') return id !== known.id
  if (!placeless || name === '' || known.name === '') return false
  return name !== known.name || parsed(known.arguments.join('')) !== undefined
}

function argumentsOf(told: Fields): string {
  const given = told.arguments
  if (typeof given === 'string') return given
  return given === undefined || given === null ? '' : JSON.stringify(given)
}
