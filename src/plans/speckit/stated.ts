// Turns what a plan says of dependencies into edges between its steps, and says what cannot be.
import type { Place } from '../../core/nouns/plan.ts'
import { quoted } from '../../core/text/neutral.ts'
import { circlesIn } from '../reading/cycles.ts'
import type { Notes } from '../reading/notes.ts'
import type { Loose, Mention, Statement } from './dependencies.ts'
import type { Document, ReadStep } from './document.ts'

const pairsAtMost = 4096
const workAtMost = 1_000_000
const looseAtMost = 300
const circlesAtMost = 10

export interface Stated {
  /** For each step, by index: what it waits for, and where that is said. */
  readonly after: readonly ReadonlyMap<number, Place>[]
  /** Steps that are named singly as waiting: their place in the file adds nothing. */
  readonly own: Uint8Array
  /** Steps through which a wide range was led, each with the rest of its range. */
  readonly joints: readonly (readonly [joint: number, rest: readonly number[]])[]
}

/** Most steps say nothing, and share it; nobody writes into it. */
const nowhere = new Map<number, Place>()

class Stater {
  readonly after: Map<number, Place>[]
  readonly own: Uint8Array
  readonly joints: [number, number[]][] = []
  readonly #document: Document
  readonly #file: string
  readonly #notes: Notes
  readonly #byNumber: readonly number[]
  readonly #steps: readonly ReadStep[]
  #work = 0
  #said = false

  constructor(document: Document, file: string, notes: Notes) {
    this.#document = document
    this.#file = file
    this.#notes = notes
    this.#steps = document.steps
    this.after = document.steps.map(() => nowhere)
    this.own = new Uint8Array(document.steps.length)
    const first = new Map<number, number>()
    for (const [index, step] of document.steps.entries()) if (!first.has(step.number)) first.set(step.number, index)
    this.#byNumber = [...first.values()].sort((a, b) => this.#number(a) - this.#number(b))
  }

  run(): void {
    for (const [index, step] of this.#steps.entries()) {
      for (const statement of step.said) this.#take(statement, [index])
    }
    for (const statement of this.#document.listed) this.#take(statement, undefined)
    for (const loose of this.#document.loose.slice(0, looseAtMost))
      if (!loose.oneSided || !this.#isOfPhases(loose)) this.#warnOf(loose)
  }

  /** "Polish (T043-T047) after implementation": where whole phases are named, their order already says it. */
  #isOfPhases({ mentions }: Loose): boolean {
    const named = new Set(this.#find(mentions, undefined))
    const phases = new Set([...named].map((index) => this.#steps[index]?.phase))
    return named.size > 0 && this.#steps.every((step, index) => named.has(index) || !phases.has(step.phase))
  }

  #warnOf({ words, line, column }: Loose): void {
    const text = `This names steps, but which comes first was not understood: "${quoted(words)}".`
    const remedy = 'Write it as "T004-T007 before T008", one statement a line.'
    this.#notes.warning('unread-dependency', { file: this.#file, line, column }, text, remedy)
  }

  #number(index: number): number {
    return this.#steps[index]?.number ?? 0
  }

  #take(statement: Statement, speaker: readonly number[] | undefined): void {
    const at = { file: this.#file, line: statement.line, column: statement.column }
    if (this.#isTooMuch(at)) return
    const before = statement.before ? this.#find(statement.before, at) : (speaker ?? [])
    const after = statement.after ? this.#find(statement.after, at) : (speaker ?? [])
    const single = (statement.after ?? []).filter((mention) => mention.last === undefined)
    for (const index of statement.after ? this.#find(single, undefined) : after)
      if (before.length > 0) this.own[index] = 1
    const wide = before.length * after.length > pairsAtMost
    if (wide) this.joints.push([before.at(-1) ?? 0, before.slice(0, -1)])
    this.#join(wide ? before.slice(-1) : before, after, at)
  }

  #join(before: readonly number[], after: readonly number[], at: Place): void {
    this.#work += before.length * after.length
    if (before.length === 0 || this.#isTooMuch(at)) return
    for (const later of after) {
      const known = this.after[later] === nowhere ? new Map<number, Place>() : this.after[later]
      if (known === undefined) continue
      for (const sooner of before) {
        if (!known.has(sooner) && (sooner !== later || (before.length === 1 && after.length === 1)))
          known.set(sooner, at)
      }
      if (known.size > 0) this.after[later] = known
    }
  }

  /** Counts what is looked at, not what is new, so that saying one thing often is bounded too. */
  #isTooMuch(at: Place): boolean {
    if (this.#work > workAtMost && !this.#said) {
      this.#said = true
      const text = 'More dependencies are stated than can be read; from here on none is.'
      this.#notes.error('too-many', at, text, 'State them between phases, or split the plan.')
    }
    return this.#said
  }

  /** Indices in the order of the file. An id that is not there is said, if `at` is given. */
  #find(mentions: readonly Mention[], at: Place | undefined): number[] {
    const found = new Set<number>()
    for (const { first, last } of mentions) {
      const low = this.#lowest(first)
      if (last === undefined) {
        const index = this.#byNumber[low]
        if (index !== undefined && this.#number(index) === first) found.add(index)
        else if (at) this.#dangling(`T${String(first).padStart(3, '0')}`, at)
        continue
      }
      const high = this.#lowest(Math.max(first, last) + 1)
      const from = this.#lowest(Math.min(first, last))
      for (const index of this.#byNumber.slice(from, high)) found.add(index)
      if (from === high && at)
        this.#dangling(`T${String(first).padStart(3, '0')} to T${String(last).padStart(3, '0')}`, at)
    }
    this.#work += found.size
    return [...found].sort((a, b) => a - b)
  }

  #lowest(number: number): number {
    let [low, high] = [0, this.#byNumber.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#number(this.#byNumber[middle] ?? 0) < number) low = middle + 1
      else high = middle
    }
    return low
  }

  #dangling(name: string, at: Place): void {
    const text = `This names ${name}, which is not a step of this file, so it holds nothing back.`
    this.#notes.warning('dangling', at, text, 'Correct the id, or delete the statement.')
  }
}

function warnOfOrder({ after }: Stated, steps: readonly ReadStep[], notes: Notes): void {
  const key = (index: number): string => steps[index]?.key ?? ''
  const circles = circlesIn(after, circlesAtMost)
  for (const circle of circles) {
    const place = after[circle[0] ?? 0]?.get(circle[1] ?? circle[0] ?? 0) ?? { file: '', line: 1 }
    const shown =
      circle.length > 12 ? [...circle.slice(0, 6).map(key), '…', ...circle.slice(-5).map(key)] : circle.map(key)
    const text =
      circle.length === 1
        ? `${key(circle[0] ?? 0)} waits for itself.`
        : `These steps wait for each other in a circle: ${[...shown, key(circle[0] ?? 0)].join(' → ')}.`
    notes.error('cycle', place, text, 'Delete one of these dependencies.')
  }
  if (circles.length > 0) return
  for (const [later, each] of after.entries()) {
    for (const [sooner, place] of each) {
      if (sooner <= later) continue
      const text = `${key(later)} waits for ${key(sooner)}, which stands further down; what is stated wins over the order of the file.`
      notes.warning('backward', place, text, `Move ${key(sooner)} above ${key(later)}.`)
    }
  }
}

export function statedIn(document: Document, file: string, notes: Notes): Stated {
  const stater = new Stater(document, file, notes)
  stater.run()
  warnOfOrder(stater, document.steps, notes)
  return stater
}
